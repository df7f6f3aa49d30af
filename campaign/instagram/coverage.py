"""Which moments of the contest we are sure about: the windows of the passes, and the gaps between them; pure.

A pass over `recent_media` sees the posts of the last 24 hours, in no order (Meta, IG Hashtag Recent Media). So one
that did not come to the end of the paging is sure of nothing, and one that did is sure of a window: until the moment
at which it asked for its first page (what was posted later may stand on a page that it had already), and from 24 hours
before the moment at which its last page came (what was older may have aged out while it paged).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

HORIZON = timedelta(hours=24)
# So long after a net whose pictures did not all come until the next one; after all of them the last one was enough.
NET_WAITS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
# So many hours without a good pass, and staff hear of it: at 24 posts begin to be lost.
WARNING_HOURS = (6, 12, 18)


@dataclass(frozen=True, order=True)
class Window:
    """A stretch of time that holds its first moment and not its last; never empty."""

    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Gap:
    """A stretch whose posts no pass has surely seen and none can see any more.

    `asked_at` is when `top_media` was asked afterwards, `rescued` how many posts of the gap that brought: a gap stays
    a gap, because nobody knows what else was in it.
    """

    begin: datetime
    end: datetime
    asked_at: datetime | None = None
    rescued: int = 0


class Stretch(enum.StrEnum):
    """sure: seen by a good pass; gap: lost to `recent_media`; open: not seen yet, the next good pass sees it."""

    SURE = "sure"
    GAP = "gap"
    OPEN = "open"


@dataclass(frozen=True)
class Segment:
    """A part of the bar that shows the whole time of collecting."""

    kind: Stretch
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Coverage:
    """What is known of the time from `begin` (collecting starts) to `end` (now, or the end of collecting).

    `windows`, `gaps` and `open` are each in the order of time and together fill the whole stretch. `last_good` is
    until when the last good pass is sure; `hours` the warning that holds now (6, 12 or 18), None while all is well.
    """

    begin: datetime
    end: datetime
    windows: tuple[Window, ...]
    gaps: tuple[Gap, ...]
    open: tuple[Window, ...]
    last_good: datetime | None
    hours: int | None

    @property
    def since(self) -> datetime | None:
        """Return since when no moment is missing; None while nothing was seen, or when the latest moments are lost."""
        if not self.windows or (self.gaps and self.gaps[-1].end > self.windows[-1].end):
            return None
        return self.windows[-1].begin

    @property
    def share(self) -> float:
        """Return the share (0 to 1) of the time that is surely seen; time that can still be seen does not count."""
        seen = sum((window.end - window.begin for window in self.windows), timedelta())
        lost = sum((gap.end - gap.begin for gap in self.gaps), timedelta())
        return seen / (seen + lost) if seen + lost else 1.0

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Return the stretches in the order of time, without a hole between them."""
        stretches: tuple[tuple[Stretch, Sequence[Window | Gap]], ...] = (
            (Stretch.SURE, self.windows),
            (Stretch.GAP, self.gaps),
            (Stretch.OPEN, self.open),
        )
        found = [Segment(kind, one.begin, one.end) for kind, those in stretches for one in those]
        return tuple(sorted(found, key=lambda segment: segment.begin))


def sure_window(first_asked: datetime, last_came: datetime) -> Window | None:
    """Return the window that a pass whose paging ended properly is sure of, from the moments of its requests.

    `first_asked` is just before the first page was asked for, `last_came` just after the last one came. None for a
    pass that took so long that the two ends crossed.
    """
    begin = last_came - HORIZON
    return Window(begin, first_asked) if begin < first_asked else None


def joins(window: Window, earlier: Iterable[Window], begin: datetime) -> bool:
    """Return whether nothing between `begin` and the window is missing from the earlier windows next to it."""
    return window.begin <= begin or any(other.begin <= window.begin <= other.end for other in earlier)


def merge(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Return the same moments as windows that neither overlap nor touch, in the order of time."""
    merged: list[Window] = []
    for window in sorted(windows):
        if merged and window.begin <= merged[-1].end:
            merged[-1] = Window(merged[-1].begin, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return tuple(merged)


def cover(windows: Iterable[Window], begin: datetime, until: datetime, now: datetime) -> Coverage:
    """Return what the windows of all good passes say about collecting from `begin` to `until`, seen at `now`."""
    known, end = merge(windows), max(begin, min(now, until))
    inside = tuple(Window(max(one.begin, begin), min(one.end, end)) for one in known if _meets(one, begin, end))
    missing = _between(inside, begin, end)
    horizon = now - HORIZON
    last_good = known[-1].end if known else None
    return Coverage(
        begin,
        end,
        inside,
        tuple(Gap(one.begin, min(one.end, horizon)) for one in missing if one.begin < horizon),
        tuple(Window(max(one.begin, horizon), one.end) for one in missing if one.end > horizon),
        last_good,
        level(max(last_good or begin, begin), now) if _matters(last_good, begin, until, now) else None,
    )


def level(last_good: datetime, now: datetime) -> int | None:
    """Return the warning that so long a time without a good pass deserves: 6, 12 or 18 hours, or None."""
    reached = [hours for hours in WARNING_HOURS if now - last_good >= timedelta(hours=hours)]
    return max(reached, default=None)


def asked_after(gap: Gap, asked: Iterable[datetime]) -> datetime | None:
    """Return when `top_media` was first asked after the gap had its final size, from the moments of those passes."""
    return min((moment for moment in asked if moment >= gap.end + HORIZON), default=None)


def may_cast(casts: Sequence[datetime], now: datetime) -> bool:
    """Return whether it is time for `top_media` again, from the moments of the nets of a gap that were cut."""
    return not casts or now - max(casts) >= NET_WAITS[min(len(casts), len(NET_WAITS)) - 1]


def is_final(gap: Gap, coverage: Coverage, until: datetime) -> bool:
    """Return whether a gap will not grow any more: seen time follows it, or the end of collecting."""
    return gap.end == until or any(window.begin == gap.end for window in coverage.windows)


def _meets(window: Window, begin: datetime, end: datetime) -> bool:
    return window.begin < end and window.end > begin


def _between(windows: Sequence[Window], begin: datetime, end: datetime) -> list[Window]:
    edges = [Window(begin, begin), *windows, Window(end, end)]
    return [Window(one.end, other.begin) for one, other in pairwise(edges) if one.end < other.begin]


def _matters(last_good: datetime | None, begin: datetime, until: datetime, now: datetime) -> bool:
    # After the end passes still matter until the last post has aged out or was surely seen.
    return begin <= now < until + HORIZON and (last_good is None or last_good < until)
