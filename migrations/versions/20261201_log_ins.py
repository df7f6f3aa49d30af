"""log-ins of the staff: second factor, sessions that can be ended, mailed links

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

ENDS = ('logout', 'idle', 'expired', 'revoked', 'password', 'roles', 'factor', 'closed')
PROOFS = ('code', 'passkey', 'recovery')
PURPOSES = ('invitation', 'reset')


def upgrade() -> None:
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('totp_secret', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('totp_step', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('passkey_handle', sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_staff_passkey_handle'), ['passkey_handle'])

    op.create_table('staff_passkey',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('credential_id', sa.String(length=1400), nullable=False),
        sa.Column('public_key', sa.LargeBinary(), nullable=False),
        sa.Column('sign_count', sa.BigInteger(), nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('transports', sa.JSON(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        *_of_staff('staff_passkey'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_passkey')),
        sa.UniqueConstraint('credential_id', name=op.f('uq_staff_passkey_credential_id')),
    )
    op.create_table('staff_recovery_code',
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        *_of_staff('staff_recovery_code'),
        sa.PrimaryKeyConstraint('hash', name=op.f('pk_staff_recovery_code')),
    )
    op.create_table('staff_session',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('proven_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('proof', sa.String(length=20), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_why', sa.String(length=20), nullable=True),
        sa.Column('browser', sa.String(length=40), nullable=False),
        sa.Column('system', sa.String(length=40), nullable=False),
        sa.Column('known_device', sa.Boolean(), nullable=False),
        sa.Column('failed_before', sa.Integer(), nullable=False),
        sa.CheckConstraint(_one_of('ended_why', ENDS), name=op.f('ck_staff_session_sessionend')),
        sa.CheckConstraint(_one_of('proof', PROOFS), name=op.f('ck_staff_session_proof')),
        *_of_staff('staff_session'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_session')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_staff_session_token_hash')),
    )
    op.create_index(op.f('ix_staff_session_ended_at'), 'staff_session', ['ended_at'], unique=False)
    op.create_table('staff_link',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('purpose', sa.String(length=20), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_one_of('purpose', PURPOSES), name=op.f('ck_staff_link_linkpurpose')),
        *_of_staff('staff_link'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_link')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_staff_link_token_hash')),
    )
    for table in ('staff_passkey', 'staff_recovery_code', 'staff_session', 'staff_link'):
        op.create_index(op.f(f'ix_{table}_staff_id'), table, ['staff_id'], unique=False)


def downgrade() -> None:
    for table in ('staff_link', 'staff_session', 'staff_recovery_code', 'staff_passkey'):
        op.drop_table(table)
    with op.batch_alter_table('staff', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_staff_passkey_handle'), type_='unique')
        batch_op.drop_column('passkey_handle')
        batch_op.drop_column('totp_step')
        batch_op.drop_column('totp_secret')


def _of_staff(table: str) -> list[sa.ForeignKeyConstraint]:
    name = op.f(f'fk_{table}_staff_id_staff')
    return [sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=name, ondelete='CASCADE')]


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
