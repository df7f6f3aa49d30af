"""Rows as the database holds them, whatever somebody wrote into them past the program.

The types of the models refuse what is no value of theirs; a check has to name it instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

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
    names = [column.key for column in columns]
    readers = [
        (name, _READERS[type(column.type)])
        for name, column in zip(names, columns, strict=True)
        if type(column.type) in _READERS
    ]
    for row in streamed(
        sa.select(*map(as_stored, columns)).select_from(model).where(*where).order_by(order).limit(limit)
    ):
        values = dict(zip(names, row, strict=True))
        for name, read in readers:
            values[name] = read(values[name])
        yield values


def as_stored(column: sa.ColumnElement[Any] | InstrumentedAttribute[Any]) -> sa.ColumnElement[Any]:
    """Return a column whose values come as the driver gives them."""
    return sa.type_coerce(column, sa.types.NullType()).label(column.key)


def streamed(query: sa.Select[*tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
    """Yield the rows of a query in parts; whoever stops early leaves no cursor open."""
    result = db.session.execute(query.execution_options(yield_per=BATCH))
    try:
        yield from result
    finally:
        result.close()


def moment(value: Any) -> Any:
    """Return the moment that the driver gives as text where it does, anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _truth(value: Any) -> Any:
    return bool(value) if value in (0, 1) else value


# What the model would have read; where the model would refuse a value it stays as it is.
_READERS = {UTCDateTime: moment, sa.Boolean: _truth}
