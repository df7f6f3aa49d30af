"""The ballot paper as its form shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.entries.queries import picked_entries
from campaign.errors import N_, InvalidInput, NotFound
from campaign.extensions import db
from campaign.pictures.models import Picture
from campaign.voting.rules import BallotLimits, PickFacts, check_picks

# More than any ballot may hold: what follows was not written by one of our pages.
MOST_NUMBERS = 20


@dataclass(frozen=True)
class Paper:
    """The entries that stand on a ballot paper; `problem` says why it cannot be cast as it is."""

    entries: Sequence[Entry]
    problem: InvalidInput | None

    @property
    def numbers(self) -> list[int]:
        """Return the numbers of the entries."""
        return [entry.number for entry in self.entries]

    def without(self, number: int) -> list[int]:
        """Return the other numbers."""
        return [other for other in self.numbers if other != number]


def read_numbers(values: Sequence[str]) -> list[int]:
    """Return the numbers of a form or an address as they came.

    Raises:
        NotFound: one is not the number of any picture.
        InvalidInput: there are more than a ballot can hold.
    """
    if len(values) > MOST_NUMBERS:
        raise InvalidInput(N_("Das sind zu viele Bilder für einen Stimmzettel. Fang in der Galerie neu an."))
    for value in values:
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise NotFound(N_("Das Bild „%(number)s“ gibt es nicht. Such dir eines in der Galerie aus."), number=value)
    return [int(value) for value in values]


def read_paper(contest: Contest, values: Sequence[str], now: datetime) -> Paper:
    """Return the ballot paper with these numbers, each once.

    Raises:
        NotFound: an entry is not public.
        InvalidInput: there are more numbers than a ballot can hold.
    """
    numbers = list(dict.fromkeys(read_numbers(values)))
    entries = _with_pictures(contest, numbers, now)
    facts = [PickFacts(number, _town(entries, number), number in entries) for number in numbers]
    limits = BallotLimits(contest.votes_per_ballot, contest.votes_per_town)
    problem = None
    try:
        check_picks(facts, limits)
    except InvalidInput as error:
        problem = error if numbers else None
    return Paper([entries[number] for number in numbers], problem)


def shown_entries(contest: Contest, numbers: Sequence[int], now: datetime) -> list[Entry]:
    """Return the entries of these numbers that visitors may still see."""
    entries = _with_pictures(contest, numbers, now)
    return [entries[number] for number in numbers if number in entries]


def _with_pictures(contest: Contest, numbers: Sequence[int], now: datetime) -> dict[int, Entry]:
    public = [entry.number for entry in picked_entries(contest, numbers, now)]
    query = sa.select(Entry).where(Entry.number.in_(public)).options(joinedload(Entry.town))
    query = query.options(selectinload(Entry.picture).selectinload(Picture.derivatives))
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {entry.number: entry for entry in found}


def _town(entries: dict[int, Entry], number: int) -> str | None:
    return entries[number].town_ags if number in entries else None
