"""Every name of the gazetteer is found, in every spelling that people use, and never as another town's."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.towns.gazetteer import Landmark, Municipality, load_gazetteer
from campaign.towns.inflection import adjectives, bent_landmark
from campaign.towns.resolver import build_index, resolve

GAZETTEER = load_gazetteer()
INDEX = build_index(GAZETTEER)
FORMS = {forms.ags: forms for forms in GAZETTEER.name_forms}
SHARED = {name for name, count in Counter(place.short_name for place in GAZETTEER.municipalities).items() if count > 1}
PLAIN = [
    place
    for place in GAZETTEER.municipalities
    if place.short_name not in SHARED and place.short_name.casefold() in map(str.casefold, FORMS[place.ags].sure)
]
SIGHTS = [landmark for landmark in GAZETTEER.landmarks if landmark.aliases]
INVISIBLE = ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d"]


def _ags(caption: str) -> str | None:
    return resolve(caption, INDEX, "schönsterblick").ags


@pytest.mark.parametrize("frame", ["{}", "Blick über {}", "Abendsonne in {} 🌇", "{} in Thüringen"])
def test_no_municipality_is_taken_for_another(frame: str) -> None:
    answers = {place: _ags(frame.format(place.short_name)) for place in GAZETTEER.municipalities}
    assert [place.name for place, ags in answers.items() if ags not in (None, place.ags)] == []


def test_five_of_six_municipalities_are_found_by_their_bare_name() -> None:
    found = [place for place in GAZETTEER.municipalities if _ags(f"Blick über {place.short_name}") == place.ags]
    assert len(found) > 500


@pytest.mark.parametrize("frame", ["{}", "#{}", "Unser {}", "{} bei Nacht"])
def test_a_name_that_decides_alone_is_found_everywhere(frame: str) -> None:
    names = {place: _as_hashtag(place.short_name) if "#" in frame else place.short_name for place in PLAIN}
    missed = [name for place, name in names.items() if _ags(frame.format(name)) != place.ags]
    assert missed == []


def _as_hashtag(name: str) -> str:
    return "".join(char for char in name if char.isalnum())


def test_adjectives_never_name_another_municipality() -> None:
    wrong = []
    for place in GAZETTEER.municipalities:
        for adjective in adjectives(place.short_name.lower()):
            if _ags(f"{adjective.capitalize()} Kirche") not in (None, place.ags):
                wrong.append(adjective)
    # Neustädt is a village at the Werra, Neustadt a town at the Orla: neither owns "Neustädter".
    assert wrong == []


def test_adjectives_of_towns_that_decide_alone_are_found() -> None:
    towns = [place for place in PLAIN if place.is_town and place.short_name.isalpha()]
    assert [place.name for place in towns if _ags(f"{_adjective(place)} Altstadt") != place.ags] == []


def _adjective(place: Municipality) -> str:
    return adjectives(place.short_name.lower())[0].capitalize()


def test_every_sight_and_village_that_decides_alone_is_found() -> None:
    owners: dict[str, set[str]] = {}
    for sight in SIGHTS:
        for alias in sight.aliases:
            owners.setdefault(alias.casefold(), set()).add(sight.ags)
    assert [alias for alias, ags in owners.items() if len(ags) > 1] == []
    assert [alias for alias, ags in owners.items() if _ags(alias.title()) not in ags] == []


def test_every_doubtful_sight_and_village_is_offered_as_a_rival() -> None:
    doubtful = [(alias, landmark) for landmark in GAZETTEER.landmarks for alias in landmark.vague_aliases]
    assert [alias for alias, landmark in doubtful if not _is_offered(alias, landmark)] == []


def _is_offered(alias: str, landmark: Landmark) -> bool:
    answer = resolve(alias.title(), INDEX, "schönsterblick")
    known = {landmark.ags} | {forms.ags for forms in GAZETTEER.name_forms if alias.casefold() in _texts(forms.ags)}
    return answer.ags in known or not known.isdisjoint(answer.rivals)


def _texts(ags: str) -> set[str]:
    forms = FORMS[ags]
    return {text.casefold() for text in (*forms.sure, *forms.unsure, *forms.fragments)}


@st.composite
def respelt(draw: st.DrawFn, name: str) -> str:
    """Write a name as people and their keyboards do: other umlauts, other cases, parted letters, nothing between."""
    text = draw(st.sampled_from([name, _written_out(name), name.upper(), name.lower()]))
    text = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])), text)
    for mark in draw(st.lists(st.sampled_from(INVISIBLE), max_size=3)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + mark + text[at:]
    return text


def _written_out(name: str) -> str:
    return name.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}))


@given(st.data(), st.sampled_from(PLAIN))
def test_a_name_is_the_same_in_every_spelling(data: st.DataObject, place: Municipality) -> None:
    written = data.draw(respelt(place.short_name))
    assert _ags(f"Blick auf {written}") == place.ags


@given(st.data(), st.sampled_from(SIGHTS))
def test_a_sight_is_the_same_in_every_spelling(data: st.DataObject, sight: Landmark) -> None:
    alias = data.draw(st.sampled_from(sight.aliases))
    assert _ags(f"🌄 {data.draw(respelt(alias))} 🌄") == _ags(f"🌄 {alias} 🌄")


def test_a_village_with_a_name_of_its_own_is_not_another_one_without_dots() -> None:
    # Tottleben is a municipality, Töttleben a part of Erfurt.
    assert _ags("Kirche in Tottleben") == "16064062"
    assert _ags("Kirche in Töttleben") == "16051000"


def test_the_names_of_sights_are_bent_like_german_words() -> None:
    assert bent_landmark("Hoher Schwarm")[1] == "Hohen Schwarm"
    assert _ags("Blick vom Hohen Schwarm") == "16073077"
    assert _ags("Die Roten Spitzen im Abendlicht") == "16077001"


def test_municipalities_of_one_name_stay_silent_without_a_district() -> None:
    assert {"Eichenberg", "Elxleben", "Lehesten"} == SHARED
    assert [_ags(f"Blick über {name} in Thüringen") for name in sorted(SHARED)] == [None, None, None]
