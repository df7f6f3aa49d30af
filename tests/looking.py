"""What lies in the database of running processes, read beside them without holding anything up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi
from tests.processes import write_config


class Look:
    """Reads with statements of its own, each in a short transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query), values)]

    def column(self, query: str, **values: Any) -> list[Any]:
        """Return the first column of a statement."""
        return [row[0] for row in self.rows(query, **values)]

    def number(self, query: str, **values: Any) -> int:
        """Return the one number of a statement."""
        (found,) = self.column(query, **values)
        return int(found)

    def change(self, statement: str, **values: Any) -> None:
        """Change something behind the back of the program."""
        with self._engine.begin() as connection:
            connection.execute(sa.text(statement), values)

    def forget_the_lease(self) -> None:
        """Let the lease of a scheduler that was killed run out now instead of in twenty seconds."""
        self.change("DELETE FROM lease")


@contextmanager
def looking(url: str) -> Iterator[Look]:
    """Look into a database."""
    engine = sa.create_engine(url, connect_args={"timeout": 20} if url.startswith("sqlite") else {})
    try:
        yield Look(engine)
    finally:
        engine.dispose()


def moments(values: list[Any]) -> list[datetime]:
    """Return times as aware UTC; SQLite gives text without a zone."""
    found = [datetime.fromisoformat(value) if isinstance(value, str) else value for value in values]
    return [moment.replace(tzinfo=moment.tzinfo or UTC) for moment in found]


def instagram_config(folder: Path, url: str, graph: RunningGraphApi, *, seconds: float = 0.3, **more: Any) -> Path:
    """Write a configuration whose scheduler asks a simulated Instagram every so many seconds."""
    access = {
        "user_id": USER_ID,
        "access_token": TOKEN,
        "api_base_url": graph.url,
        "media_hosts": [graph.url.removeprefix("http://")],
        "ingest_minutes": seconds / 60,
    }
    return write_config(folder, url, instagram=access, **more)
