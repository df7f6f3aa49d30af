"""The municipalities to choose from, and which one somebody means who types."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from campaign.errors import N_, InvalidInput
from campaign.towns.gazetteer import Municipality, load_gazetteer
from campaign.towns.normalise import spellings
from campaign.towns.resolver import build_index, resolve

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
    """Return the AGS of the municipality that was typed.

    It is meant by its label in any spelling of umlauts, by its AGS, by a beginning that only one has, or by whatever
    the resolver is sure about: a district, a village, a sight, a short name.

    Raises:
        InvalidInput: no municipality or several are meant.
    """
    words = typed.strip()
    wanted = set(spellings(words)) - {""}
    if not wanted:
        raise InvalidInput(N_("Welcher Ort ist es? Tipp seinen Namen ein."))
    exact = [one for one, names in _spelled() if wanted & {one.ags, *names}]
    found = exact or [one for one, names in _spelled() if any(name.startswith(tuple(wanted)) for name in names)]
    if len(found) > 1:
        names = ", ".join(one.label for one in found[:SHOWN])
        raise InvalidInput(N_("Das passt zu mehreren Orten: %(names)s. Schreib mehr vom Namen."), names=names)
    return found[0].ags if found else _place_in(words)


def _place_in(words: str) -> str:
    place = resolve(words, build_index(load_gazetteer()), "").ags
    if place:
        return place
    near = _near(words)
    names = ", ".join([one.label for one in town_choices() if one.ags in near][:SHOWN])
    if names:
        message = N_("Was meinst du mit „%(typed)s“: %(names)s? Schreib den Namen der Gemeinde.")
        raise InvalidInput(message, typed=words[:60], names=names)
    message = N_("„%(typed)s“ kennen wir nicht. Nimm die Stadt oder Gemeinde in Thüringen, zu der der Ort gehört.")
    raise InvalidInput(message, typed=words[:60])


def _near(words: str) -> set[str]:
    """Return the municipalities that have the words in their name, or a village or a sight of that name."""
    gazetteer, wanted = load_gazetteer(), set(spellings(words))
    named = {place.ags for place in gazetteer.search(words)}
    return named | {place.ags for place in gazetteer.landmarks if wanted & set(spellings(place.name))}


@cache
def _spelled() -> tuple[tuple[Choice, tuple[str, ...]], ...]:
    return tuple((one, spellings(one.label)) for one in town_choices())


def _label(place: Municipality, twice: set[str]) -> str:
    return f"{place.name} ({place.district})" if place.name in twice else place.name
