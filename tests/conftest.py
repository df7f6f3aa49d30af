"""Fixtures that all tests share: the application on both databases, each test on fresh tables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from campaign import create_app
from campaign.config import Settings
from campaign.contests.services import sync_contest
from campaign.extensions import db
from campaign.keys import Keyring
from campaign.operations.upgrade import upgrade_database
from campaign.staff.chain import GENESIS
from tests.clients import OwnContextClient
from tests.factories import SECRET_KEY, make_settings
from tests.servers import running_postgresql


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server of this test run's own, as an SQLAlchemy address."""
    with running_postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest) -> dict[str, str]:
    """Addresses of a migrated database for each kind, made when a test first asks for it."""
    return {}


def _migrate(url: str, data_dir: Path) -> None:
    app = create_app(make_settings(data_dir, database_url=url))
    with app.app_context():
        upgrade_database()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest,
    migrated: dict[str, str],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The address of a migrated, empty database: once on SQLite, once on PostgreSQL."""
    kind: str = request.param
    if kind not in migrated:
        folder = tmp_path_factory.mktemp(f"migrated-{kind}")
        url = (
            f"sqlite:///{folder / 'template.sqlite3'}"
            if kind == "sqlite"
            else request.getfixturevalue("postgresql_url")
        )
        _migrate(url, folder)
        migrated[kind] = url
    if kind == "postgresql":
        _empty_tables(migrated[kind])
        return migrated[kind]
    copy = tmp_path / "campaign.sqlite3"
    shutil.copyfile(migrated[kind].removeprefix("sqlite:///"), copy)
    return f"sqlite:///{copy}"


def _empty_tables(url: str) -> None:
    kept = {"town", "staff_role", "alembic_version"}
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if name not in kept]
        # What the database refuses to everybody else, a test may do to begin anew.
        connection.execute(sa.text("SET session_replication_role = replica"))
        connection.execute(sa.text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
        # As the upgrade left it: the head of an empty audit log.
        head = "INSERT INTO audit_head (id, rows, hash, seal) VALUES (1, 0, :hash, :seal)"
        seal = Keyring(SECRET_KEY).fingerprint("audit head", f"0:{GENESIS}")
        connection.execute(sa.text(head), {"hash": GENESIS, "seal": seal})
    engine.dispose()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A valid configuration whose contest collects and votes now."""
    return make_settings(tmp_path, database_url=database_url)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Compiled templates, shared by the applications of all tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application with its contest in the database and an application context."""
    app = create_app(settings)
    app.test_client_class = OwnContextClient
    app.jinja_env.bytecode_cache = templates
    with app.app_context():
        sync_contest(settings)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> None:
    for name in list(os.environ):
        if name.startswith("CAMPAIGN_"):
            del os.environ[name]
