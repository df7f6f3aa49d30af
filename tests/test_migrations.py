"""The migrations and the models say the same, on both databases."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from campaign import create_app
from campaign.extensions import db
from campaign.operations.audit_check import all_faults
from campaign.operations.upgrade import upgrade_database
from campaign.paths import MIGRATIONS
from campaign.staff import audit, team
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.models import RoleName
from tests.factories import NOW, make_settings
from tests.staff.tampering import without_triggers


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_an_upgraded_database_has_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata) == []


def test_sqlite_follows_no_reference_while_tables_are_rebuilt_and_all_of_them_afterwards(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path))
    followed: list[object] = []

    def note(connection: sa.Connection) -> None:
        followed.append(connection.exec_driver_sql("PRAGMA foreign_keys").scalar())

    with app.app_context():
        sa.event.listen(db.engine, "begin", note)
        upgrade(directory=str(MIGRATIONS))
        during = set(followed)
        db.session.execute(sa.text("SELECT 1"))
        db.session.remove()
        db.engine.dispose()
    assert (during, followed[-1]) == ({0}, 1)


APPEND_ONLY = (
    "audit_row",
    "ballot_event",
    "decision",
    "description",
    "ledger_checkpoint",
    "ledger_leaf",
    "report_event",
    "rulebook",
)


def triggers() -> set[str]:
    """The triggers of the database that are on, each with its table."""
    if db.engine.dialect.name == "sqlite":
        query = "SELECT tbl_name || ' ' || name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT relname || ' ' || tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgenabled = 'O'"
        )
    with db.engine.connect() as connection:
        return set(connection.exec_driver_sql(query).scalars())


def test_no_migration_has_taken_away_what_refuses_changes_of_the_log_and_of_decisions(app: Flask) -> None:
    events = (
        ("no_update", "no_delete", "no_replace")
        if db.engine.dialect.name == "sqlite"
        else ("append_only", "no_truncate")
    )
    assert triggers() == {f"{table} {table}_{event}" for table in APPEND_ONLY for event in events}


def test_an_upgrade_from_before_the_log_takes_the_decisions_over_and_a_later_one_mends_nothing(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path))
    with app.app_context():
        upgrade_database()
        downgrade(directory=str(MIGRATIONS), revision="0003")
        with db.engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO entry (number, contest_id, status, source, media_type, town_confirmed, evidence,"
                " picture_state, has_right, received_at, updated_at) VALUES (1, 1, 'rejected', 'hashtag', 'IMAGE', 0,"
                " '[]', 'waiting', 0, '2026-06-15 12:00:00.000000', '2026-06-15 12:00:00.000000')"
            )
            connection.exec_driver_sql(
                "INSERT INTO decision (id, entry_number, actor, action, reason, status_before, status_after,"
                " town_confirmed_before, decided_at) VALUES (1, 1, 'command line', 'reject', 'quality', 'pending',"
                " 'rejected', 0, '2026-06-15 12:00:00.000000')"
            )
        upgrade_database()
        assert (list(all_faults()), audit.head()[0]) == ([], 1)
        db.session.rollback()
        without_triggers("DELETE FROM audit_row", "DELETE FROM audit_head")
        upgrade_database()
        assert list(all_faults()) == [
            "The head of the audit log is missing.",
            "Decision 1 was added past the program: no row of the audit log names it.",
        ]
        db.session.remove()
        db.engine.dispose()


def test_an_upgrade_gives_nobody_a_number_that_the_log_knows_of_somebody_else(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path))
    with app.app_context():
        upgrade_database()
        gone = team.invite("neu@example.org", [RoleName.MODERATOR], COMMAND_LINE, NOW).id
        team.withdraw(gone, COMMAND_LINE, NOW)
        db.session.remove()
        downgrade(directory=str(MIGRATIONS), revision="0011")
        upgrade_database()
        assert team.invite("anna@example.org", [RoleName.MODERATOR], COMMAND_LINE, NOW).id > gone
        assert list(all_faults()) == []
        db.session.remove()
        db.engine.dispose()
