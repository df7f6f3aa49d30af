"""Searching and narrowing: numbers, words, accounts, addresses, and what never becomes part of a statement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Source
from campaign.entries.models import SimilarEntry
from campaign.extensions import db
from campaign.moderation import services
from campaign.moderation.filter_args import AGES, NAMES, carried, filters_of
from campaign.moderation.narrowing import Filters
from campaign.moderation.queries import list_page
from campaign.moderation.reasons import Reason
from campaign.moderation.search_rules import MOST_WORDS, Search, parse_search
from tests.factories import NOW, WEIMAR, make_entry
from tests.moderation.excluding import account

SEARCHES = {
    "12": Search(number=12),
    "#12": Search(number=12),
    "Bild 12": Search(number=12),
    " @Anna.Wiese ": Search(account="anna.wiese"),
    "https://www.instagram.com/p/Cabc1234567/?igsh=x": Search(shortcode="Cabc1234567"),
    "Cabc1234567": Search(shortcode="Cabc1234567", words=["Cabc1234567"]),
    "alter Markt": Search(words=["alter", "Markt"]),
    "99999999999": Search(shortcode="99999999999", words=["99999999999"]),
    "4294967296": Search(shortcode="4294967296", words=["4294967296"]),
    "50 %": Search(words=["50", "%"]),
}


@pytest.mark.parametrize("text", SEARCHES)
def test_what_is_typed_says_what_is_looked_for(text: str) -> None:
    assert parse_search(text) == SEARCHES[text]


@given(st.text())
def test_whatever_is_typed_is_understood_or_nothing(text: str) -> None:
    found = parse_search(text)
    assert (found is None) == (not text.strip())
    assert found is None or len(found.words) <= MOST_WORDS


def listed(**filters: object) -> list[int]:
    page = list_page(current_contest(), Filters(**filters))  # type: ignore[arg-type]
    return sorted(entry.number for entry in page.entries)


def found(text: str) -> list[int]:
    return listed(search=parse_search(text))


@pytest.mark.usefixtures("app")
def test_words_are_found_in_captions_and_names_whatever_their_case() -> None:
    first = make_entry(caption="Über den ÄLTESTEN Dächern von Gera").number
    second = make_entry(caption="Markt", creator="Anna Wiese", username="anna.wiese").number
    asked = ("über ältesten", "DÄCHERN gera", "wiese markt", "@anna.wiese", "Dächern Markt", str(second))
    assert [found(text) for text in asked] == [[first], [first], [second], [second], [], [second]]


@pytest.mark.usefixtures("app")
def test_a_post_is_found_by_its_address_and_its_code() -> None:
    entry, other = make_entry(), make_entry(caption="ganz anders")
    assert [found(str(text)) for text in (entry.permalink, entry.shortcode)] == [[entry.number], [entry.number]]
    assert found("anders") == [other.number]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("text", ["50 %", "_ _", "'", "\\ \\", "/ %", "%' OR 1=1 --", '"'])
def test_signs_that_mean_something_to_the_database_are_only_signs(text: str) -> None:
    make_entry(caption="nichts davon", creator="x")
    entry = make_entry(caption=f"mit {text} darin", creator="x")
    assert found(text) == [entry.number]


@pytest.mark.usefixtures("app")
def test_lists_are_narrowed_by_age_by_what_is_put_aside_by_likeness_and_by_who_decided() -> None:
    old = make_entry(public=False, received_at=NOW - timedelta(days=2)).number
    aside = make_entry(public=False, parked_at=NOW).number
    like, alike = make_entry().number, make_entry().number
    db.session.add(SimilarEntry(entry_number=alike, other_number=like, distance=3, found_at=NOW))
    anna = account("anna")
    services.reject(alike, Reason.DUPLICATE, None, anna, NOW)
    assert listed(received_before=NOW - timedelta(days=1)) == [old]
    assert (listed(is_parked=True), listed(is_parked=False)) == ([aside], [old])
    assert (listed(has_likeness=True), listed(has_likeness=False)) == ([like, alike], [old, aside])
    assert listed(decided_by=anna.staff_id) == [alike]


def test_an_address_says_what_to_narrow_to_and_junk_narrows_nothing() -> None:
    args = {
        "ort": "Weimar",
        "quelle": "upload",
        "recht": "nein",
        "konto": " @Anna ",
        "alter": "3",
        "geparkt": "ja",
        "aehnlich": "nein",
        "meins": "ja",
        "suche": "12",
    }
    assert filters_of(args, 7, NOW) == Filters(
        town=WEIMAR,
        source=Source.UPLOAD,
        has_right=False,
        username="anna",
        received_before=NOW - timedelta(days=3),
        is_parked=True,
        has_likeness=False,
        decided_by=7,
        search=Search(number=12),
    )
    assert filters_of(dict.fromkeys(set(NAMES) - {"ort", "konto", "suche"}, "junk"), 7, NOW) == Filters()
    assert (carried({"ort": "Gera", "suche": "", "nach": "4"}), AGES) == ({"ort": "Gera"}, (1, 3, 7))
