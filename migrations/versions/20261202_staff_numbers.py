"""numbers of accounts are given once; wishes for a new password wait for the scheduler

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

# An account that is gone may have had a larger number than any that is there.
LARGEST = """
    SELECT max(number) FROM (
        SELECT max(id) AS number FROM staff
        UNION ALL SELECT max(staff_id) FROM audit_row
        UNION ALL SELECT max(CAST(substr(subject, 7) AS INTEGER)) FROM audit_row WHERE subject LIKE 'staff:%'
    )
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('staff', recreate='always', table_kwargs={'sqlite_autoincrement': True}):
            pass
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'staff'")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) SELECT 'staff', coalesce(({LARGEST}), 0)")
    op.create_table('staff_reset_wish',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_reset_wish')),
    )


def downgrade() -> None:
    op.drop_table('staff_reset_wish')
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('staff', recreate='always', table_kwargs={'sqlite_autoincrement': False}):
            pass
