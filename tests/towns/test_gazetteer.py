"""The gazetteer: which municipalities there are, and how they are found."""

import re
from collections import Counter
from importlib import resources

from campaign.towns.gazetteer import CREDITS, load_gazetteer

GAZETTEER = load_gazetteer()


def test_thuringia_has_601_municipalities_and_117_of_them_are_towns() -> None:
    assert len(GAZETTEER.municipalities) == 601
    assert sum(place.is_town for place in GAZETTEER.municipalities) == 117
    assert Counter(place.kind for place in GAZETTEER.municipalities) == {
        "Gemeinde": 484,
        "Stadt": 112,
        "kreisfreie Stadt": 5,
    }


def test_the_inhabitants_add_up_to_the_census() -> None:
    assert sum(place.population for place in GAZETTEER.municipalities) == 2_110_396


def test_every_municipality_has_its_own_short_address() -> None:
    slugs = [place.slug for place in GAZETTEER.municipalities]
    assert len(set(slugs)) == 601
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_addresses_that_are_printed_on_posters_stay_as_they_are() -> None:
    known = {"16051000": "erfurt", "16064046": "muehlhausen", "16064003": "bad-langensalza", "16075085": "poessneck"}
    assert {ags: place.slug for ags in known if (place := GAZETTEER.get(ags))} == known


def test_places_of_one_name_are_told_apart_by_their_district() -> None:
    found = [place.slug for place in GAZETTEER.municipalities if place.short_name == "Lehesten"]
    assert sorted(found) == ["lehesten-saale-holzland-kreis", "lehesten-saalfeld-rudolstadt"]


def test_a_municipality_is_found_by_its_key_and_by_its_address() -> None:
    place = GAZETTEER.get("16064046")
    assert place is not None
    assert (place.name, place.short_name, place.district) == (
        "Mühlhausen/Thüringen",
        "Mühlhausen",
        "Unstrut-Hainich-Kreis",
    )
    assert GAZETTEER.by_slug("muehlhausen") is place


def test_an_unknown_key_and_an_unknown_address_find_nothing() -> None:
    assert GAZETTEER.get("09162000") is None
    assert GAZETTEER.by_slug("muenchen") is None


def test_names_stand_in_german_order() -> None:
    names = [place.name for place in GAZETTEER.municipalities if place.name.startswith("K")]
    assert [name for name in names if name.startswith(("Kör", "Kos", "Kra"))] == [
        "Körner",
        "Kospoda",
        "Kraftsdorf",
        "Kranichfeld",
        "Krauthausen",
        "Krayenberggemeinde",
    ]


def test_typing_a_beginning_offers_towns_before_villages() -> None:
    assert [place.name for place in GAZETTEER.search("erf")] == ["Erfurt"]
    assert [place.short_name for place in GAZETTEER.search("Langen")] == [
        "Langenleuba-Niederhain",
        "Langenorla",
        "Langenwetzendorf",
        "Langenwolschendorf",
        "Bad Langensalza",
    ]


def test_typing_needs_no_umlauts() -> None:
    for typed in ("mühlh", "muehlh", "Muhlh"):
        assert [place.name for place in GAZETTEER.search(typed)] == ["Mühlhausen/Thüringen"]


def test_typing_nothing_offers_nothing() -> None:
    assert GAZETTEER.search("") == ()
    assert GAZETTEER.search(" -") == ()


def test_every_landmark_and_every_spelling_belongs_to_a_municipality() -> None:
    strays = [landmark.name for landmark in GAZETTEER.landmarks if GAZETTEER.get(landmark.ags) is None]
    strays += [forms.ags for forms in GAZETTEER.name_forms if GAZETTEER.get(forms.ags) is None]
    assert strays == []
    assert len(GAZETTEER.name_forms) == 601


def test_every_place_lies_in_thuringia() -> None:
    outside = [
        place.name for place in GAZETTEER.municipalities if not (50.2 < place.lat < 51.65 and 9.87 < place.lon < 12.66)
    ]
    assert outside == []


def test_the_gazetteer_is_read_once() -> None:
    assert load_gazetteer() is GAZETTEER


def test_the_credits_are_the_same_on_the_site_and_beside_the_data() -> None:
    readme = resources.files("campaign.towns").joinpath("data", "README.md").read_text(encoding="utf-8")
    assert [line for line in readme.splitlines() if line == CREDITS] == [CREDITS]
