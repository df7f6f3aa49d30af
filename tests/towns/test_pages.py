"""The list of towns and a town's page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.contests.page_check import Page
from tests.factories import ERFURT, NOW, make_entry


@pytest.fixture(autouse=True)
def _in_the_voting_phase() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def _towns(client: FlaskClient, path: str) -> list[str]:
    return list(dict.fromkeys(link for link in Page(client.get(path).text).links if link.startswith("/orte/")))


def test_all_towns_are_listed_and_those_with_views_say_how_many(client: FlaskClient) -> None:
    make_entry(town=ERFURT)
    make_entry(town=ERFURT)
    page = Page(client.get("/orte").text)
    assert len(_towns(client, "/orte")) == 117
    assert "Erfurt 2 Blicke" in page.words


def test_a_village_is_listed_once_it_has_a_view(client: FlaskClient) -> None:
    make_entry(town="16061001")
    assert "/orte/arenshausen" in _towns(client, "/orte")


@pytest.mark.parametrize("words", ["MÜHLH", "muhlh"])
def test_a_town_is_found_whatever_the_spelling_of_its_umlauts(client: FlaskClient, words: str) -> None:
    page = Page(client.get(f"/orte?suche={words}").text)
    assert "Mühlhausen" in page.words
    assert "1 Ort gefunden" in page.words


def test_an_unknown_name_is_answered_with_what_to_do(client: FlaskClient) -> None:
    words = Page(client.get("/orte?suche=Atlantis").text).words
    assert "Zu „Atlantis“ kennen wir keinen Ort in Thüringen. Prüf bitte die Schreibweise." in words


def test_a_search_is_shown_as_text_and_never_as_markup(client: FlaskClient) -> None:
    assert "<script>alert" not in client.get("/orte?suche=<script>alert(1)</script>").text


def test_a_town_stands_under_its_sign_with_district_and_inhabitants(client: FlaskClient) -> None:
    words = Page(client.get("/orte/sonneberg").text).words
    assert "Sonneberg Landkreis Sonneberg 23.064 Menschen leben hier" in words


def test_the_sources_of_the_facts_are_named_where_they_are_shown(app: Flask, client: FlaskClient) -> None:
    for path in ("/orte", "/impressum", "/en/orte", "/en/impressum"):
        words = Page(client.get(path).text).words
        assert "Zensus 2022, dl-de/by-2-0 (Daten verändert) · Orte: GeoNames, CC BY 4.0" in words
