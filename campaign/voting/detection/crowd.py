"""The ballots of a window, ordered and counted, and the marks by which people differ from a generator.

A mark is a word about a ballot: its provider, the shape of its address, how odd the letters are, how fast it was
confirmed. What matters is never a mark itself but that it is several times as frequent among the ballots of one entry
as among those that do not name it: a rush of people has the marks of all people, however large it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from typing import Final

from campaign.voting.detection.tails import beta_binomial_tail
from campaign.voting.detection.thresholds import Bar, Thresholds
from campaign.voting.detection.values import Cast, Facts

HOUR: Final = 3600
DAY: Final = 24 * HOUR
ODD: Final = (30, 50, 70)
FAST: Final = (8, 20)
# First letters of marks: coarse shape (D: at a provider), shape (T: at a provider), fast, hint, odd, provider.
ALL_KINDS: Final = "CDFHOPST"
# People of one house share providers and a scheme for their addresses.
KINDS_OF_GROUPS: Final = "CFHOS"
_HOME_KINDS: Final = "DP"
# How many fake ballots a person's is worth when marks compete.
_COST: Final = 2
# Until others have voted, a mark is thought to be on this share of ballots, with the weight of so many.
_UNSEEN_SHARE, _UNSEEN_WEIGHT = 0.02, 100


@dataclass(frozen=True)
class Mark:
    """A mark that is too frequent: on how many ballots, and its share among those that do not name the entry."""

    name: str
    found: int
    elsewhere: float


class Crowd:
    """All ballots of a window, by time and by entry."""

    def __init__(self, casts: Iterable[Cast], facts: Facts, thresholds: Thresholds) -> None:
        self.casts: Sequence[Cast] = sorted(casts, key=lambda cast: (cast.at, cast.id))
        self.facts, self.thresholds = facts, thresholds
        self.seconds = [cast.at.timestamp() for cast in self.casts]
        naming = _Marking()
        self.marks = [naming.of(cast) for cast in self.casts]
        by_entry: defaultdict[int, list[int]] = defaultdict(list)
        for place, cast in enumerate(self.casts):
            for entry in cast.picks:
                by_entry[entry].append(place)
        self.by_entry = dict(by_entry)

    @cached_property
    def all_marks(self) -> Counter[str]:
        return self.marks_of(range(len(self.casts)))

    @cached_property
    def marks_by_entry(self) -> dict[int, Counter[str]]:
        return {entry: self.marks_of(places) for entry, places in self.by_entry.items()}

    @cached_property
    def by_hour(self) -> Counter[int]:
        """How many ballots each hour has (seconds since 1970 / 3600)."""
        return Counter(int(seconds // HOUR) for seconds in self.seconds)

    @cached_property
    def windows_of(self) -> dict[int, dict[tuple[int, int], list[int]]]:
        """Each entry's ballots by (width, number) of the hours and days, and of the whole window (0, 0)."""
        found = {}
        for entry, places in self.by_entry.items():
            windows: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
            for place in places:
                for width in (HOUR, DAY):
                    windows[width, int(self.seconds[place] // width)].append(place)
            found[entry] = {**windows, (0, 0): places}
        return found

    def marks_of(self, places: Iterable[int]) -> Counter[str]:
        """Return how many of these ballots carry each mark."""
        return Counter(chain.from_iterable(map(self.marks.__getitem__, places)))

    def share_elsewhere(self, mark: str, entry: int) -> float:
        """Return the share of a mark among the ballots that do not name an entry."""
        found = self.all_marks[mark] - self.marks_by_entry[entry][mark]
        ballots = len(self.casts) - len(self.by_entry[entry])
        return (found + _UNSEEN_SHARE * _UNSEEN_WEIGHT) / (ballots + _UNSEEN_WEIGHT)

    def conspicuous(
        self,
        places: Sequence[int],
        entry: int,
        bar: Bar,
        counted: Counter[str] | None = None,
        *,
        kinds: str = ALL_KINDS,
    ) -> list[Mark]:
        """Return the marks of these kinds that are too frequent among these ballots, which all name the entry."""
        marks, trials = [], len(places)
        precision = 1 / self.thresholds.pattern_overdispersion - 1
        for name, found in (counted or self.marks_of(places)).items():
            if found < bar.fewest or name[0] not in kinds:
                continue
            elsewhere = self.share_elsewhere(name, entry)
            # The young and the old, a school and a firm differ in their providers.
            if found < bar.lift * elsewhere * trials * (2 if name[0] in _HOME_KINDS else 1):
                continue
            # Among rare marks the share varies by its own size at most, not by many times of it.
            if beta_binomial_tail(found, trials, elsewhere, max(precision, 2 / elsewhere)) <= bar.alpha:
                marks.append(Mark(name, found, elsewhere))
        return sorted(marks, key=lambda mark: (-mark.found, mark.name))

    def explained(
        self,
        places: Sequence[int],
        entry: int,
        bar: Bar,
        counted: Counter[str] | None = None,
        *,
        kinds: str = ALL_KINDS,
    ) -> tuple[list[int], list[Mark]]:
        """Return the ballots by which a group differs, and the marks that say so.

        The mark that explains most with the fewest people comes first; the next one is looked for in what remains.
        """
        rest, held, marks = list(places), [], []
        while found := self.conspicuous(rest, entry, bar, counted, kinds=kinds):
            best = max(found, key=lambda mark: (mark.found - _COST * mark.elsewhere * len(rest), mark.name))
            marks.append(best)
            held += [place for place in rest if best.name in self.marks[place]]
            rest = [place for place in rest if best.name not in self.marks[place]]
            # Where something was found, what is left is looked at more closely.
            bar, counted = self.thresholds.pattern_in_group, None
        return held, marks

    def unlike_people(
        self, places: Sequence[int], entry: int, *, kinds: str = KINDS_OF_GROUPS
    ) -> tuple[list[int], list[Mark]]:
        """Return which ballots of a conspicuous group do not look like people's, all when most do not, and by what."""
        held, marks = self.explained(places, entry, self.thresholds.pattern_in_group, kinds=kinds)
        all_of_them = len(held) >= self.thresholds.group_coverage * len(places)
        return (list(places) if all_of_them and held else held), marks

    def pick(self, places: Iterable[int]) -> list[Cast]:
        """Return the ballots at these places."""
        return [self.casts[place] for place in places]

    def groups(self, key: Callable[[Cast], str], fewest: int) -> dict[str, list[int]]:
        """Return the ballots by a key, where it is not empty and on at least so many."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place, cast in enumerate(self.casts):
            found[key(cast)].append(place)
        return {name: places for name, places in found.items() if name and len(places) >= fewest}


def moment(seconds: float) -> datetime:
    """Return a point in time, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def shown(marks: Iterable[Mark]) -> list[dict[str, object]]:
    """Return marks as plain values for a page."""
    return [{"mark": mark.name, "ballots": mark.found, "elsewhere": round(mark.elsewhere, 5)} for mark in marks]


class _Marking:
    """Finds the marks of ballots; what addresses of one kind have in common is found once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, int], tuple[str, ...]] = {}

    def of(self, cast: Cast) -> tuple[str, ...]:
        traits = cast.traits
        key = (traits.provider, traits.shape, sum(traits.oddness >= least for least in ODD))
        if key not in self._known:
            self._known[key] = _address_marks(*key)
        waited = (cast.at - cast.sent_at).total_seconds()
        fast = tuple(f"F{most}" for most in FAST if waited < most)
        hints = tuple(f"H{hint}" for hint in sorted(cast.hints))
        return self._known[key] + fast + hints if fast or hints else self._known[key]


def _address_marks(provider: str, shape: str, odd: int) -> tuple[str, ...]:
    marks = [f"O{least}" for least in ODD[:odd]]
    # Letters without their number; digits keep it.
    coarse = re.sub(r"(?<=a)[0-9]+| ", "", shape)[:10]
    if provider:
        marks += [f"P{provider}", f"S{shape}", f"T{shape}@{provider}", f"C{coarse}", f"D{coarse}@{provider}"]
    elif re.search("9[3-8]|9.*a", coarse):
        # A company's or a club's own scheme has names, and small numbers for those who share one.
        marks.append(f"C{coarse}@own")
    return tuple(marks)
