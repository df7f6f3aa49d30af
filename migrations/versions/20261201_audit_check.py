"""what the last check of the audit log found

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_check',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('rows', sa.Integer(), nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.Column('faults', sa.Integer(), nullable=False),
        sa.Column('first_fault', sa.Text(), nullable=True),
        sa.CheckConstraint('id = 1', name=op.f('ck_audit_check_single')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_check')),
    )


def downgrade() -> None:
    op.drop_table('audit_check')
