"""Ballots at even distances, and ballots of the night."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from campaign.voting.detection.crowd import HOUR, Crowd, moment
from campaign.voting.detection.tails import beta_binomial_tail
from campaign.voting.detection.thresholds import Thresholds
from campaign.voting.detection.values import Finding, ReasonClass, finding

_ZONE = ZoneInfo("Europe/Berlin")
_UNSEEN_NIGHT, _UNSEEN_WEIGHT = 0.03, 50


def regular(crowd: Crowd) -> list[Finding]:
    """Hold runs of ballots for an entry that were asked for, or confirmed, at even distances.

    People come as rain falls: the distances vary as much as their mean. Ballots of one entry are looked at together,
    and those of one network and one provider or domain for themselves, so that other voters do not hide a run.
    """
    bars = crowd.thresholds
    asked = [cast.requested_at.timestamp() for cast in crowd.casts]
    found = []
    for entry, stream in _streams(crowd):
        held: set[int] = set()
        for times, places in ((crowd.seconds, stream), (asked, sorted(stream, key=asked.__getitem__))):
            held.update(even_runs([times[place] for place in places], places, bars.timing_run, bars.timing_variation))
        if held:
            evidence = {"entry": entry, "ballots": len(held), "of_stream": len(stream)}
            found.append(finding(ReasonClass.TIMING, crowd.pick(sorted(held)), evidence))
    return found


def even_runs(times: Sequence[float], places: Sequence[int], length: int, variation: float) -> set[int]:
    """Return the places in runs of at least so many ascending times whose distances vary less than this (CV)."""
    gaps = [later - sooner for sooner, later in pairwise(times)]
    steps = length - 1
    if len(gaps) < steps:
        return set()
    held: set[int] = set()
    total, squares = sum(gaps[:steps]), sum(gap * gap for gap in gaps[:steps])
    for end in range(steps, len(gaps) + 1):
        # CV² = n * sum of squares / square of the sum - 1
        if total > 0 and steps * squares < (1 + variation * variation) * total * total:
            held.update(places[end - steps : end + 1])
        if end < len(gaps):
            new, old = gaps[end], gaps[end - steps]
            total += new - old
            squares += new * new - old * old
    return held


def nights(crowd: Crowd) -> list[Finding]:
    """Hold an entry's ballots of a night when they are far more of its day than those of the others are of theirs.

    A rush of the evening that dies away after midnight is none: the night must have nearly as many as the hours before.
    """
    bars = crowd.thresholds
    everybody = _Days(bars)
    for hour, ballots in crowd.by_hour.items():
        everybody.add(hour, ballots)
    found = []
    for entry, windows in sorted(crowd.windows_of.items()):
        own = _Days(bars)
        for (width, hour), places in windows.items():
            if width == HOUR:
                own.add(hour, len(places))
        for day, dark in own.night.items():
            others = everybody.all_day[day] - own.all_day[day]
            elsewhere = (everybody.night[day] - dark + _UNSEEN_NIGHT * _UNSEEN_WEIGHT) / (others + _UNSEEN_WEIGHT)
            if dark < bars.night_of_evening * own.evening[day] or not _nightly(bars, dark, own.all_day[day], elsewhere):
                continue
            held = sorted(place for hour in own.hours[day] for place in windows[HOUR, hour])
            evidence = {"entry": entry, "ballots": dark, "of_day": own.all_day[day], "elsewhere": round(elsewhere, 4)}
            found.append(finding(ReasonClass.NIGHT, crowd.pick(held), evidence))
    return found


def _nightly(bars: Thresholds, dark: int, all_day: int, elsewhere: float) -> bool:
    if dark < max(bars.night.fewest, bars.night.lift * elsewhere * all_day):
        return False
    return beta_binomial_tail(dark, all_day, elsewhere, 1 / bars.pattern_overdispersion - 1) <= bars.night.alpha


def _streams(crowd: Crowd) -> Iterator[tuple[int, list[int]]]:
    for entry, places in sorted(crowd.by_entry.items()):
        yield entry, places
        parts: defaultdict[str, list[int]] = defaultdict(list)
        for place in places:
            cast = crowd.casts[place]
            parts[cast.network].append(place)
            parts[cast.traits.provider or cast.traits.domain_key].append(place)
        for part in parts.values():
            if crowd.thresholds.timing_run <= len(part) < len(places):
                yield entry, part


class _Days:
    """Ballots from noon to noon in Germany: in all, in the hours of the night, and in as many hours before it."""

    def __init__(self, bars: Thresholds) -> None:
        self._from, self._until = bars.night_from, bars.night_until
        self.all_day: Counter[int] = Counter()
        self.evening: Counter[int] = Counter()
        self.night: Counter[int] = Counter()
        self.hours: defaultdict[int, list[int]] = defaultdict(list)

    def add(self, hour: int, ballots: int) -> None:
        """Count the ballots of an hour (seconds since 1970 / 3600)."""
        local = moment(hour * HOUR).astimezone(_ZONE)
        day = (local.toordinal() * 24 + local.hour - 12) // 24
        before_night = (self._from - local.hour) % 24
        self.all_day[day] += ballots
        if self._from <= local.hour < self._until:
            self.night[day] += ballots
            self.hours[day].append(hour)
        elif 0 < before_night <= self._until - self._from:
            self.evening[day] += ballots
