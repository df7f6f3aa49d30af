"""reports of pictures with their log; what senders of photos were told

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

STATUSES = ('received', 'taken', 'decided', 'objected', 'settled')
KINDS = (
    'own_photo', 'shown', 'child', 'private_ground', 'personality', 'copyright', 'illegal', 'abuse', 'advertising',
    'other',
)
OUTCOMES = ('keep', 'hide', 'blur', 'revoke')
GROUNDS = ('law', 'rules')
PARTIES = ('reporter', 'creator')
EVENTS = ('received', 'taken', 'word', 'decided', 'objected', 'settled', 'erased')
DECIDED_WHOLE = (
    "(decided_at IS NULL) = (outcome IS NULL) AND (decided_at IS NULL) = (reasons IS NULL)"
    " AND (decided_at IS NULL) = (decided_by_id IS NULL)"
)
SETTLED_WHOLE = (
    "(settled_at IS NULL) = (settled_outcome IS NULL) AND (settled_at IS NULL) = (settled_reasons IS NULL)"
    " AND (settled_at IS NULL) = (settled_by_id IS NULL) AND (settled_at IS NULL OR decided_at IS NOT NULL)"
)
STATUS_FOLLOWS = (
    "(decided_at IS NULL) = (status IN ('received', 'taken')) AND (settled_at IS NOT NULL) = (status = 'settled')"
)


def upgrade() -> None:
    op.create_table('report',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('contest_id', sa.Integer(), nullable=False),
        sa.Column('entry_number', sa.Integer(), nullable=False),
        _choice('status', nullable=False),
        _choice('kind', nullable=False),
        sa.Column('code', sa.String(length=40), nullable=False),
        sa.Column('creator_code', sa.String(length=40), nullable=True),
        sa.Column('language', sa.String(length=5), nullable=False),
        sa.Column('statement', sa.Text(), nullable=True),
        sa.Column('sealed_sender', sa.LargeBinary(), nullable=True),
        sa.Column('reporter_key', sa.String(length=64), nullable=True),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('taken_by_id', sa.Integer(), nullable=True),
        _choice('outcome'),
        _choice('ground'),
        sa.Column('reasons', sa.String(length=500), nullable=True),
        sa.Column('decided_by_id', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decision_id', sa.Integer(), nullable=True),
        _choice('objected_by'),
        sa.Column('objected_at', sa.DateTime(timezone=True), nullable=True),
        _choice('settled_outcome'),
        _choice('settled_ground'),
        sa.Column('settled_reasons', sa.String(length=500), nullable=True),
        sa.Column('settled_by_id', sa.Integer(), nullable=True),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_report_contest_id_contest')),
        sa.ForeignKeyConstraint(['entry_number'], ['entry.number'], name=op.f('fk_report_entry_number_entry')),
        sa.ForeignKeyConstraint(['taken_by_id'], ['staff.id'], name=op.f('fk_report_taken_by_id_staff')),
        sa.ForeignKeyConstraint(['decided_by_id'], ['staff.id'], name=op.f('fk_report_decided_by_id_staff')),
        sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_report_decision_id_decision')),
        sa.ForeignKeyConstraint(['settled_by_id'], ['staff.id'], name=op.f('fk_report_settled_by_id_staff')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
        sa.UniqueConstraint('code', name=op.f('uq_report_code')),
        sa.UniqueConstraint('creator_code', name=op.f('uq_report_creator_code')),
        sa.CheckConstraint('settled_by_id IS NULL OR settled_by_id != decided_by_id',
            name=op.f('ck_report_another_person')),
        sa.CheckConstraint(DECIDED_WHOLE, name=op.f('ck_report_decided_whole')),
        sa.CheckConstraint(SETTLED_WHOLE, name=op.f('ck_report_settled_whole')),
        sa.CheckConstraint(STATUS_FOLLOWS, name=op.f('ck_report_status_follows')),
        *(_one_of('report', column, values) for column, values in (
            ('status', STATUSES), ('kind', KINDS), ('outcome', OUTCOMES), ('ground', GROUNDS),
            ('objected_by', PARTIES), ('settled_outcome', OUTCOMES), ('settled_ground', GROUNDS),
        )),
    )
    op.create_index('ix_report_open', 'report', ['contest_id', 'status'], unique=False)
    for column in ('entry_number', 'reporter_key', 'decided_at', 'decision_id'):
        op.create_index(op.f(f'ix_report_{column}'), 'report', [column], unique=False)

    op.create_table('report_word',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('report_id', sa.Integer(), nullable=False),
        _choice('party', nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_word_report_id_report')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report_word')),
        _one_of('report_word', 'party', PARTIES),
    )
    op.create_index(op.f('ix_report_word_report_id'), 'report_word', ['report_id'], unique=False)

    op.create_table('report_event',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('report_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=True),
        sa.Column('actor', sa.String(length=254), nullable=False),
        _choice('what', nullable=False),
        _choice('outcome'),
        _choice('ground'),
        sa.Column('reasons', sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_event_report_id_report')),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_report_event_staff_id_staff')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report_event')),
        *(_one_of('report_event', column, values) for column, values in (
            ('what', EVENTS), ('outcome', OUTCOMES), ('ground', GROUNDS),
        )),
    )
    op.create_index(op.f('ix_report_event_report_id'), 'report_event', ['report_id'], unique=False)

    op.create_table('upload_news',
        sa.Column('upload_id', sa.Integer(), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('told', sa.String(length=60), nullable=True),
        sa.Column('told_before', sa.String(length=60), nullable=True),
        sa.Column('mail_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_upload_news_upload_id_upload')),
        sa.ForeignKeyConstraint(['mail_id'], ['outbox_mail.id'], name=op.f('fk_upload_news_mail_id_outbox_mail')),
        sa.PrimaryKeyConstraint('upload_id', name=op.f('pk_upload_news')),
    )
    for column in ('due_at', 'mail_id'):
        op.create_index(op.f(f'ix_upload_news_{column}'), 'upload_news', [column], unique=False)

    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True))
    where = sa.text('reported_at IS NOT NULL')
    op.create_index('ix_entry_reported', 'entry', ['contest_id', 'status', 'reported_at'], unique=False,
        sqlite_where=where, postgresql_where=where)

    # Last: what rebuilds a table would take its triggers away.
    for statement in _triggers():
        op.execute(statement)


def downgrade() -> None:
    op.drop_index('ix_entry_reported', table_name='entry')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_column('reported_at')
    for table in ('upload_news', 'report_event', 'report_word', 'report'):
        op.drop_table(table)


def _choice(name: str, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=20), nullable=nullable)


def _one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ', '.join(repr(value) for value in values)
    return sa.CheckConstraint(f'{column} IN ({listed})', name=op.f(f'ck_{table}_{column}'))


def _triggers() -> list[str]:
    table = 'report_event'
    if op.get_bind().dialect.name == 'sqlite':
        refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
        return [
            f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}',
            f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}',
            # INSERT OR REPLACE deletes without asking the trigger above.
            f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}'
            f' WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}',
        ]
    # The function is that of the audit log.
    return [
        f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}'
        ' FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
    ]
