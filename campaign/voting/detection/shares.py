"""An entry's share of its town's ballots in an hour, a day and three days, against its share before.

The number of ballots alone says nothing: a report on television brings fifty times as many (trust.md V21). A share
that jumps may still be a rush for one entry; so a surge is held only as far as its ballots do not look like people's,
and is otherwise a notice without ballots.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from campaign.voting.detection.crowd import DAY, HOUR, KINDS_OF_GROUPS, Crowd, moment, shown
from campaign.voting.detection.tails import beta_binomial_tail, significant
from campaign.voting.detection.thresholds import Thresholds
from campaign.voting.detection.values import Finding, ReasonClass

Window = tuple[int, int]
WHOLE: Final[Window] = (0, 0)


@dataclass(frozen=True)
class Surge:
    """An entry's ballots in a window among those of its town, and how probable so many are."""

    entry: int
    window: Window
    found: int
    of_town: int
    expected: float
    chance: float


def surges(
    counts: Mapping[int, Mapping[int, int]], towns: Mapping[int, str], earlier: Mapping[int, int], bars: Thresholds
) -> list[Surge]:
    """Return the windows in which an entry's share of its town's ballots is too high.

    `counts` holds ballots by entry and by number of the hour (seconds since 1970 / 3600), `earlier` those before them.
    The history of a window is all that came before it. Benjamini-Hochberg over all entries and windows.
    """
    by_town: defaultdict[str, list[int]] = defaultdict(list)
    for entry in sorted(counts):
        if entry in towns:
            by_town[towns[entry]].append(entry)
    known = Counter(towns.values())
    tested = [
        surge
        for town, entries in by_town.items()
        if known[town] > 1
        for surge in _of_town({entry: counts[entry] for entry in entries}, known[town], earlier, bars)
    ]
    chances = {place: surge.chance for place, surge in enumerate(tested)}
    return [tested[place] for place in sorted(significant(chances, bars.share_false_discoveries))]


def shares(crowd: Crowd) -> list[Finding]:
    """Hold the part of each surge that does not look like people's; a surge without such a part is a notice."""
    counts = {
        entry: {number: len(places) for (width, number), places in windows.items() if width == HOUR}
        for entry, windows in crowd.windows_of.items()
    }
    by_entry: defaultdict[int, list[Surge]] = defaultdict(list)
    for surge in surges(counts, crowd.facts.towns, crowd.facts.earlier, crowd.thresholds):
        by_entry[surge.entry].append(surge)
    return [_finding(crowd, entry, found) for entry, found in sorted(by_entry.items())]


def _finding(crowd: Crowd, entry: int, found: list[Surge]) -> Finding:
    held: set[int] = set()
    evidence: list[dict[str, object]] = []
    for surge in found:
        bar = crowd.thresholds.pattern_in_group
        places, marks = crowd.explained(crowd.windows_of[entry][surge.window], entry, bar, kinds=KINDS_OF_GROUPS)
        held.update(places)
        share = {"ballots": surge.found, "of_town": surge.of_town, "expected_share": round(surge.expected, 4)}
        evidence.append({"from": _from(crowd, surge).isoformat(), **share, "marks": shown(marks)})
    ids = frozenset(crowd.casts[place].id for place in held)
    period = (min(_from(crowd, surge) for surge in found), crowd.casts[crowd.by_entry[entry][-1]].at)
    return Finding(ReasonClass.SHARE, ids, {"entry": entry, "ballots": len(ids), "windows": evidence}, period)


def _from(crowd: Crowd, surge: Surge) -> datetime:
    width, number = surge.window
    return moment(width * number) if width else crowd.casts[0].at


def _of_town(
    counts: Mapping[int, Mapping[int, int]], entries: int, earlier: Mapping[int, int], bars: Thresholds
) -> list[Surge]:
    """Test the entries of a town in each hour and day that has ballots, and in the whole window."""
    hours = sorted({hour for numbers in counts.values() for hour in numbers})
    before = {entry: earlier.get(entry, 0) for entry in counts}
    found = _tests(WHOLE, {entry: sum(numbers.values()) for entry, numbers in counts.items()}, before, entries, bars)
    day: tuple[int, Counter[int], dict[int, int]] = (-1, Counter(), {})
    for hour in hours:
        if hour * HOUR // DAY != day[0]:
            found += _tests((DAY, day[0]), day[1], day[2], entries, bars)
            day = (hour * HOUR // DAY, Counter(), dict(before))
        now = {entry: numbers[hour] for entry, numbers in counts.items() if hour in numbers}
        found += _tests((HOUR, hour), now, before, entries, bars)
        day[1].update(now)
        for entry, ballots in now.items():
            before[entry] += ballots
    return found + _tests((DAY, day[0]), day[1], day[2], entries, bars)


def _tests(
    window: Window, now: Mapping[int, int], before: Mapping[int, int], entries: int, bars: Thresholds
) -> list[Surge]:
    of_town, history = sum(now.values()), sum(before.values())
    found = []
    for entry, ballots in now.items():
        expected = (before[entry] + 1) / (history + entries)
        chance = 1.0
        if ballots >= bars.share_fewest and ballots > expected * of_town:
            precision = min(_precision(window, bars), history + entries)
            chance = beta_binomial_tail(ballots, of_town, expected, precision)
        found.append(Surge(entry, window, ballots, of_town, expected, chance))
    return found


def _precision(window: Window, bars: Thresholds) -> float:
    """Return how steady shares are: what differs from hour to hour evens out over three days."""
    if window == WHOLE:
        return bars.share_precision_window
    return bars.share_precision_hour if window[0] == HOUR else bars.share_precision_day
