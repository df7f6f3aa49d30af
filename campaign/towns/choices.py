"""The municipalities to choose from, and which one somebody means who types."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from campaign.errors import N_, InvalidInput
from campaign.towns.gazetteer import Municipality, load_gazetteer
from campaign.towns.normalise import sort_key

SHOWN = 5


@dataclass(frozen=True)
class Choice:
    """A municipality to choose: `label` is its name, with the district where a name stands twice."""

    ags: str
    label: str
    is_town: bool


@cache
def town_choices() -> tuple[Choice, ...]:
    """Return all municipalities: towns first, the larger ones before the smaller."""
    places = load_gazetteer().municipalities
    twice = {name for name, count in Counter(place.name for place in places).items() if count > 1}
    ordered = sorted(places, key=lambda place: (not place.is_town, -place.population, place.ags))
    return tuple(Choice(place.ags, _label(place, twice), place.is_town) for place in ordered)


def chosen_town(typed: str) -> str:
    """Return the AGS of the municipality that was typed: its label, its AGS, or a beginning that only one has.

    Raises:
        InvalidInput: no municipality or several are meant.
    """
    wanted = sort_key(typed.strip())
    if not wanted:
        raise InvalidInput(N_("Welcher Ort ist es? Tipp seinen Namen ein."))
    exact = [one for one in town_choices() if wanted in (one.ags, sort_key(one.label))]
    found = exact or [one for one in town_choices() if sort_key(one.label).startswith(wanted)]
    if not found:
        raise InvalidInput(N_("Einen Ort „%(typed)s“ gibt es in Thüringen nicht."), typed=typed.strip()[:60])
    if len(found) > 1:
        names = ", ".join(one.label for one in found[:SHOWN])
        raise InvalidInput(N_("Das passt zu mehreren Orten: %(names)s. Schreib mehr vom Namen."), names=names)
    return found[0].ags


def _label(place: Municipality, twice: set[str]) -> str:
    return f"{place.name} ({place.district})" if place.name in twice else place.name
