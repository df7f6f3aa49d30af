"""The extensions of the Flask application and the base of all models; imports no domain."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from flask import Flask, current_app
from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql

from campaign.config import Settings
from campaign.keys import Keyring


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime on both databases (SQLite keeps no offset)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime must not reach the database")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(orm.DeclarativeBase):
    """Base of all models: named constraints (needed by migrations), UTC times, enums held by a CHECK."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def stored_enum(kind: type[enum.Enum], name: str | None = None) -> sa.Enum:
    """Return the column type of an enum: its values as text, held by a CHECK of that name."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


# Set on the registry: Flask-SQLAlchemy derives a base of its own, which may not carry a map.
Base.registry.update_type_annotation_map(
    {
        datetime: UTCDateTime(),
        enum.Enum: stored_enum(enum.Enum),
        list[str]: sa.JSON(),
        dict[str, Any]: sa.JSON(),
        list[dict[str, Any]]: sa.JSON(),
    }
)

db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

migrate = Migrate()
babel = Babel()
compress = Compress()
csrf = CSRFProtect()
limiter = Limiter(key_func=lambda: "site", default_limits=[])

_read_only: ContextVar[bool] = ContextVar("read_only", default=False)


@contextmanager
def read_only() -> Iterator[None]:
    """Let every transaction begun inside refuse to write; the database itself holds it."""
    token = _read_only.set(True)
    try:
        yield
    finally:
        _read_only.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Let the transactions begun inside write although the page only shows: who got what is written down, too."""
    token = _read_only.set(False)
    try:
        yield
    finally:
        _read_only.reset(token)


def set_read_only(value: bool) -> None:
    """Say whether the transactions of this context may write (a GET request may not)."""
    _read_only.set(value)


def one_at_a_time(*keys: str) -> None:
    """Let transactions about the same things (64 hexadecimal digits name each) wait for each other until they end."""
    if keys and db.session.get_bind().dialect.name == "postgresql":
        # In one order, so that two transactions never wait for each other.
        numbers = sorted({int(key[:16], 16) - 2**63 for key in keys})
        each = sa.func.unnest(sa.cast(numbers, postgresql.ARRAY(sa.BigInteger))).column_valued("key")
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(each)))


def settings() -> Settings:
    """Return the configuration of the running application."""
    return cast(Settings, current_app.config["CAMPAIGN"])


def keyring() -> Keyring:
    """Return the keys of the running application."""
    return cast(Keyring, current_app.extensions["keyring"])


def prepare_engine(app: Flask) -> None:
    """Set up connections and transactions of the application's engine (needs an application context)."""
    engine = db.engine
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        sa.event.listen(engine, "begin", _begin_postgresql)
    app.extensions["keyring"] = Keyring(app.config["CAMPAIGN"].site.secret_key.get_secret_value())


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late (only before a write): transactions are begun below instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=15000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "mmap_size=0",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # Two read-modify-writes begun with a plain BEGIN would overwrite each other without an error.
    reading = _read_only.get()
    if connection.info.get("query_only") is not reading:
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        connection.info["query_only"] = reading
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: sa.Connection) -> None:
    if _read_only.get():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
