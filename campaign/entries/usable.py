"""The door of `campaign.entries.uses` as conditions for the database."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.uses import Use

Condition: TypeAlias = sa.ColumnElement[bool]


def usable(use: Use, now: datetime) -> tuple[Condition, ...]:
    """Return what picks the entries of whose pictures a use may be made (`uses.may_use`)."""
    return (*known(now, use), Entry.gone_at.is_(None))


def tombstones(now: datetime) -> tuple[Condition, ...]:
    """Return what picks the entries that visitors know of and whose posts have vanished (`uses.is_tombstone`)."""
    return (*known(now), Entry.gone_at.is_not(None))


def known(now: datetime, use: Use = Use.WEB) -> tuple[Condition, ...]:
    """Return what picks the entries that visitors know of: their pictures, or the tombstones in their places."""
    return (Entry.status == Status.APPROVED, with_right(use, now))


def with_right(use: Use, now: datetime) -> Condition:
    """Return what picks the entries for which somebody has allowed a use (`uses.has_right`)."""
    return _until(use) > now


def without_right(use: Use, now: datetime) -> Condition:
    """Return what picks all other entries."""
    return sa.or_(_until(use).is_(None), _until(use) <= now)


def without_any_right(now: datetime) -> Condition:
    """Return what picks the entries of whose pictures nobody has allowed anything."""
    return sa.and_(*(without_right(use, now) for use in Use))


def _until(use: Use) -> InstrumentedAttribute[datetime | None]:
    return {
        Use.WEB: Entry.web_until,
        Use.PRINT: Entry.print_until,
        Use.PRESS: Entry.press_until,
        Use.ADVERTISING: Entry.advertising_until,
    }[use]
