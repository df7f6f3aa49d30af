"""the queue and the lists by index; exclusions that two people decide

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

WAITING = "status = 'pending' AND parked_at IS NULL"
PARKED = "status = 'pending' AND parked_at IS NOT NULL"
INDEXES = {
    'ix_entry_list': (['contest_id', 'number'], None),
    'ix_entry_list_status': (['contest_id', 'status', 'number'], None),
    'ix_entry_waiting': (['contest_id', 'status', 'received_at', 'number'], WAITING),
    'ix_entry_parked': (['contest_id', 'status', 'received_at', 'number'], PARKED),
    'ix_entry_waiting_town': (['contest_id', 'status', 'town_ags', 'received_at', 'number'], WAITING),
}


def upgrade() -> None:
    for name, (columns, condition) in INDEXES.items():
        op.create_index(op.f(name), 'entry', columns, unique=False, **_where(condition))

    op.create_table('exclusion',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('entry_number', sa.Integer(), nullable=False),
        sa.Column('kind', _enum('exclusionkind', 'exclude', 'lift'), nullable=False),
        sa.Column('reason', sa.String(length=40), nullable=True),
        sa.Column('text', sa.String(length=500), nullable=True),
        sa.Column('proposed_by', sa.Integer(), nullable=False),
        sa.Column('proposer', sa.String(length=254), nullable=False),
        sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('outcome', _enum('exclusionoutcome', 'confirmed', 'dropped'), nullable=True),
        sa.Column('decided_by', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome = 'dropped' OR (decided_by IS NOT NULL AND decided_by <> proposed_by)",
            name=op.f('ck_exclusion_four_eyes'),
        ),
        sa.CheckConstraint('(outcome IS NULL) = (decided_at IS NULL)', name=op.f('ck_exclusion_decided_once')),
        sa.ForeignKeyConstraint(['entry_number'], ['entry.number'], name=op.f('fk_exclusion_entry_number_entry')),
        sa.ForeignKeyConstraint(['proposed_by'], ['staff.id'], name=op.f('fk_exclusion_proposed_by_staff')),
        sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_exclusion_decided_by_staff')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_exclusion')),
    )
    op.create_index(op.f('ix_exclusion_entry_number'), 'exclusion', ['entry_number'], unique=False)
    op.create_index('ix_exclusion_open', 'exclusion', ['entry_number'], unique=True, **_where('outcome IS NULL'))


def downgrade() -> None:
    op.drop_table('exclusion')
    for name in INDEXES:
        op.drop_index(op.f(name), table_name='entry')


def _where(condition: str | None) -> dict[str, sa.TextClause]:
    return {f'{name}_where': sa.text(condition) for name in ('sqlite', 'postgresql')} if condition else {}


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
