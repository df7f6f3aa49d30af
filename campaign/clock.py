"""Time: aware UTC inside, Europe/Berlin for people."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


def utc_now() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    return datetime.now(UTC)


def from_berlin(value: datetime) -> datetime:
    """Return the UTC moment of a local date and time; an aware value keeps its own offset."""
    return (value if value.tzinfo else value.replace(tzinfo=BERLIN)).astimezone(UTC)


def to_berlin(value: datetime) -> datetime:
    """Return the moment as people in Thuringia read it off the clock."""
    return value.astimezone(BERLIN)
