"""reports whose decision waits for a second person

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

# Plain statements: building the table anew would lose its CHECKs on SQLite.
COLUMNS = {
    'proposal_id': "INTEGER CONSTRAINT fk_report_proposal_id_exclusion REFERENCES exclusion (id)",
    'proposed_outcome': "VARCHAR(20) CONSTRAINT ck_report_proposed_outcome"
    " CHECK (proposed_outcome IN ('keep', 'hide', 'blur', 'revoke'))",
    'proposed_ground': "VARCHAR(20) CONSTRAINT ck_report_proposed_ground CHECK (proposed_ground IN ('law', 'rules'))",
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.execute(f'ALTER TABLE report ADD COLUMN {name} {kind}')
    op.create_index(op.f('ix_report_proposal_id'), 'report', ['proposal_id'], unique=False)
    # What was proposed about a picture that has left or come back since waits for nobody.
    op.execute(
        "UPDATE exclusion SET outcome = 'dropped', decided_at = CURRENT_TIMESTAMP WHERE outcome IS NULL AND EXISTS"
        " (SELECT 1 FROM entry WHERE entry.number = exclusion.entry_number"
        " AND entry.status <> CASE exclusion.kind WHEN 'exclude' THEN 'approved' ELSE 'disqualified' END)"
    )


def downgrade() -> None:
    op.drop_index(op.f('ix_report_proposal_id'), table_name='report')
    for name in reversed(COLUMNS):
        op.drop_column('report', name)
