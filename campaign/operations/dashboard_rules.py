"""What the organisers' page makes of its figures: days in Thuringia, waiting times, the drawing; pure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Final

from campaign.clock import from_berlin, to_berlin

DAYS: Final = 14
# A town waits systematically longer only when chance does not explain it, and when somebody would mind.
FEWEST_WAITS: Final = 8
LONGER_BY: Final = timedelta(hours=24)
TIMES_LONGER: Final = 2
CHANCE: Final = 0.01
CHART_HEIGHT: Final = 100.0


@dataclass(frozen=True)
class Day:
    """A calendar day in Thuringia and the moments at which it begins and ends: 23 to 25 hours."""

    date: date
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Tally:
    """How many entries came in, and how many of them are approved, wait, or are out."""

    new: int = 0
    approved: int = 0
    pending: int = 0
    out: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.new + other.new,
            self.approved + other.approved,
            self.pending + other.pending,
            self.out + other.out,
        )


@dataclass(frozen=True)
class Slow:
    """A town whose pictures wait longer than those of all others: the medians of both."""

    town: str
    median: timedelta
    elsewhere: timedelta


@dataclass(frozen=True)
class Part:
    """A part of a bar on a drawing of 100 units: from the top, and how high."""

    kind: str
    top: float
    height: float


def last_days(now: datetime, count: int = DAYS) -> list[Day]:
    """Return the days until today, the earliest first."""
    today = to_berlin(now).date()
    dates = [today - timedelta(days=back) for back in range(count - 1, -1, -1)]
    return [Day(one, _begin(one), _begin(one + timedelta(days=1))) for one in dates]


def middle(waits: Sequence[timedelta]) -> timedelta | None:
    """Return the median; None of nothing."""
    return timedelta(seconds=median(one.total_seconds() for one in waits)) if waits else None


def slow_towns(waits: Mapping[str, Sequence[timedelta]]) -> list[Slow]:
    """Return the towns whose pictures wait systematically longer than those of all others, the slowest first.

    A town is named when its median is a day longer and twice as long as that of the others, and when so many of its
    waits lie above the others' median as chance brings about once in a hundred: sign test in its normal approximation
    with continuity correction. Looking at many towns needs no stricter level: a day more is rarely chance.
    """
    judged = {town: sorted(own) for town, own in waits.items() if len(own) >= FEWEST_WAITS}
    everything = sorted(wait for own in waits.values() for wait in own)
    found = []
    for town, own in judged.items():
        if len(everything) - len(own) < FEWEST_WAITS:
            continue
        usual, here = _median_of_others(everything, own), own[len(own) // 2]
        is_longer = here - usual >= LONGER_BY and here >= TIMES_LONGER * usual
        above = len(own) - bisect_right(own, usual)
        if is_longer and _chance(above, len(own)) <= CHANCE:
            found.append(Slow(town, here, usual))
    return sorted(found, key=lambda one: (-one.median, one.town))


def bar_parts(tally: Tally, most: int) -> list[Part]:
    """Return the parts of the bar of a day from the bottom up, where the bar of `most` entries has 100 units."""
    parts, top = [], CHART_HEIGHT
    for kind in ("approved", "pending", "out"):
        height = CHART_HEIGHT * getattr(tally, kind) / max(most, 1)
        top -= height
        if height:
            parts.append(Part(kind, round(top, 2), round(height, 2)))
    return parts


def _begin(day: date) -> datetime:
    return from_berlin(datetime.combine(day, time()))


def _median_of_others(everything: Sequence[timedelta], own: Sequence[timedelta]) -> timedelta:
    """Return the (lower) median of a sorted sequence without a sorted part of it, in the time of a few look-ups."""

    def others_until(place: int) -> int:
        return bisect_right(everything, everything[place]) - bisect_right(own, everything[place])

    half = (len(everything) - len(own) + 1) // 2
    return everything[bisect_left(range(len(everything)), half, key=others_until)]


def _chance(above: int, count: int) -> float:
    """Return how likely at least so many of `count` lie above the median when nothing but chance decides."""
    deviation = (above - 0.5 - count / 2) / (math.sqrt(count) / 2)
    return 0.5 * math.erfc(deviation / math.sqrt(2))
