"""the public log of the vote: leaves, signed checkpoints, the key that signs

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

APPEND_ONLY = ('ledger_leaf', 'ledger_checkpoint')


def upgrade() -> None:
    op.create_table('ledger_leaf',
        sa.Column('contest_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('text', sa.String(length=100), nullable=False),
        sa.Column('event_id', sa.Integer(), nullable=True),
        sa.Column('name', sa.String(length=60), nullable=True),
        sa.Column('content', sa.Text(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('event_id IS NULL OR name IS NULL', name=op.f('ck_ledger_leaf_event_or_file')),
        sa.CheckConstraint('(name IS NULL) = (content IS NULL)', name=op.f('ck_ledger_leaf_file_with_content')),
        sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_ledger_leaf_contest_id_contest')),
        sa.ForeignKeyConstraint(['event_id'], ['ballot_event.id'], name=op.f('fk_ledger_leaf_event_id_ballot_event')),
        sa.PrimaryKeyConstraint('contest_id', 'number', name=op.f('pk_ledger_leaf')),
        sa.UniqueConstraint('event_id', name=op.f('uq_ledger_leaf_event_id')),
    )
    op.create_table('ledger_checkpoint',
        sa.Column('contest_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['contest_id'], ['contest.id'], name=op.f('fk_ledger_checkpoint_contest_id_contest')
        ),
        sa.PrimaryKeyConstraint('contest_id', 'number', name=op.f('pk_ledger_checkpoint')),
    )
    op.create_table('ledger_key',
        sa.Column('contest_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('origin', sa.String(length=200), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_ledger_key_contest_id_contest')),
        sa.PrimaryKeyConstraint('contest_id', name=op.f('pk_ledger_key')),
    )
    for table in APPEND_ONLY:
        for statement in _triggers(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table('ledger_key')
    op.drop_table('ledger_checkpoint')
    op.drop_table('ledger_leaf')


def _triggers(table: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
    if op.get_bind().dialect.name == 'sqlite':
        return [
            f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}',
            f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}',
            # INSERT OR REPLACE deletes without asking the trigger above.
            f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS'
            f' (SELECT 1 FROM {table} WHERE contest_id = NEW.contest_id AND number = NEW.number) {refuse}',
        ]
    return [
        f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}'
        ' FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
    ]
