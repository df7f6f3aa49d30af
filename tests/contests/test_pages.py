"""Every public page: its skeleton, its languages, its headers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from campaign.extensions import db
from campaign.web import PAGE_CACHING
from tests.contests.page_check import Page
from tests.factories import ERFURT, JENA, NOW, WEIMAR, make_entry

PAGES = (
    "/",
    "/galerie",
    "/galerie?ort=erfurt",
    "/galerie?ort=gera",
    "/orte",
    "/orte?suche=stadt",
    "/orte?suche=%00",
    "/orte/erfurt",
    "/orte/gera",
    "/bild/1",
    "/ergebnisse",
    "/teilnahmebedingungen",
    "/datenschutz",
    "/impressum",
    "/barrierefreiheit",
)
MISSING = (
    "/nirgendwo",
    "/orte/atlantis",
    "/bild/999",
    "/galerie?seite=9",
    "/galerie?ort=atlantis",
    "/galerie?ort=%00",
    "/galerie?seite=-1",
    "/galerie?seite=99999999999999999999",
    "/orte/%00",
    "/bild/0",
    "/bild/99999999999999999999",
    "/bilder/a%00b",
)
# Names that mean something to whoever builds addresses.
STRANGE = "lang=fr&endpoint=x&_anchor=x&_scheme=javascript&_external=1&_method=POST"


@pytest.fixture
def visited(app: Flask, client: FlaskClient) -> FlaskClient:
    """A visitor of a contest that has three entries."""
    for town in (ERFURT, WEIMAR, JENA):
        make_entry(town=town, picture=True, creator="anna.sieht")
    return client


@time_machine.travel(NOW)
@pytest.mark.parametrize(("root", "lang"), [("", "de"), ("/en", "en")])
def test_every_page_has_language_title_one_heading_labels_and_alt_texts(
    visited: FlaskClient, root: str, lang: str
) -> None:
    faults = {}
    for path in PAGES:
        answer = visited.get(root + path)
        faults[path] = [answer.status_code, *Page(answer.text).faults(lang)]
    assert faults == {path: [200] for path in PAGES}


@time_machine.travel(NOW)
def test_what_does_not_exist_is_a_page_of_its_own_with_a_way_on(visited: FlaskClient) -> None:
    for path in MISSING:
        answer = visited.get(path)
        page = Page(answer.text)
        assert (answer.status_code, page.faults("de")) == (404, [])
        assert {"/", "/galerie"} <= set(page.links)


@time_machine.travel(NOW)
def test_public_pages_set_no_cookie_and_may_be_cached(visited: FlaskClient) -> None:
    for path in PAGES:
        answer = visited.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert answer.headers["Cache-Control"] == PAGE_CACHING


@time_machine.travel(NOW)
def test_each_german_page_leads_to_its_english_one(visited: FlaskClient) -> None:
    for path in PAGES:
        links = Page(visited.get(path).text).links
        assert links.count("/en/" if path == "/" else f"/en{path}") == 1


@time_machine.travel(NOW)
def test_each_english_page_leads_to_its_german_one(visited: FlaskClient) -> None:
    for path in PAGES:
        links = Page(visited.get(f"/en{path}").text).links
        assert links.count(path) == 1


@time_machine.travel(NOW)
@pytest.mark.parametrize("root", ["", "/en"])
def test_strange_names_in_an_address_change_no_link_of_the_page(visited: FlaskClient, root: str) -> None:
    for path in ("/", "/galerie", "/orte/erfurt?slug=x", "/bild/1?number=7", "/ergebnisse", "/nirgendwo", "/abstimmen"):
        plain = visited.get(root + path.partition("?")[0])
        asked = visited.get(f"{root}{path}{'&' if '?' in path else '?'}{STRANGE}")
        links = [sorted(set(Page(page.text).links)) for page in (plain, asked)]
        assert (asked.status_code, links[1]) == (plain.status_code, links[0])


@time_machine.travel(NOW)
def test_the_start_page_shows_no_view_twice(client: FlaskClient) -> None:
    for _ in range(9):
        make_entry(picture=True)
    shown = [link for link in Page(client.get("/").text).links if link.startswith("/bild/")]
    assert sorted(shown) == [f"/bild/{number}" for number in range(1, 10)]


def test_imprint_and_privacy_are_one_step_from_every_page_even_an_error(visited: FlaskClient) -> None:
    for path in ("/", "/nirgendwo"):
        assert {"/impressum", "/datenschutz", "/barrierefreiheit"} <= set(Page(visited.get(path).text).links)


def test_what_goes_wrong_is_said_in_a_sentence_with_the_right_status(visited: FlaskClient) -> None:
    answers = [
        visited.post("/galerie"),
        visited.post("/abstimmen", data={"email": "x" * 2_000_000}),
        visited.post("/abstimmen", headers={"Origin": "https://fremd.example"}),
    ]
    assert [answer.status_code for answer in answers] == [405, 413, 403]
    assert [Page(answer.text).faults("de") for answer in answers] == [[], [], []]
    assert "Dieses Formular kam von einer anderen Website. Öffne die Seite bei uns." in Page(answers[2].text).words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_its_tables_the_site_still_answers_with_a_page(app: Flask, client: FlaskClient) -> None:
    db.session.execute(sa.text("DROP TABLE contest"))
    db.session.commit()
    answer = client.get("/galerie?bild=3")
    page = Page(answer.text)
    assert (answer.status_code, page.faults("de")) == (500, [])
    assert "Was du bisher gewählt hast, steht in der Adresse dieser Seite" in page.words
    assert "Traceback" not in answer.text


def test_robots_keep_out_of_the_ballot_and_find_the_site_map(visited: FlaskClient) -> None:
    lines = visited.get("/robots.txt").text.splitlines()
    assert {"Disallow: /abstimmen", "Disallow: /moderation"} <= set(lines)
    assert lines[-1] == "Sitemap: http://127.0.0.1:8000/sitemap.xml"


def test_the_site_map_lists_both_languages_and_the_towns_that_have_views(visited: FlaskClient) -> None:
    text = visited.get("/sitemap.xml").text
    for address in ("/", "/en/", "/galerie", "/orte/erfurt", "/en/orte/weimar", "/teilnahmebedingungen"):
        assert f"<loc>http://127.0.0.1:8000{address}</loc>" in text
    assert "/orte/gera" not in text


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 5, 20, tzinfo=UTC), "Bald geht es los: noch 11 Tage"),
        (datetime(2026, 6, 15, tzinfo=UTC), "Jetzt abstimmen: noch 14 Tage"),
        (datetime(2026, 6, 29, 1, tzinfo=UTC), "Jetzt abstimmen: noch 21 Stunden"),
        (datetime(2026, 6, 29, 21, 30, tzinfo=UTC), "Jetzt abstimmen: noch 30 Minuten"),
        (datetime(2026, 7, 2, tzinfo=UTC), "Die Abstimmung ist zu Ende"),
    ],
)
def test_the_start_page_says_where_the_contest_stands(client: FlaskClient, moment: datetime, words: str) -> None:
    with time_machine.travel(moment, tick=False):
        assert words in Page(client.get("/").text).words


def test_the_rules_name_dates_limits_and_the_tie_path_of_the_configuration(client: FlaskClient) -> None:
    words = Page(client.get("/teilnahmebedingungen").text).words
    for part in (
        "vom 1. Juni 2026, 00:00 Uhr bis zum 30. Juni 2026, 00:00 Uhr",
        "höchstens 3 Fotos",
        "auf mindestens 2 Stimmzetteln",
        "5.000 und 20.000 Einwohner",
        "die Stadt, die auf mehr Stimmzetteln steht, dann die Stadt mit dem meistgewählten einzelnen Blick",
        "in keiner Verbindung zu Instagram",
    ):
        assert part in words
