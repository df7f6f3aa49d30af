"""hashtag of passes

Revision ID: hashtag_of_passes
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'hashtag_of_passes'
down_revision = '0003_mentions'
branch_labels = None
depends_on = None


def upgrade() -> None:
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
