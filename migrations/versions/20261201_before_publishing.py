"""what must be said of a picture before it is published; hints; faces and drones

Approved entries of which nobody has said who can be recognised, or that have no alternative text, wait for a
moderator again.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

PEOPLE = ('none', 'incidental', 'consent', 'unrecognisable')
DESCRIBED = "status != 'approved' OR (people IS NOT NULL AND alt_text IS NOT NULL AND alt_text != '')"
PROVEN = "people != 'consent' OR people_note IS NOT NULL"


def upgrade() -> None:
    op.create_table('description',
        sa.Column('decision_id', sa.Integer(), nullable=False),
        sa.Column('people_before', sa.String(length=20), nullable=True),
        sa.Column('people_after', sa.String(length=20), nullable=True),
        sa.Column('note_before', sa.String(length=300), nullable=True),
        sa.Column('note_after', sa.String(length=300), nullable=True),
        sa.Column('alt_text_before', sa.String(length=300), nullable=True),
        sa.Column('alt_text_after', sa.String(length=300), nullable=True),
        sa.CheckConstraint(_one_of('people_before', PEOPLE), name=op.f('ck_description_people_before')),
        sa.CheckConstraint(_one_of('people_after', PEOPLE), name=op.f('ck_description_people_after')),
        sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_description_decision_id_decision')),
        sa.PrimaryKeyConstraint('decision_id', name=op.f('pk_description')),
    )

    op.execute("UPDATE entry SET status = 'pending' WHERE NOT (" + DESCRIBED + ')')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('people_note', sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column('hints', sa.JSON(), server_default='[]', nullable=False))
        batch_op.create_check_constraint(op.f('ck_entry_approved_is_described'), DESCRIBED)
        batch_op.create_check_constraint(op.f('ck_entry_consent_is_proven'), PROVEN)

    with op.batch_alter_table('picture', schema=None) as batch_op:
        batch_op.add_column(sa.Column('face_areas', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('drone', sa.String(length=20), nullable=True))
        batch_op.create_index(batch_op.f('ix_picture_faces'), ['faces'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('picture', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_picture_faces'))
        batch_op.drop_column('drone')
        batch_op.drop_column('face_areas')

    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_entry_consent_is_proven'), type_='check')
        batch_op.drop_constraint(op.f('ck_entry_approved_is_described'), type_='check')
        batch_op.drop_column('hints')
        batch_op.drop_column('people_note')

    op.drop_table('description')


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
