"""Rows as the database holds them, whatever somebody wrote into them past the program.

The types of the models refuse what is no value of theirs; a check has to name it instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from campaign.extensions import Model, UTCDateTime, db

BATCH = 1000


def stored_rows(
    model: type[Model],
    order: sa.SQLColumnExpression[Any],
    *where: sa.ColumnElement[bool],
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield all columns of a table's rows by name, in order, without keeping them in memory."""
    columns = list(sa.inspect(model).columns)
    plain = [sa.type_coerce(column, sa.types.NullType()).label(column.key) for column in columns]
    kinds = [(column.key, column.type) for column in columns]
    for row in streamed(sa.select(*plain).select_from(model).where(*where).order_by(order).limit(limit)):
        yield {name: _as_written(kind, value) for (name, kind), value in zip(kinds, row, strict=True)}


def streamed(query: sa.Select[*tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
    """Yield the rows of a query in parts; whoever stops early leaves no cursor open."""
    result = db.session.execute(query.execution_options(yield_per=BATCH))
    try:
        yield from result
    finally:
        result.close()


def _as_written(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    """Return what the model would have read, or the value itself where the model would refuse it."""
    if isinstance(kind, UTCDateTime) and isinstance(value, str):
        return _moment(value)
    if isinstance(kind, sa.Boolean) and value in (0, 1):
        return bool(value)
    return value


def _moment(text: str) -> datetime | str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return found if found.tzinfo else found.replace(tzinfo=UTC)
