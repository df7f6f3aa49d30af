"""Gallery and single view as visitors meet them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from campaign.entries.lifecycle import Status
from campaign.extensions import db
from tests.contests.page_check import Page
from tests.factories import ERFURT, GERA, JENA, NOW, WEIMAR, make_entry


@pytest.fixture(autouse=True)
def _in_the_voting_phase() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def _signs(client: FlaskClient, path: str) -> list[str]:
    return [link for link in Page(client.get(path).text).links if link.startswith("/bild/")]


def test_the_gallery_shows_the_newest_view_first(client: FlaskClient) -> None:
    for town in (ERFURT, WEIMAR, JENA):
        make_entry(town=town, picture=True)
    assert _signs(client, "/galerie") == ["/bild/3", "/bild/2", "/bild/1"]


@pytest.mark.parametrize("hidden", [{"status": Status.PENDING}, {"status": Status.WITHDRAWN}, {"has_right": False}])
def test_what_is_not_approved_or_not_allowed_is_nowhere(client: FlaskClient, hidden: dict[str, Any]) -> None:
    make_entry(picture=True, **hidden)
    assert _signs(client, "/") + _signs(client, "/galerie") + _signs(client, "/orte/erfurt") == []
    assert client.get("/bild/1").status_code == 404


def test_the_gallery_can_show_one_town(client: FlaskClient) -> None:
    for town in (ERFURT, WEIMAR, ERFURT):
        make_entry(town=town, picture=True)
    assert _signs(client, "/galerie?ort=erfurt") == ["/bild/3", "/bild/1"]
    assert _signs(client, "/orte/weimar") == ["/bild/2"]


def test_a_page_holds_twenty_four_views_and_leads_on_with_the_town(client: FlaskClient) -> None:
    for _ in range(25):
        make_entry()
    first = Page(client.get("/galerie?ort=erfurt").text)
    assert "Seite 1 von 2" in first.words
    assert "/galerie?ort=erfurt&seite=2" in first.links
    last = Page(client.get("/galerie?ort=erfurt&seite=2").text)
    assert "/galerie?ort=erfurt&seite=1" in last.links
    assert [one for one in last.ids if one.startswith("blick-")] == ["blick-1"]


def test_an_empty_town_says_how_to_take_part(client: FlaskClient) -> None:
    words = Page(client.get("/galerie?ort=gera").text).words
    assert "Aus Gera gibt es noch keinen Blick" in words
    assert "#schoensterblick" in words


def test_a_view_without_picture_says_so_and_keeps_its_credit(client: FlaskClient) -> None:
    make_entry(creator="anna.sieht")
    words = Page(client.get("/bild/1").text).words
    assert "Dieses Bild können wir gerade nicht zeigen." in words
    assert "Foto: anna.sieht" in words


@pytest.mark.parametrize(
    ("creator", "shown"),
    [
        ("anna.sieht", "anna.sieht"),
        ("@anna", "@anna"),
        ("Frieda Wiesengrund", "Frieda Wiesengrund"),
        (None, "unbekannt"),
    ],
)
def test_a_photo_is_credited_as_its_creator_is_called(client: FlaskClient, creator: str | None, shown: str) -> None:
    make_entry(creator=creator, picture=True)
    assert f"Foto: {shown}" in Page(client.get("/bild/1").text).words


def test_a_view_leads_to_its_neighbours_its_town_and_its_post(client: FlaskClient) -> None:
    for town in (ERFURT, WEIMAR, JENA):
        entry = make_entry(town=town, picture=True)
    links = Page(client.get("/bild/2").text).links
    assert {"/bild/3", "/bild/1", "/orte/weimar"} <= set(links)
    assert entry.permalink in Page(client.get("/bild/3").text).links


def test_a_shared_view_brings_its_own_picture_and_credit(client: FlaskClient) -> None:
    make_entry(picture=True, creator="anna.sieht")
    text = client.get("/bild/1?bild=1").text
    assert '<meta property="og:image" content="http://127.0.0.1:8000/bilder/' in text
    assert '<meta property="og:description" content="Foto: anna.sieht">' in text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/bild/1">' in text


def test_the_button_of_a_view_leads_to_the_same_page_with_the_pick(client: FlaskClient) -> None:
    for town in (ERFURT, WEIMAR):
        make_entry(town=town, picture=True)
    links = Page(client.get("/galerie?seite=1&bild=1").text).links
    assert "/galerie?seite=1&bild=1&bild=2#blick-2" in links
    assert "/galerie?seite=1#blick-1" in links
    assert "/abstimmen?bild=1" in links


def test_all_links_of_a_page_carry_the_picks_along(client: FlaskClient) -> None:
    make_entry(picture=True)
    links = Page(client.get("/orte?bild=1").text).links
    expected = {"/?bild=1", "/galerie?bild=1", "/ergebnisse?bild=1", "/orte/erfurt?bild=1", "/en/orte?bild=1"}
    assert expected <= set(links)


def test_a_second_view_of_a_town_offers_to_swap(client: FlaskClient) -> None:
    for town in (ERFURT, WEIMAR, ERFURT):
        make_entry(town=town, picture=True)
    text = client.get("/galerie?bild=1&bild=2").text
    assert "/galerie?bild=3&bild=2#blick-3" in Page(text).links
    assert text.count('data-state="swap"') == 1


def test_a_full_ballot_leads_to_the_tray(client: FlaskClient) -> None:
    for town in (ERFURT, WEIMAR, JENA, GERA):
        make_entry(town=town, picture=True)
    page = Page(client.get("/galerie?bild=1&bild=2&bild=3").text)
    assert "#stimmzettel" in page.links
    assert "3 von 3 gewählt" in page.words


def test_picks_that_do_not_exist_are_left_out(client: FlaskClient) -> None:
    make_entry(picture=True)
    assert "1 von 3 gewählt" in Page(client.get("/galerie?bild=77&bild=1&bild=x").text).words


def test_there_is_no_tray_while_nobody_may_vote(client: FlaskClient) -> None:
    make_entry(picture=True)
    with time_machine.travel("2026-05-01T00:00:00+00:00"):
        text = client.get("/galerie?bild=1").text
    assert ("Dein Stimmzettel" in text, "data-pick" in text) == (False, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_gallery_asks_the_database_equally_often_for_one_view_and_for_three(
    app: Flask, client: FlaskClient, count: int
) -> None:
    for town in (ERFURT, WEIMAR, JENA)[:count]:
        make_entry(town=town, picture=True)
    asked: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *event: asked.append(event[2]))
    assert client.get("/galerie?bild=1").status_code == 200
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 8
