"""The counting rule: who ranks where. Pure: figures in, ranks out, whatever the order of the input."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any, Final, TypeVar

from campaign.towns.normalise import sort_key


@dataclass(frozen=True)
class CountingRule:
    """How towns are ranked.

    `town_score` is "picks" or "picks_per_1000" (picks per 1,000 inhabitants). `size_classes` are upper limits
    in inhabitants, ascending. `ties` names what decides between equal scores, in this order.
    """

    town_score: str = "picks"
    size_classes: tuple[int, ...] = (5000, 20000)
    minimum_ballots: int = 20
    ties: tuple[str, ...] = ("ballots", "best_entry")


@dataclass(frozen=True)
class EntryFigures:
    """What is counted of one standing entry; `ballots` are those of its whole town.

    `is_known`: visitors may know of the entry; picks that it got while they did are counted all the same.
    """

    number: int
    ags: str
    name: str
    population: int
    picks: int
    ballots: int
    is_known: bool = True


@dataclass(frozen=True)
class TownFigures:
    """What is counted of a town; `entries` are those that visitors know, `best_entry` the most picks on any of all."""

    ags: str
    name: str
    population: int
    entries: int
    ballots: int
    picks: int
    best_entry: int


@dataclass(frozen=True)
class Standing:
    """One row of the ranking; a town below the minimum has no rank and says how many ballots it lacks."""

    rank: int | None
    town: TownFigures
    size_class: str
    score: Fraction
    missing_to_minimum: int


@dataclass(frozen=True)
class EntryStanding:
    """One entry in the order of picks."""

    rank: int
    entry: EntryFigures


_TIE_STEPS: Final[dict[str, Callable[[TownFigures], int]]] = {
    "ballots": lambda town: -town.ballots,
    "best_entry": lambda town: -town.best_entry,
    "fewer_entries": lambda town: town.entries,
    "fewer_inhabitants": lambda town: town.population,
}
Row = TypeVar("Row")


def size_class(population: int, limits: Sequence[int]) -> str:
    """Return the class of a town by its inhabitants: "0-5000", "5001-20000", "20001-" (without end)."""
    place = bisect_left(limits, population)
    lower = limits[place - 1] + 1 if place else 0
    upper = str(limits[place]) if place < len(limits) else ""
    return f"{lower}-{upper}"


def size_class_bounds(name: str) -> tuple[int, int | None]:
    """Return the smallest and the largest number of inhabitants of a class; None: no upper limit."""
    lower, _, upper = name.partition("-")
    return int(lower), int(upper) if upper else None


def town_figures(entries: Iterable[EntryFigures]) -> list[TownFigures]:
    """Add the standing entries up per town, by AGS."""
    by_town = sorted(entries, key=lambda entry: (entry.ags, entry.number))
    return [_add_up(list(of_town)) for _ags, of_town in groupby(by_town, key=lambda entry: entry.ags)]


def town_score(town: TownFigures, rule: CountingRule) -> Fraction:
    """Return the exact score: picks, or picks per 1,000 inhabitants."""
    if rule.town_score == "picks_per_1000":
        return Fraction(town.picks * 1000, town.population)
    return Fraction(town.picks)


def rank_towns(rows: Sequence[TownFigures], rule: CountingRule) -> list[Standing]:
    """Rank the towns within their size class, small classes first.

    Equal scores are parted by the rule's tie path; towns still equal share a rank (1, 1, 3) by name.
    Towns with fewer ballots than the minimum follow without a rank, those that lack least first.
    """
    classes: dict[str, list[TownFigures]] = {}
    for town in rows:
        classes.setdefault(size_class(town.population, rule.size_classes), []).append(town)
    return [
        standing
        for name in sorted(classes, key=size_class_bounds)
        for standing in _rank_class(classes[name], name, rule)
    ]


def rank_entries(entries: Iterable[EntryFigures]) -> list[EntryStanding]:
    """Rank the entries of all towns by picks; ties share a rank (1, 1, 3) and stand by number."""
    ordered = sorted(entries, key=lambda entry: (-entry.picks, entry.number))
    return [EntryStanding(rank, entry) for rank, entry in _ranked(ordered, lambda entry: entry.picks)]


def _add_up(entries: Sequence[EntryFigures]) -> TownFigures:
    first = entries[0]
    return TownFigures(
        ags=first.ags,
        name=first.name,
        population=first.population,
        entries=sum(entry.is_known for entry in entries),
        ballots=first.ballots,
        picks=sum(entry.picks for entry in entries),
        best_entry=max(entry.picks for entry in entries),
    )


def _rank_class(towns: Sequence[TownFigures], name: str, rule: CountingRule) -> list[Standing]:
    def merit(town: TownFigures) -> tuple[Fraction | int, ...]:
        return (-town_score(town, rule), *(_TIE_STEPS[step](town) for step in rule.ties))

    def row(rank: int | None, town: TownFigures) -> Standing:
        return Standing(rank, town, name, town_score(town, rule), max(0, rule.minimum_ballots - town.ballots))

    by_name = sorted(towns, key=lambda town: (sort_key(town.name), town.ags))
    reached = [town for town in by_name if town.ballots >= rule.minimum_ballots]
    below = [town for town in by_name if town.ballots < rule.minimum_ballots]
    ranked = [row(rank, town) for rank, town in _ranked(sorted(reached, key=merit), merit)]
    return ranked + [row(None, town) for town in sorted(below, key=lambda town: -town.ballots)]


def _ranked(ordered: Sequence[Row], merit: Callable[[Row], Any]) -> Iterator[tuple[int, Row]]:
    rank = 0
    for place, row in enumerate(ordered, start=1):
        if place == 1 or merit(row) != merit(ordered[place - 2]):
            rank = place
        yield rank, row
