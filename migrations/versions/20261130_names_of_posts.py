"""names of posts: each way's own id, the hashtag of each pass, who confirmed that a post is gone

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('existence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_by', sa.String(length=254), nullable=True))

    with op.batch_alter_table('webhook_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stuck_since', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('seen_comment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('owner', sa.String(length=60), nullable=True))

    with op.batch_alter_table('sighting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('media_id', sa.String(length=40), nullable=True))
        batch_op.create_index(batch_op.f('ix_sighting_media_id'), ['media_id'], unique=False)

    with op.batch_alter_table('permission_ask', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_permission_ask_askstatus'), type_='check')
        batch_op.create_check_constraint(op.f('ck_permission_ask_askstatus'), "status IN ('put_off', 'sending', 'asked', 'granted', 'declined', 'failed')")

    # Until now every way was taken to name a post alike.
    op.execute(
        "UPDATE sighting SET media_id = (SELECT entry.media_id FROM entry WHERE entry.number = sighting.entry_number)"
        " WHERE source IN ('hashtag', 'tag', 'mention')"
    )

    with op.batch_alter_table('ingest_run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hashtag', sa.String(length=100), nullable=True))

    # Which hashtag a pass went over was not written down: the contest's is the one that it had so far.
    run = sa.table('ingest_run', sa.column('contest_id'), sa.column('hashtag'))
    contest = sa.table('contest', sa.column('id'), sa.column('hashtag'))
    hashtag = sa.select(contest.c.hashtag).where(contest.c.id == run.c.contest_id).scalar_subquery()
    op.execute(sa.update(run).values(hashtag=hashtag))

    with op.batch_alter_table('ingest_run', schema=None) as batch_op:
        batch_op.alter_column('hashtag', existing_type=sa.String(length=100), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('ingest_run', schema=None) as batch_op:
        batch_op.drop_column('hashtag')

    op.execute("DELETE FROM permission_ask WHERE status = 'put_off'")
    with op.batch_alter_table('permission_ask', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_permission_ask_askstatus'), type_='check')
        batch_op.create_check_constraint(op.f('ck_permission_ask_askstatus'), "status IN ('sending', 'asked', 'granted', 'declined', 'failed')")

    with op.batch_alter_table('sighting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sighting_media_id'))
        batch_op.drop_column('media_id')

    with op.batch_alter_table('seen_comment', schema=None) as batch_op:
        batch_op.drop_column('owner')

    with op.batch_alter_table('webhook_event', schema=None) as batch_op:
        batch_op.drop_column('stuck_since')

    with op.batch_alter_table('existence', schema=None) as batch_op:
        batch_op.drop_column('confirmed_by')
