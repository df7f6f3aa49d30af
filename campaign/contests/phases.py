"""Phases are computed from dates and the clock, never stored."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Protocol


class Phase(enum.StrEnum):
    """Where the contest stands; collecting and voting are windows of their own and may overlap."""

    ANNOUNCED = "announced"
    COLLECTING = "collecting"
    VOTING = "voting"
    CANVASS = "canvass"
    PUBLISHED = "published"


class Dates(Protocol):
    """The dates of a contest, all aware; a window holds its first moment and not its last."""

    @property
    def collect_from(self) -> datetime: ...
    @property
    def collect_until(self) -> datetime: ...
    @property
    def vote_from(self) -> datetime: ...
    @property
    def vote_until(self) -> datetime: ...
    @property
    def counts_hidden_from(self) -> datetime | None: ...
    @property
    def publish_at(self) -> datetime: ...


def is_collecting(dates: Dates, now: datetime) -> bool:
    """Return whether a post of this moment takes part."""
    return dates.collect_from <= now < dates.collect_until


def is_voting(dates: Dates, now: datetime) -> bool:
    """Return whether a ballot may be asked for at this moment."""
    return dates.vote_from <= now < dates.vote_until


def are_counts_hidden(dates: Dates, now: datetime, *, published: bool) -> bool:
    """Return whether nobody outside may learn a count: from `counts_hidden_from` until the results are out."""
    return not published and dates.counts_hidden_from is not None and now >= dates.counts_hidden_from


def phase_at(dates: Dates, now: datetime, *, published: bool = False) -> Phase:
    """Return the phase that the start page speaks of; where windows overlap, voting is the later one.

    `published` says whether staff have published the results.
    """
    if published:
        return Phase.PUBLISHED
    if is_voting(dates, now):
        return Phase.VOTING
    if is_collecting(dates, now):
        return Phase.COLLECTING
    if now >= dates.vote_until:
        return Phase.CANVASS
    return Phase.ANNOUNCED
