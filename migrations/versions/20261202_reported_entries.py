"""no question asks for reported entries by their time: the index goes

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_entry_reported', table_name='entry')


def downgrade() -> None:
    where = sa.text('reported_at IS NOT NULL')
    op.create_index('ix_entry_reported', 'entry', ['contest_id', 'status', 'reported_at'], unique=False,
                    sqlite_where=where, postgresql_where=where)
