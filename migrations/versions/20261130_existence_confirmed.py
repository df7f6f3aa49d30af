"""who said that a post is really gone

Revision ID: 0003_existence
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003_existence'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('existence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_by', sa.String(length=254), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('existence', schema=None) as batch_op:
        batch_op.drop_column('confirmed_by')
