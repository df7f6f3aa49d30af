"""Who is crowned: one town per size class, its best view, and the most picked view of all. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaign.results.standings import EntryFigures, EntryStanding, Standing


class AwardKind(enum.StrEnum):
    """town: first of its size class; town_entry: best view of such a town; entry: most picked view of all."""

    TOWN = "town"
    TOWN_ENTRY = "town_entry"
    ENTRY = "entry"


@dataclass(frozen=True)
class Award:
    """One award; several of one kind, class and town share it (`shared`). `number` names an entry."""

    kind: AwardKind
    size_class: str | None
    ags: str
    name: str
    number: int | None
    picks: int
    shared: bool


def award(towns: Sequence[Standing], entries: Sequence[EntryStanding]) -> list[Award]:
    """Return the awards: per size class the first town(s) and their best view(s), then the overall winner.

    Nothing is awarded for no pick at all; a class whose towns all lie below the minimum has no winner.
    """
    winners = [row for row in towns if row.rank == 1 and row.town.picks]
    classes = [row.size_class for row in winners]
    awards: list[Award] = []
    for row in winners:
        shared = classes.count(row.size_class) > 1
        awards.append(_town_award(row, shared=shared))
        own = [one.entry for one in entries if one.entry.ags == row.town.ags]
        awards += _entry_awards(AwardKind.TOWN_ENTRY, row.size_class, _most_picked(own))
    return awards + _entry_awards(AwardKind.ENTRY, None, _most_picked(one.entry for one in entries))


def _most_picked(entries: Iterable[EntryFigures]) -> list[EntryFigures]:
    picked = [entry for entry in entries if entry.picks]
    most = max((entry.picks for entry in picked), default=0)
    return sorted((entry for entry in picked if entry.picks == most), key=lambda entry: entry.number)


def _town_award(row: Standing, *, shared: bool) -> Award:
    town = row.town
    return Award(AwardKind.TOWN, row.size_class, town.ags, town.name, None, town.picks, shared)


def _entry_awards(kind: AwardKind, size_class: str | None, winners: Sequence[EntryFigures]) -> list[Award]:
    shared = len(winners) > 1
    return [Award(kind, size_class, one.ags, one.name, one.number, one.picks, shared) for one in winners]
