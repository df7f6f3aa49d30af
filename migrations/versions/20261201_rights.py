"""rights for each use and picture, requests for them, and who received pictures

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

USES = ('web', 'print', 'press', 'advertising')
# What the wording 2026-1 allows, and for how long after the end of the contest.
GIVEN, YEARS = ('web', 'print', 'press'), 5
MOMENTS = ('requested_at', 'answer_until', 'reminded_at', 'answered_at', 'expires_at')
OPEN, IN_FORCE = sa.text("status = 'requested'"), sa.text("status = 'granted'")
PROVEN = (
    "status NOT IN ('granted', 'expired', 'revoked')"
    ' OR (granted_by IS NOT NULL AND proof IS NOT NULL AND granted_at IS NOT NULL)'
)
ASKED = (
    "status != 'requested'"
    ' OR (code IS NOT NULL AND requested_at IS NOT NULL AND asked_by IS NOT NULL AND answer_until IS NOT NULL)'
)


def upgrade() -> None:
    with op.batch_alter_table('entry', schema=None) as batch_op:
        for use in USES:
            batch_op.add_column(sa.Column(f'{use}_until', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('rights_grant', schema=None) as batch_op:
        batch_op.drop_index('uq_rights_grant_in_force', sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)
        batch_op.add_column(sa.Column('uses', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('pictures', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('code', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('language', sa.String(length=5), nullable=True))
        batch_op.add_column(sa.Column('asked_by', sa.String(length=254), nullable=True))
        batch_op.add_column(sa.Column('answered_by', sa.String(length=254), nullable=True))
        for moment in MOMENTS:
            batch_op.add_column(sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column('granted_by', existing_type=sa.String(length=100), nullable=True)
        batch_op.alter_column('proof', existing_type=sa.Text(), nullable=True)
        batch_op.alter_column('granted_at', existing_type=sa.DateTime(timezone=True), nullable=True)

    _carry_over()

    with op.batch_alter_table('rights_grant', schema=None) as batch_op:
        batch_op.alter_column('uses', existing_type=sa.JSON(), server_default=None)
        batch_op.alter_column('pictures', existing_type=sa.JSON(), server_default=None)
        batch_op.create_unique_constraint(batch_op.f('uq_rights_grant_code'), ['code'])
        batch_op.create_check_constraint(op.f('ck_rights_grant_granted_is_proven'), PROVEN)
        batch_op.create_check_constraint(op.f('ck_rights_grant_requested_has_code'), ASKED)
        batch_op.create_index('uq_rights_grant_open', ['entry_number'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.create_index('ix_rights_grant_due', ['status', 'answer_until'], unique=False)
        batch_op.create_index('ix_rights_grant_ending', ['status', 'expires_at'], unique=False)

    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_index('ix_entry_public')
        batch_op.drop_column('has_right')
        batch_op.create_index('ix_entry_public', ['contest_id', 'status', 'town_ags', 'number', 'web_until'], unique=False)

    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.add_column(sa.Column('advertising', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.alter_column('advertising', existing_type=sa.Boolean(), server_default=None)

    op.create_table('handout',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('contest_id', sa.Integer(), nullable=False),
        sa.Column('what', sa.String(length=20), nullable=False),
        sa.Column('form', sa.String(length=10), nullable=False),
        sa.Column('use', sa.Enum(*USES, name='use', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('exported_by', sa.String(length=254), nullable=False),
        sa.Column('exported_for', sa.String(length=200), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_handout_contest_id_contest')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_handout')),
    )
    op.create_table('handout_picture',
        sa.Column('handout_id', sa.Integer(), nullable=False),
        sa.Column('entry_number', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['handout_id'], ['handout.id'], name=op.f('fk_handout_picture_handout_id_handout')),
        sa.ForeignKeyConstraint(['entry_number'], ['entry.number'], name=op.f('fk_handout_picture_entry_number_entry')),
        sa.PrimaryKeyConstraint('handout_id', 'entry_number', name=op.f('pk_handout_picture')),
    )
    op.create_index(op.f('ix_handout_picture_entry_number'), 'handout_picture', ['entry_number'], unique=False)


def downgrade() -> None:
    op.drop_table('handout_picture')
    op.drop_table('handout')
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.drop_column('advertising')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('has_right', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(sa.text('UPDATE entry SET has_right = (web_until IS NOT NULL AND web_until > CURRENT_TIMESTAMP)'))
    # What was never given, and all but the latest of what is in force, the older tables cannot hold.
    op.execute("DELETE FROM rights_grant WHERE granted_at IS NULL")
    op.execute(
        "UPDATE rights_grant SET status = 'expired' WHERE status = 'granted' AND id NOT IN"
        " (SELECT max(id) FROM rights_grant WHERE status = 'granted' GROUP BY entry_number)"
    )
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_index('ix_entry_public')
        batch_op.alter_column('has_right', existing_type=sa.Boolean(), server_default=None)
        for use in USES:
            batch_op.drop_column(f'{use}_until')
        batch_op.create_index('ix_entry_public', ['contest_id', 'status', 'has_right', 'town_ags', 'number'], unique=False)
    with op.batch_alter_table('rights_grant', schema=None) as batch_op:
        batch_op.drop_index('ix_rights_grant_ending')
        batch_op.drop_index('ix_rights_grant_due')
        batch_op.drop_index('uq_rights_grant_open', sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.drop_constraint(op.f('ck_rights_grant_requested_has_code'), type_='check')
        batch_op.drop_constraint(op.f('ck_rights_grant_granted_is_proven'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_rights_grant_code'), type_='unique')
        for name in (*MOMENTS, 'answered_by', 'asked_by', 'language', 'code', 'pictures', 'uses'):
            batch_op.drop_column(name)
        batch_op.alter_column('granted_by', existing_type=sa.String(length=100), nullable=False)
        batch_op.alter_column('proof', existing_type=sa.Text(), nullable=False)
        batch_op.alter_column('granted_at', existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_index('uq_rights_grant_in_force', ['entry_number'], unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)


def _carry_over() -> None:
    """Give what was allowed under the first wording the uses and the end that it names."""
    moment = sa.DateTime(timezone=True)
    contest = sa.table('contest', sa.column('id', sa.Integer()), sa.column('publish_at', moment))
    entry = sa.table(
        'entry', sa.column('number', sa.Integer()), sa.column('contest_id', sa.Integer()),
        sa.column('has_right', sa.Boolean()), *(sa.column(f'{use}_until', moment) for use in GIVEN),
    )
    grant = sa.table(
        'rights_grant', sa.column('entry_number', sa.Integer()), sa.column('uses', sa.JSON()),
        sa.column('expires_at', moment),
    )
    connection = op.get_bind()
    for number, publish_at in connection.execute(sa.select(contest.c.id, contest.c.publish_at)).all():
        until = _years_later(publish_at)
        of_contest = sa.select(entry.c.number).where(entry.c.contest_id == number)
        allowed = sa.update(entry).where(entry.c.contest_id == number, entry.c.has_right)
        connection.execute(allowed.values({f'{use}_until': until for use in GIVEN}))
        given = sa.update(grant).where(grant.c.entry_number.in_(of_contest))
        connection.execute(given.values(uses=list(GIVEN), expires_at=until))


def _years_later(moment: datetime) -> datetime:
    leap_day = moment.month == 2 and moment.day == 29
    return moment.replace(year=moment.year + YEARS, day=28 if leap_day else moment.day)
