"""Marks that are too frequent among the ballots of an entry, and addresses of an entry that are spelt alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

from campaign.voting.detection.crowd import DAY, HOUR, Crowd, Mark, shown
from campaign.voting.detection.tails import binomial_tail
from campaign.voting.detection.thresholds import Bar
from campaign.voting.detection.values import Cast, Finding, ReasonClass, finding

# The most frequent stem of a provider is thought to be on this share of all ballots, the most frequent skeleton too.
_UNSEEN_STEM, _UNSEEN_SKELETON = 2e-4, 2e-3


def patterns(crowd: Crowd) -> list[Finding]:
    """Hold the ballots of an entry that carry marks too frequent there within an hour, a day or the window."""
    found = []
    for entry in sorted(crowd.by_entry):
        marks: dict[str, Mark] = {}
        held: set[int] = set()
        for window, counted in _counted(crowd, entry).items():
            places = crowd.windows_of[entry][window]
            carriers, here = crowd.explained(places, entry, crowd.thresholds.pattern, counted)
            held.update(carriers)
            marks.update({mark.name: mark for mark in here if mark.found >= marks.get(mark.name, mark).found})
        if held:
            evidence = {"entry": entry, "ballots": len(held), "marks": shown(marks.values())}
            found.append(finding(ReasonClass.PATTERN, crowd.pick(sorted(held)), evidence))
    return found


def sequences(crowd: Crowd) -> list[Finding]:
    """Hold the ballots of an entry whose addresses differ in digits, dots and vowels only, and are too many."""
    bars = crowd.thresholds
    return [
        *_alike(crowd, lambda cast: cast.traits.stem_key, bars.sequence_stem, _UNSEEN_STEM),
        *_alike(crowd, lambda cast: cast.traits.skeleton_key, bars.sequence_skeleton, _UNSEEN_SKELETON),
    ]


def _counted(crowd: Crowd, entry: int) -> dict[tuple[int, int], Counter[str]]:
    """Return the marks by window, for windows with enough ballots; hours are counted once and added up."""
    windows = crowd.windows_of[entry]
    counted: dict[tuple[int, int], Counter[str]] = {}
    for (width, number), places in windows.items():
        if width == HOUR:
            counted[width, number] = crowd.marks_of(places)
            counted.setdefault((DAY, number * HOUR // DAY), Counter()).update(counted[width, number])
    counted[0, 0] = crowd.marks_by_entry[entry]
    return {
        window: marks for window, marks in counted.items() if len(windows[window]) >= crowd.thresholds.pattern.fewest
    }


def _alike(crowd: Crowd, key: Callable[[Cast], str], bar: Bar, unseen: float) -> list[Finding]:
    found = []
    for places in crowd.groups(key, bar.fewest).values():
        by_entry: defaultdict[int, list[int]] = defaultdict(list)
        for place in places:
            for entry in crowd.casts[place].picks:
                by_entry[entry].append(place)
        for entry, same in by_entry.items():
            if len(same) < bar.fewest:
                continue
            trials = len(crowd.by_entry[entry])
            weight = 1 / unseen
            elsewhere = (len(places) - len(same) + 1) / (len(crowd.casts) - trials + weight)
            if len(same) >= bar.lift * elsewhere * trials and binomial_tail(len(same), trials, elsewhere) <= bar.alpha:
                evidence = {"entry": entry, "ballots": len(same), "elsewhere": len(places) - len(same)}
                found.append(finding(ReasonClass.SEQUENCE, crowd.pick(same), evidence))
    return found
