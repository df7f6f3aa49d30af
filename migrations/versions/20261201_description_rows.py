"""what a decision changed in words is only ever added to

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in _triggers():
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for event in ('update', 'delete', 'replace'):
            op.execute(f'DROP TRIGGER description_no_{event}')
    else:
        op.execute('DROP TRIGGER description_append_only ON description')
        op.execute('DROP TRIGGER description_no_truncate ON description')


def _triggers() -> list[str]:
    if op.get_bind().dialect.name == 'sqlite':
        refuse = "BEGIN SELECT RAISE(ABORT, 'rows of description are only ever added'); END"
        return [
            f'CREATE TRIGGER description_no_update BEFORE UPDATE ON description {refuse}',
            f'CREATE TRIGGER description_no_delete BEFORE DELETE ON description {refuse}',
            # INSERT OR REPLACE deletes without asking the trigger above.
            'CREATE TRIGGER description_no_replace BEFORE INSERT ON description'
            f' WHEN EXISTS (SELECT 1 FROM description WHERE decision_id = NEW.decision_id) {refuse}',
        ]
    return [
        'CREATE TRIGGER description_append_only BEFORE UPDATE OR DELETE ON description'
        ' FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        'CREATE TRIGGER description_no_truncate BEFORE TRUNCATE ON description'
        ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
    ]
