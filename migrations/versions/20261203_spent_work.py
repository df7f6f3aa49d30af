"""proof of work: challenges that were handed in

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('spent_work',
        sa.Column('nonce', sa.String(length=32), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('nonce', name=op.f('pk_spent_work')),
    )
    with op.batch_alter_table('spent_work', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_spent_work_expires_at'), ['expires_at'], unique=False)


def downgrade() -> None:
    op.drop_table('spent_work')
