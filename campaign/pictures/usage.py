"""Which pictures nothing shows any more."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from campaign.extensions import db
from campaign.pictures.models import Derivative, Picture


def unused_pictures(ids: Collection[int]) -> set[int]:
    """Return those of the pictures that no row of any table refers to, their own derivatives aside."""
    unused = set(ids)
    for column in _referring_columns():
        unused -= set(db.session.scalars(sa.select(column).where(column.in_(unused))))
    return unused


def _referring_columns() -> list[sa.Column[int]]:
    own = {Picture.__tablename__, Derivative.__tablename__}
    tables = [table for table in db.metadata.tables.values() if table.name not in own]
    keys = [(column, key) for table in tables for column in table.columns for key in column.foreign_keys]
    return [column for column, key in keys if key.column.table.name == Picture.__tablename__]
