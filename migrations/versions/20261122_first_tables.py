"""first tables

Revision ID: 0001
Revises: 
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('hashtag', sa.String(length=100), nullable=False),
    sa.Column('mention', sa.String(length=60), nullable=False),
    sa.Column('collect_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('collect_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('vote_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('vote_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('counts_hidden_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('publish_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('votes_per_ballot', sa.Integer(), nullable=False),
    sa.Column('votes_per_town', sa.Integer(), nullable=False),
    sa.Column('entries_per_creator', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest')),
    sa.UniqueConstraint('slug', name=op.f('uq_contest_slug'))
    )
    op.create_table('hashtag',
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('graph_id', sa.String(length=40), nullable=False),
    sa.Column('looked_up_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_hashtag'))
    )
    op.create_table('lease',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('holder', sa.String(length=80), nullable=False),
    sa.Column('token', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_lease'))
    )
    op.create_table('outbox_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('recipient_key', sa.String(length=64), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('status', sa.Enum('waiting', 'sending', 'sent', 'failed', name='mailstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_mail'))
    )
    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_mail_due', ['status', 'next_attempt_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_mail_recipient_key'), ['recipient_key'], unique=False)

    op.create_table('picture',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_picture')),
    sa.UniqueConstraint('sha256', name=op.f('uq_picture_sha256'))
    )
    op.create_table('staff',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('email', name=op.f('uq_staff_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_staff_fs_uniquifier'))
    )
    op.create_table('staff_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_role')),
    sa.UniqueConstraint('name', name=op.f('uq_staff_role_name'))
    )
    op.create_table('town',
    sa.Column('ags', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('short_name', sa.String(length=80), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('is_town', sa.Boolean(), nullable=False),
    sa.Column('district', sa.String(length=80), nullable=False),
    sa.Column('population', sa.Integer(), nullable=False),
    sa.Column('lat', sa.Double(), nullable=False),
    sa.Column('lon', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('ags', name=op.f('pk_town')),
    sa.UniqueConstraint('slug', name=op.f('uq_town_slug'))
    )
    op.create_table('ballot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('requested', 'counted', 'held', 'rejected', 'withdrawn', 'superseded', name='ballotstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('voter_key', sa.String(length=64), nullable=False),
    sa.Column('network_key', sa.String(length=64), nullable=False),
    sa.Column('sealed_address', sa.LargeBinary(), nullable=True),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('rules_version', sa.String(length=64), nullable=False),
    sa.Column('withdraws', sa.Boolean(), nullable=False),
    sa.Column('request_code', sa.String(length=40), nullable=False),
    sa.Column('receipt_code', sa.String(length=40), nullable=False),
    sa.Column('pin_key', sa.String(length=64), nullable=False),
    sa.Column('link_key', sa.String(length=64), nullable=False),
    sa.Column('pin_tries', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('pin_tries >= 0 AND pin_tries <= 6', name=op.f('ck_ballot_six_tries')),
    sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_ballot_contest_id_contest')),
    sa.ForeignKeyConstraint(['mail_id'], ['outbox_mail.id'], name=op.f('fk_ballot_mail_id_outbox_mail')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ballot')),
    sa.UniqueConstraint('receipt_code', name=op.f('uq_ballot_receipt_code')),
    sa.UniqueConstraint('request_code', name=op.f('uq_ballot_request_code'))
    )
    with op.batch_alter_table('ballot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ballot_requested_at'), ['requested_at'], unique=False)
        batch_op.create_index('ix_ballot_status', ['contest_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_ballot_voter_key'), ['voter_key'], unique=False)
        batch_op.create_index('uq_ballot_standing', ['contest_id', 'voter_key'], unique=True, sqlite_where=sa.text("status IN ('counted', 'held')"), postgresql_where=sa.text("status IN ('counted', 'held')"))

    op.create_table('derivative',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('picture_id', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['picture_id'], ['picture.id'], name=op.f('fk_derivative_picture_id_picture'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_derivative')),
    sa.UniqueConstraint('picture_id', 'size', 'type', name=op.f('uq_derivative_picture_id_size_type'))
    )
    with op.batch_alter_table('derivative', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_derivative_name'), ['name'], unique=False)

    op.create_table('entry',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('pending', 'approved', 'rejected', 'withdrawn', 'disqualified', name='status', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('source', sa.Enum('hashtag', 'tag', 'mention', 'upload', 'staff', name='source', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('media_id', sa.String(length=40), nullable=True),
    sa.Column('shortcode', sa.String(length=40), nullable=True),
    sa.Column('permalink', sa.String(length=300), nullable=True),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('caption', sa.Text(), nullable=True),
    sa.Column('creator', sa.String(length=100), nullable=True),
    sa.Column('alt_text', sa.String(length=300), nullable=True),
    sa.Column('town_ags', sa.String(length=8), nullable=True),
    sa.Column('town_confirmed', sa.Boolean(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('picture_id', sa.Integer(), nullable=True),
    sa.Column('picture_state', sa.Enum('waiting', 'stored', 'missing', 'refused', name='picturestate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('picture_reason', sa.String(length=300), nullable=True),
    sa.Column('has_right', sa.Boolean(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("picture_id IS NOT NULL OR picture_state != 'stored'", name=op.f('ck_entry_stored_has_picture')),
    sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_entry_contest_id_contest')),
    sa.ForeignKeyConstraint(['picture_id'], ['picture.id'], name=op.f('fk_entry_picture_id_picture')),
    sa.ForeignKeyConstraint(['town_ags'], ['town.ags'], name=op.f('fk_entry_town_ags_town')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_entry')),
    sa.UniqueConstraint('contest_id', 'media_id', name=op.f('uq_entry_contest_id_media_id')),
    sa.UniqueConstraint('contest_id', 'shortcode', name=op.f('uq_entry_contest_id_shortcode'))
    )
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_picture_id'), ['picture_id'], unique=False)
        batch_op.create_index('ix_entry_public', ['contest_id', 'status', 'has_right', 'town_ags', 'number'], unique=False)
        batch_op.create_index('ix_entry_queue', ['contest_id', 'status', 'received_at', 'number'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_town_ags'), ['town_ags'], unique=False)

    op.create_table('ingest_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('status', sa.Enum('running', 'complete', 'cut', 'failed', 'interrupted', name='runstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('window_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('window_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('requests', sa.Integer(), nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('updated', sa.Integer(), nullable=False),
    sa.Column('skipped', sa.Integer(), nullable=False),
    sa.Column('errors', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_ingest_run_contest_id_contest')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ingest_run'))
    )
    with op.batch_alter_table('ingest_run', schema=None) as batch_op:
        batch_op.create_index('ix_ingest_run_latest', ['contest_id', 'source', 'started_at'], unique=False)

    op.create_table('publication',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.String(length=254), nullable=False),
    sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_publication_contest_id_contest')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication')),
    sa.UniqueConstraint('contest_id', name=op.f('uq_publication_contest_id'))
    )
    op.create_table('staff_role_member',
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['staff_role.id'], name=op.f('fk_staff_role_member_role_id_staff_role')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_role_member_staff_id_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('staff_id', 'role_id', name=op.f('pk_staff_role_member'))
    )
    op.create_table('town_tally',
    sa.Column('contest_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('town_ags', sa.String(length=8), nullable=False),
    sa.Column('ballots', sa.Integer(), nullable=False),
    sa.CheckConstraint('ballots >= 0', name=op.f('ck_town_tally_not_negative')),
    sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_town_tally_contest_id_contest')),
    sa.ForeignKeyConstraint(['town_ags'], ['town.ags'], name=op.f('fk_town_tally_town_ags_town')),
    sa.PrimaryKeyConstraint('contest_id', 'town_ags', name=op.f('pk_town_tally'))
    )
    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_number', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('actor', sa.String(length=254), nullable=False),
    sa.Column('action', sa.Enum('approve', 'reject', 'set_town', 'withdraw', 'disqualify', 'undo', name='action', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('text', sa.String(length=500), nullable=True),
    sa.Column('status_before', sa.Enum('pending', 'approved', 'rejected', 'withdrawn', 'disqualified', name='status_before', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('status_after', sa.Enum('pending', 'approved', 'rejected', 'withdrawn', 'disqualified', name='status_after', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('town_before', sa.String(length=8), nullable=True),
    sa.Column('town_after', sa.String(length=8), nullable=True),
    sa.Column('town_confirmed_before', sa.Boolean(), nullable=False),
    sa.Column('undoes_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entry_number'], ['entry.number'], name=op.f('fk_decision_entry_number_entry')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_decision_staff_id_staff')),
    sa.ForeignKeyConstraint(['town_after'], ['town.ags'], name=op.f('fk_decision_town_after_town')),
    sa.ForeignKeyConstraint(['town_before'], ['town.ags'], name=op.f('fk_decision_town_before_town')),
    sa.ForeignKeyConstraint(['undoes_id'], ['decision.id'], name=op.f('fk_decision_undoes_id_decision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('undoes_id', name=op.f('uq_decision_undoes_id'))
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_entry_number'), ['entry_number'], unique=False)
        batch_op.create_index(batch_op.f('ix_decision_staff_id'), ['staff_id'], unique=False)

    op.create_table('entry_tally',
    sa.Column('entry_number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('picks', sa.Integer(), nullable=False),
    sa.CheckConstraint('picks >= 0', name=op.f('ck_entry_tally_not_negative')),
    sa.ForeignKeyConstraint(['entry_number'], ['entry.number'], name=op.f('fk_entry_tally_entry_number_entry')),
    sa.PrimaryKeyConstraint('entry_number', name=op.f('pk_entry_tally'))
    )
    op.create_table('pick',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ballot_id', sa.Integer(), nullable=False),
    sa.Column('entry_number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ballot_id'], ['ballot.id'], name=op.f('fk_pick_ballot_id_ballot')),
    sa.ForeignKeyConstraint(['entry_number'], ['entry.number'], name=op.f('fk_pick_entry_number_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pick')),
    sa.UniqueConstraint('ballot_id', 'entry_number', name=op.f('uq_pick_ballot_id_entry_number'))
    )
    with op.batch_alter_table('pick', schema=None) as batch_op:
        batch_op.create_index('ix_pick_entry_number', ['entry_number'], unique=False)

    op.create_table('rights_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_number', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('requested', 'granted', 'declined', 'expired', 'revoked', name='grantstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('granted_by', sa.String(length=100), nullable=False),
    sa.Column('wording_version', sa.String(length=20), nullable=False),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('proof', sa.Text(), nullable=False),
    sa.Column('recorded_by', sa.String(length=254), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.String(length=254), nullable=True),
    sa.ForeignKeyConstraint(['entry_number'], ['entry.number'], name=op.f('fk_rights_grant_entry_number_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rights_grant'))
    )
    with op.batch_alter_table('rights_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rights_grant_entry_number'), ['entry_number'], unique=False)
        batch_op.create_index('uq_rights_grant_in_force', ['entry_number'], unique=True, sqlite_where=sa.text("status = 'granted'"), postgresql_where=sa.text("status = 'granted'"))



def downgrade() -> None:
    with op.batch_alter_table('rights_grant', schema=None) as batch_op:
        batch_op.drop_index('uq_rights_grant_in_force', sqlite_where=sa.text("status = 'granted'"), postgresql_where=sa.text("status = 'granted'"))
        batch_op.drop_index(batch_op.f('ix_rights_grant_entry_number'))

    op.drop_table('rights_grant')
    with op.batch_alter_table('pick', schema=None) as batch_op:
        batch_op.drop_index('ix_pick_entry_number')

    op.drop_table('pick')
    op.drop_table('entry_tally')
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decision_staff_id'))
        batch_op.drop_index(batch_op.f('ix_decision_entry_number'))

    op.drop_table('decision')
    op.drop_table('town_tally')
    op.drop_table('staff_role_member')
    op.drop_table('publication')
    with op.batch_alter_table('ingest_run', schema=None) as batch_op:
        batch_op.drop_index('ix_ingest_run_latest')

    op.drop_table('ingest_run')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_town_ags'))
        batch_op.drop_index('ix_entry_queue')
        batch_op.drop_index('ix_entry_public')
        batch_op.drop_index(batch_op.f('ix_entry_picture_id'))

    op.drop_table('entry')
    with op.batch_alter_table('derivative', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_derivative_name'))

    op.drop_table('derivative')
    with op.batch_alter_table('ballot', schema=None) as batch_op:
        batch_op.drop_index('uq_ballot_standing', sqlite_where=sa.text("status IN ('counted', 'held')"), postgresql_where=sa.text("status IN ('counted', 'held')"))
        batch_op.drop_index(batch_op.f('ix_ballot_voter_key'))
        batch_op.drop_index('ix_ballot_status')
        batch_op.drop_index(batch_op.f('ix_ballot_requested_at'))

    op.drop_table('ballot')
    op.drop_table('town')
    op.drop_table('staff_role')
    op.drop_table('staff')
    op.drop_table('picture')
    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_mail_recipient_key'))
        batch_op.drop_index('ix_outbox_mail_due')

    op.drop_table('outbox_mail')
    op.drop_table('lease')
    op.drop_table('hashtag')
    op.drop_table('contest')
