"""The only door between a picture and the public: may this use be made of it now?

`campaign.entries.usable` says the same to the database; a test holds both against each other.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Protocol

from campaign.entries.lifecycle import Status

# Stands where a right has no end.
NO_END = datetime(9000, 1, 1, tzinfo=UTC)


class Use(enum.StrEnum):
    """What can be done with a picture; each needs a right of its own."""

    WEB = "web"
    PRINT = "print"
    PRESS = "press"
    ADVERTISING = "advertising"


class EntryFacts(Protocol):
    """What the door knows of an entry: until when each use is allowed, None where it is not."""

    @property
    def status(self) -> Status: ...
    @property
    def gone_at(self) -> datetime | None: ...
    @property
    def web_until(self) -> datetime | None: ...
    @property
    def print_until(self) -> datetime | None: ...
    @property
    def press_until(self) -> datetime | None: ...
    @property
    def advertising_until(self) -> datetime | None: ...


def may_use(entry: EntryFacts, use: Use, now: datetime) -> bool:
    """Return whether a use may be made of an entry's picture: it takes part, its post is there, the right holds."""
    return entry.status is Status.APPROVED and entry.gone_at is None and has_right(entry, use, now)


def is_tombstone(entry: EntryFacts, now: datetime) -> bool:
    """Return whether visitors know of an entry whose picture is hidden because its post has vanished."""
    return entry.status is Status.APPROVED and entry.gone_at is not None and has_right(entry, Use.WEB, now)


def has_right(entry: EntryFacts, use: Use, now: datetime) -> bool:
    """Return whether somebody has allowed a use, whatever else speaks against it."""
    until = right_until(entry, use)
    return until is not None and now < until


def right_until(entry: EntryFacts, use: Use) -> datetime | None:
    """Return until when a use is allowed (`NO_END` for ever), or None where nobody has allowed it."""
    return {
        Use.WEB: entry.web_until,
        Use.PRINT: entry.print_until,
        Use.PRESS: entry.press_until,
        Use.ADVERTISING: entry.advertising_until,
    }[use]
