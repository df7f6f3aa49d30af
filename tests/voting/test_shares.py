"""The share of its town's ballots tells a surge from a rush: the simulation of forty towns, with fixed seeds."""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate
from random import Random

from campaign.voting.detection.shares import Surge, surges
from campaign.voting.detection.thresholds import Thresholds

TOWNS, ENTRIES, DAYS, WINDOW = 40, 8, 28, 72
HOME = {entry: f"town{entry // ENTRIES}" for entry in range(TOWNS * ENTRIES)}
CURVE = (1, 1, 1, 1, 1, 2, 3, 4, 5, 5, 6, 6, 6, 5, 5, 6, 7, 8, 9, 9, 8, 6, 3, 1)
TELEVISION = (200, 501)
Counts = dict[int, dict[int, int]]


def honest(rng: Random) -> Counts:
    """Ballots by entry and hour: towns of six sizes, two hours on television with fifty times as many."""
    counts: Counts = {entry: {} for entry in HOME}
    for town in range(TOWNS):
        entries = range(town * ENTRIES, (town + 1) * ENTRIES)
        pulls = [rng.lognormvariate(0, 0.7) for _ in entries]
        daily = rng.choice((20, 40, 60, 90, 130, 200))
        today = pulls
        for hour in range(DAYS * 24):
            # What people like differs from day to day and from hour to hour.
            if hour % 24 == 0:
                today = [pull * rng.lognormvariate(0, 0.06) for pull in pulls]
            weights = list(accumulate(pull * rng.lognormvariate(0, 0.12) for pull in today))
            expected = daily * CURVE[hour % 24] / sum(CURVE) * (50 if hour in TELEVISION else 1)
            for entry in rng.choices(entries, cum_weights=weights, k=_poisson(rng, expected)):
                counts[entry][hour] = counts[entry].get(hour, 0) + 1
    return counts


def _poisson(rng: Random, expected: float) -> int:
    if expected > 50:
        return max(0, round(rng.gauss(expected, expected**0.5)))
    total, number = rng.expovariate(1), 0
    while total < expected:
        total, number = total + rng.expovariate(1), number + 1
    return number


def found_at(counts: Counts, now: int) -> list[Surge]:
    """Return the surges in the 72 hours before an hour."""
    window = {
        entry: {hour: ballots for hour, ballots in hours.items() if now - WINDOW <= hour < now}
        for entry, hours in counts.items()
    }
    earlier = {
        entry: sum(ballots for hour, ballots in hours.items() if hour < now - WINDOW) for entry, hours in counts.items()
    }
    return surges(window, HOME, earlier, Thresholds())


def with_votes(counts: Counts, entry: int, hours: list[int]) -> Counts:
    more = {number: dict(found) for number, found in counts.items()}
    for hour in hours:
        more[entry][hour] = more[entry].get(hour, 0) + 1
    return more


def test_people_are_hardly_ever_a_surge_even_when_television_sends_fifty_times_as_many() -> None:
    alarms: defaultdict[int, set[int]] = defaultdict(set)
    for seed in (1, 2):
        counts = honest(Random(seed))
        for now in range(4 * 24, DAYS * 24 + 1, 12):
            for surge in found_at(counts, now):
                alarms[seed].add(1000 * surge.entry + now // 24)
    entry_days = 2 * TOWNS * ENTRIES * DAYS
    assert sum(map(len, alarms.values())) <= entry_days / 1000


def test_twenty_five_votes_in_an_hour_and_a_hundred_in_three_days_are_a_surge() -> None:
    rng = Random(3)
    counts = honest(rng)
    now, hour = 20 * 24, 19 * 24 + 10
    quick = slow = 0
    for town in range(TOWNS):
        entry = town * ENTRIES + rng.randrange(ENTRIES)
        quick += entry in {surge.entry for surge in found_at(with_votes(counts, entry, [hour] * 25), now)}
        drip = [now - 1 - rng.randrange(WINDOW) for _ in range(100)]
        slow += entry in {surge.entry for surge in found_at(with_votes(counts, entry, drip), now)}
    assert quick >= 0.95 * TOWNS
    assert slow >= 0.95 * TOWNS
