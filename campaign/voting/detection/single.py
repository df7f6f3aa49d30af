"""Lock-step pairs, towns with more ballots than inhabitants, and confirmations as programs make them."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

from campaign.voting.detection.crowd import KINDS_OF_GROUPS, Crowd, shown
from campaign.voting.detection.tails import binomial_tail
from campaign.voting.detection.values import Cast, Finding, ReasonClass, finding


def pairs(crowd: Crowd) -> list[Finding]:
    """Hold ballots that name the same two entries far too often together and do not look like people's."""
    bar = crowd.thresholds.pair
    together: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for place, cast in enumerate(crowd.casts):
        for pair in combinations(sorted(cast.picks), 2):
            together[pair].append(place)
    found = []
    for (first, second), places in sorted(together.items()):
        if len(places) < bar.fewest or not _in_step(crowd, first, second, len(places)):
            continue
        held, marks = crowd.unlike_people(places, first)
        if held:
            evidence = {
                "entry": first,
                "with": second,
                "ballots": len(held),
                "of_pair": len(places),
                "marks": shown(marks),
            }
            found.append(finding(ReasonClass.PAIR, crowd.pick(held), evidence))
    return found


def ceilings(crowd: Crowd) -> list[Finding]:
    """Hold what does not look like people's in towns with more ballots than inhabitants; else give notice."""
    facts = crowd.facts
    places: defaultdict[str, set[int]] = defaultdict(set)
    ballots: Counter[str] = Counter()
    for entry, town in facts.towns.items():
        places[town].update(crowd.by_entry.get(entry, ()))
        ballots[town] += facts.earlier.get(entry, 0)
    found = []
    for town in sorted(places):
        inhabitants, total = facts.inhabitants.get(town), ballots[town] + len(places[town])
        if not inhabitants or not places[town] or total <= crowd.thresholds.ceiling_of_inhabitants * inhabitants:
            continue
        held: set[int] = set()
        for entry in (entry for entry, home in facts.towns.items() if home == town and entry in crowd.by_entry):
            bar = crowd.thresholds.pattern_in_group
            held.update(crowd.explained(crowd.by_entry[entry], entry, bar, kinds=KINDS_OF_GROUPS)[0])
        casts = crowd.pick(sorted(places[town]))
        evidence = {"town": town, "ballots": len(held), "of_town": total, "inhabitants": inhabitants}
        ids = frozenset(crowd.casts[place].id for place in held)
        found.append(Finding(ReasonClass.CEILING, ids, evidence, (casts[0].at, casts[-1].at)))
    return found


def scanners(crowd: Crowd) -> list[Finding]:
    """Hold what a mail scanner may have confirmed, each ballot for itself: its voter taps once more."""
    held = [cast for cast in crowd.casts if is_scanner_like(cast, crowd.thresholds.scanner_seconds)]
    return [finding(ReasonClass.SCANNER, held, {"ballots": len(held)})] if held else []


def is_scanner_like(cast: Cast, seconds: float) -> bool:
    """Return whether a ballot was confirmed from a scanner's network, or at once and without a gesture."""
    waited = (cast.at - cast.sent_at).total_seconds()
    return "scanner_network" in cast.hints or ("no_gesture" in cast.hints and waited < seconds)


def _in_step(crowd: Crowd, first: int, second: int, both: int) -> bool:
    """Return whether the second entry is far more frequent on ballots for the first than on the others."""
    bar = crowd.thresholds.pair
    trials, others = len(crowd.by_entry[first]), len(crowd.casts) - len(crowd.by_entry[first])
    elsewhere = (len(crowd.by_entry[second]) - both + 1) / (others + 1)
    return both >= bar.lift * elsewhere * trials and binomial_tail(both, trials, elsewhere) <= bar.alpha
