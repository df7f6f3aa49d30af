"""the history of ballots, the keys of a round, and what stands for addresses

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

KINDS = ('cast', 'hold', 'release', 'reject', 'reinstate', 'supersede', 'withdraw', 'take_back')
APPEND_ONLY = {'ballot_event': ('id',), 'rulebook': ('contest_id', 'number')}
TEXTS = {
    'wide_network_key': 64,
    'provider': 40,
    'domain_key': 16,
    'mx_key': 16,
    'stem_key': 16,
    'skeleton_key': 16,
    'shape': 40,
}


def upgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM ballot WHERE status <> 'requested'")):
        raise RuntimeError(
            'There are ballots that were cast before this version, whose history nobody wrote down. '
            'Finish that vote with the version it began with, then upgrade.'
        )
    # What was asked for, nobody can confirm under the new keys.
    op.execute('DELETE FROM pick')
    op.execute('DELETE FROM ballot')
    op.create_table('cluster',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('contest_id', sa.Integer(), nullable=False),
        sa.Column('reason', sa.String(length=40), nullable=False),
        sa.Column('evidence', sa.JSON(), nullable=False),
        sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_cluster_contest_id_contest')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_cluster')),
    )
    op.create_index(op.f('ix_cluster_contest_id'), 'cluster', ['contest_id'], unique=False)
    with op.batch_alter_table('ballot', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cluster_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_ballot_cluster_id_cluster'), 'cluster', ['cluster_id'], ['id'])
        batch_op.create_index(op.f('ix_ballot_cluster_id'), ['cluster_id'], unique=False)
    op.add_column('ballot', sa.Column('reason', sa.String(length=40), nullable=True))
    op.add_column('ballot', sa.Column('hints', sa.JSON(), nullable=False, server_default='[]'))
    for name, length in TEXTS.items():
        op.add_column('ballot', sa.Column(name, sa.String(length=length), nullable=False, server_default=''))
    op.add_column('ballot', sa.Column('oddness', sa.Integer(), nullable=False, server_default='0'))

    op.create_table('ballot_event',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('contest_id', sa.Integer(), nullable=False),
        sa.Column('tracker', sa.String(length=40), nullable=False),
        sa.Column('kind', _enum('act', *KINDS), nullable=False),
        sa.Column('detail', sa.String(length=200), nullable=False),
        sa.Column('salt', sa.LargeBinary(length=32), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_ballot_event_contest_id_contest')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ballot_event')),
    )
    op.create_index('ix_ballot_event_tracker', 'ballot_event', ['contest_id', 'tracker'], unique=False)
    op.create_index(op.f('ix_ballot_event_at'), 'ballot_event', ['at'], unique=False)
    op.create_table('round_key',
        sa.Column('contest_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('purpose', sa.String(length=20), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=True),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('destroyed_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            '(sealed IS NULL) = (destroyed_at IS NOT NULL)', name=op.f('ck_round_key_sealed_or_destroyed')
        ),
        sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_round_key_contest_id_contest')),
        sa.PrimaryKeyConstraint('contest_id', 'purpose', name=op.f('pk_round_key')),
    )
    op.create_table('rulebook',
        sa.Column('contest_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=True),
        sa.Column('proposed_by', sa.String(length=254), nullable=True),
        sa.Column('confirmed_by', sa.String(length=254), nullable=True),
        sa.CheckConstraint('(number = 0) = (reason IS NULL)', name=op.f('ck_rulebook_amended_for_a_reason')),
        sa.CheckConstraint(
            'number = 0 OR (proposed_by <> confirmed_by)', name=op.f('ck_rulebook_two_people')
        ),
        sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_rulebook_contest_id_contest')),
        sa.PrimaryKeyConstraint('contest_id', 'number', name=op.f('pk_rulebook')),
    )
    op.create_table('mail_refusal',
        sa.Column('address_key', sa.String(length=64), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('address_key', name=op.f('pk_mail_refusal')),
    )
    for table, key in APPEND_ONLY.items():
        for statement in _triggers(table, key):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table('mail_refusal')
    op.drop_table('rulebook')
    op.drop_table('round_key')
    op.drop_table('ballot_event')
    for name in ('oddness', *TEXTS, 'hints', 'reason'):
        op.drop_column('ballot', name)
    with op.batch_alter_table('ballot', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_ballot_cluster_id'))
        batch_op.drop_constraint(op.f('fk_ballot_cluster_id_cluster'), type_='foreignkey')
        batch_op.drop_column('cluster_id')
    op.drop_table('cluster')


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _triggers(table: str, key: tuple[str, ...]) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
    if op.get_bind().dialect.name == 'sqlite':
        same = ' AND '.join(f'{column} = NEW.{column}' for column in key)
        return [
            f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}',
            f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}',
            # INSERT OR REPLACE deletes without asking the trigger above.
            f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}'
            f' WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}',
        ]
    return [
        f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}'
        ' FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
    ]
