"""Alembic's entry point: runs the migrations on the application's engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, cast

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

from campaign.errors import CampaignError
from campaign.extensions import UTCDateTime, db

config = context.config


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our time type as the plain one, so that old migrations do not depend on new code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


@contextmanager
def _foreign_keys_off(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite rebuild a table without deleting what refers to it; ends with all references checked.

    Raises:
        CampaignError: a reference leads nowhere.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    # Within a transaction the switch would do nothing, and the engine begins one with every statement.
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchone()
    finally:
        # What failed may have left a transaction open.
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")
    if broken:
        raise CampaignError(f"The table {broken[0]} refers to rows that there are not. Restore the last backup.")


def run_migrations() -> None:
    """Run within one connection, on SQLite with foreign keys off."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection, _foreign_keys_off(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database: set site.database_url and run campaign db upgrade.")
run_migrations()
