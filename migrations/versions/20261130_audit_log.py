"""audit log; decisions that nobody can change; claims of the desk; who can be recognised in a photo

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

ACTIONS = ('approve', 'reject', 'set_town', 'choose_picture', 'add_picture', 'withdraw', 'disqualify', 'undo')
NEW_ACTIONS = ('park', 'reopen', 'propose_exclusion', 'drop_exclusion', 'set_people', 'describe', 'blur')
PEOPLE = ('none', 'incidental', 'consent', 'unrecognisable')
# Table and key of what is only ever added to.
APPEND_ONLY = {'decision': 'id', 'audit_row': 'number'}


def upgrade() -> None:
    op.create_table('audit_row',
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=True),
        sa.Column('actor', sa.String(length=254), nullable=False),
        sa.Column('act', sa.String(length=60), nullable=False),
        sa.Column('subject', sa.String(length=120), nullable=False),
        sa.Column('before', sa.Text(), nullable=True),
        sa.Column('after', sa.Text(), nullable=True),
        sa.Column('previous', sa.String(length=64), nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_row')),
        sa.UniqueConstraint('hash', name=op.f('uq_audit_row_hash')),
    )
    for column in ('staff_id', 'act', 'subject'):
        op.create_index(op.f(f'ix_audit_row_{column}'), 'audit_row', [column], unique=False)

    op.create_table('audit_head',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('rows', sa.Integer(), nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.Column('seal', sa.String(length=64), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_audit_head_single')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head')),
    )

    op.create_table('claim',
        sa.Column('entry_number', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['entry_number'], ['entry.number'], name=op.f('fk_claim_entry_number_entry')),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_claim_staff_id_staff')),
        sa.PrimaryKeyConstraint('entry_number', name=op.f('pk_claim')),
    )
    op.create_index(op.f('ix_claim_staff_id'), 'claim', ['staff_id'], unique=False)
    op.create_index(op.f('ix_claim_expires_at'), 'claim', ['expires_at'], unique=False)

    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('people', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('parked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(op.f('ck_entry_people'), _one_of('people', PEOPLE))

    with op.batch_alter_table('picture', schema=None) as batch_op:
        batch_op.add_column(sa.Column('made_from', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('faces', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_picture_made_from'), ['made_from'], unique=False)

    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch', sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f('ix_decision_batch'), ['batch'], unique=False)
        batch_op.drop_constraint(op.f('ck_decision_action'), type_='check')
        batch_op.create_check_constraint(op.f('ck_decision_action'), _one_of('action', ACTIONS + NEW_ACTIONS))

    # Last: what rebuilds a table would take its triggers away.
    for statement in _triggers():
        op.execute(statement)


def downgrade() -> None:
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == 'sqlite':
            for event in ('update', 'delete', 'replace'):
                op.execute(f'DROP TRIGGER {table}_no_{event}')
        else:
            op.execute(f'DROP TRIGGER {table}_append_only ON {table}')
            op.execute(f'DROP TRIGGER {table}_no_truncate ON {table}')
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('DROP FUNCTION refuse_change()')

    op.execute("DELETE FROM decision WHERE action NOT IN ('" + "', '".join(ACTIONS) + "')")
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_decision_action'), type_='check')
        batch_op.create_check_constraint(op.f('ck_decision_action'), _one_of('action', ACTIONS))
        batch_op.drop_index(batch_op.f('ix_decision_batch'))
        batch_op.drop_column('batch')

    with op.batch_alter_table('picture', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_picture_made_from'))
        batch_op.drop_column('faces')
        batch_op.drop_column('made_from')

    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_entry_people'), type_='check')
        batch_op.drop_column('parked_at')
        batch_op.drop_column('people')

    op.drop_table('claim')
    op.drop_table('audit_head')
    op.drop_table('audit_row')


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _triggers() -> list[str]:
    if op.get_bind().dialect.name == 'sqlite':
        return [statement for table, key in APPEND_ONLY.items() for statement in _sqlite_triggers(table, key)]
    function = (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME; END $$"
    )
    return [function, *(statement for table in APPEND_ONLY for statement in _postgresql_triggers(table))]


def _sqlite_triggers(table: str, key: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
    return [
        f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}',
        f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}',
        # INSERT OR REPLACE deletes without asking the trigger above.
        f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}'
        f' WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) {refuse}',
    ]


def _postgresql_triggers(table: str) -> list[str]:
    return [
        f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}'
        ' FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
    ]
