"""The migrations and the models say the same, on both databases."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from campaign import create_app
from campaign.extensions import db
from campaign.paths import MIGRATIONS
from tests.factories import make_settings


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
