"""The ballot in hand as pages show it: read from the address, kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for

from campaign.contests.models import Contest
from campaign.contests.phases import is_voting
from campaign.entries.models import Entry
from campaign.entries.picks import Limits, PickState, View, admit, numbers_after, read_numbers, state_of
from campaign.entries.queries import picked_entries
from campaign.web import carried_args

KEY = "bild"
CARRYING = frozenset(
    {
        "contests.start",
        "entries.gallery",
        "entries.entry",
        "results.standings",
        "towns.town",
        "towns.towns",
    }
)


@dataclass(frozen=True)
class Ballot:
    """The picks that the present address carries, and what each view's button would make of them."""

    entries: Sequence[Entry]
    limits: Limits

    @property
    def numbers(self) -> list[int]:
        """Return the numbers of the picks."""
        return [entry.number for entry in self.entries]

    @property
    def picked(self) -> list[dict[str, Any]]:
        """Return what the tray shows: number, town, and this page without the pick."""
        return [
            {"number": entry.number, "town": entry.town, "href": _here(self._without(entry.number))}
            for entry in self.entries
        ]

    @property
    def form(self) -> str:
        """Return the address of the ballot form with these picks."""
        return url_for("voting.ballot", bild=self.numbers)

    def choice(self, entry: Entry) -> dict[str, str]:
        """Return the state of the view's button and the address that it leads to."""
        view, picked = _view(entry), [_view(other) for other in self.entries]
        state = state_of(view, picked, self.limits)
        if state is PickState.FULL:
            return {"state": state.value, "href": "#stimmzettel"}
        anchor = f"blick-{entry.number}"
        return {"state": state.value, "href": _here(numbers_after(view, picked, state), anchor)}

    def _without(self, number: int) -> list[int]:
        return [other for other in self.numbers if other != number]


def ballot_in_hand(contest: Contest, now: datetime) -> Ballot | None:
    """Return the ballot that the present address carries, or None while there is no vote."""
    if not is_voting(contest, now):
        return None
    limits = Limits(contest.votes_per_ballot, contest.votes_per_town)
    entries = picked_entries(contest, read_numbers(request.args.getlist(KEY), limits.per_ballot), now)
    admitted = admit([_view(entry) for entry in entries], limits)
    return Ballot([entry for entry in entries if _view(entry) in admitted], limits)


def carry_picks(endpoint: str, values: dict[str, Any]) -> None:
    """Let the addresses of public pages carry the picks along (a `url_defaults` function)."""
    if endpoint in CARRYING and KEY not in values and request and KEY in request.args:
        values[KEY] = read_numbers(request.args.getlist(KEY), limit=10)


def _view(entry: Entry) -> View:
    return View(entry.number, entry.town_ags or "")


def _here(numbers: Sequence[int], anchor: str | None = None) -> str:
    values = {**carried_args(), **(request.view_args or {}), KEY: list(numbers)}
    return url_for(request.endpoint or "contests.start", _anchor=anchor, **values)
