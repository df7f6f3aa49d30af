"""Whether a post still exists: what one answer changes, and when to ask again; pure.

Source of the answers: Meta, Instagram oEmbed. „Not found“ is deleted, private, or closed to embeds: it does not tell
which, and an account that is private for an afternoon is no reason to take a picture down.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MISSES_TO_HIDE = 3
MISSING_TO_HIDE = timedelta(hours=36)
ROUND = timedelta(hours=24)
# After this long at least, so that no post is asked for twice within a short time.
SHORTEST = timedelta(hours=12)
WHILE_MISSING = (timedelta(hours=6), timedelta(hours=8))
AFTER_NO_ANSWER = timedelta(hours=1)
# More posts do not vanish within two days by themselves: it may be Instagram's answer that has changed. Of many a
# share, of few a handful, and of very few at most half: one alone may go, all together may not.
SHARE_AT_ONCE = 0.1
FEW_AT_ONCE = 3
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
# The golden ratio spreads any run of numbers evenly over an interval (Weyl's sequence).
_GOLDEN = 0.618033988749895


class Answer(enum.StrEnum):
    """What Instagram said; unknown is everything that is neither: limits, faults, an address that is wrong."""

    THERE = "there"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Sight:
    """What is known of a post: `misses` not-founds in a row, the first at `missing_since`; `gone`: it is hidden."""

    misses: int = 0
    missing_since: datetime | None = None
    gone: bool = False


def after_answer(sight: Sight, answer: Answer, now: datetime, *, may_hide: bool = True) -> Sight:
    """Return what is known after an answer; it hides or shows the post where `gone` changes.

    Hidden is what was not found three times in a row and over 36 hours, shown again what is there. `may_hide` is
    False while too many posts are missing at once.
    """
    if answer is Answer.UNKNOWN:
        return sight
    if answer is Answer.THERE:
        return Sight()
    since = now if sight.missing_since is None else sight.missing_since
    misses = sight.misses + 1
    return Sight(misses, since, sight.gone or (may_hide and is_long_missing(misses, since, now)))


def is_long_missing(misses: int, since: datetime, now: datetime) -> bool:
    """Return whether so many not-founds in a row, the first of them then, are enough to hide a post."""
    return misses >= MISSES_TO_HIDE and now - since >= MISSING_TO_HIDE


def next_check(number: int, sight: Sight, answer: Answer, now: datetime) -> datetime:
    """Return when to ask for an entry again: at its own time of the day, every 6 to 8 hours while it is missing."""
    if answer is Answer.UNKNOWN:
        return now + AFTER_NO_ANSWER
    if sight.misses:
        least, most = WHILE_MISSING
        return now + least + (most - least) * _place(number)
    return slot_after(number, now + SHORTEST)


def slot_after(number: int, moment: datetime) -> datetime:
    """Return the next moment of an entry's own time of the day; the times of all entries lie evenly over the day."""
    slot = _EPOCH + ROUND * _place(number)
    return moment + (slot - moment) % ROUND


@dataclass(frozen=True)
class Missing:
    """Of the posts that are `watched` and not hidden, how many are `missing`, the first of them `since` then.

    `overdue` are those that would be hidden by now if fewer were missing.
    """

    watched: int = 0
    missing: int = 0
    overdue: int = 0
    since: datetime | None = None

    @property
    def too_many(self) -> bool:
        """Return whether so many are missing at once that nothing is hidden until somebody has looked."""
        return not is_plausible(self.missing, self.watched)


def is_plausible(missing: int, watched: int) -> bool:
    """Return whether so many posts may be missing by themselves, of those that are watched and not hidden yet."""
    few = max(1, min(FEW_AT_ONCE, watched // 2))
    return missing <= max(few, SHARE_AT_ONCE * watched)


def _place(number: int) -> float:
    return number * _GOLDEN % 1
