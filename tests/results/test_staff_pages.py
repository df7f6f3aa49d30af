"""The organisers' page: all figures, the recount, publishing once, files to download."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.extensions import db
from campaign.results.models import Publication
from campaign.results.services import publish, published
from campaign.staff.actors import Actor
from campaign.staff.models import RoleName
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.models import TownTally
from tests.factories import JENA, WEIMAR, make_entry
from tests.results.ballots import cast, change_dates
from tests.staff.people import StaffClient, logged_in

PAGE = "/verwaltung/ergebnisse"
CONFIRM = f"{PAGE}/veroeffentlichen"


def close_the_vote() -> None:
    change_dates(vote_from=utc_now() - timedelta(days=9), vote_until=utc_now() - timedelta(minutes=1))


def a_vote() -> None:
    weimar, jena = make_entry(town=WEIMAR).number, make_entry(town=JENA).number
    cast(weimar, jena)
    cast(weimar)
    cast(weimar)


@pytest.fixture
def organiser(app: Flask) -> StaffClient:
    """A browser in which an organiser is logged in."""
    return logged_in(app, RoleName.ORGANISER)


def text_of(page: str) -> str:
    """The words of a page without tags, spaces joined."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def table_rows(page: str) -> list[str]:
    """The rows of all tables as text."""
    return [text_of(row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]


def test_the_organiser_sees_all_figures_while_they_are_hidden_and_is_told_so(organiser: StaffClient) -> None:
    a_vote()
    change_dates(counts_hidden_from=utc_now() - timedelta(hours=1))
    status, page = organiser.get(PAGE)
    assert status == 200
    assert table_rows(page)[:3] == [
        "Rang Stadt Bilder Stimmzettel Stimmen",
        "1 Weimar 1 3 3",
        "– Jena es fehlt 1 Stimmzettel 1 1 1",
    ]
    assert re.findall(r'notice__title">([^<]+)', page) == ["Diese Zahlen sind öffentlich verborgen"]


def test_nothing_says_hidden_while_everybody_sees_the_figures(organiser: StaffClient) -> None:
    a_vote()
    assert re.findall(r'notice__title">([^<]+)', organiser.get(PAGE)[1]) == []


def test_without_entries_the_page_says_what_to_do(organiser: StaffClient) -> None:
    status, page = organiser.get(PAGE)
    assert (status, table_rows(page)) == (200, [])
    assert text_of(page).count("Noch steht kein Bild in der Wertung. Gib in der Warteschlange welche frei.") == 1


def test_a_recount_says_whether_counters_and_ballots_agree(organiser: StaffClient) -> None:
    a_vote()
    _, page = organiser.get(f"{PAGE}?nachzaehlen=1")
    assert re.findall(r'notice__title">([^<]+)', page) == ["Zähler und Stimmzettel stimmen überein"]
    db.session.execute(sa.update(TownTally).filter_by(town_ags=JENA).values(ballots=4))
    db.session.commit()
    _, page = organiser.get(f"{PAGE}?nachzaehlen=1")
    assert re.findall(r'notice__title">([^<]+)', page) == ["Zähler und Stimmzettel weichen voneinander ab"]
    assert text_of(page).count(f"Ort {JENA}: Zähler 4, Stimmzettel 1") == 1


def test_results_are_shown_confirmed_and_published(organiser: StaffClient) -> None:
    a_vote()
    close_the_vote()
    assert organiser.get(PAGE)[1].count(f'href="{CONFIRM}"') == 1
    status, page = organiser.get(CONFIRM)
    assert status == 200
    assert table_rows(page)[1:] == [
        "– Stadt mit dem schönsten Blick Städte über 20.000 Einwohner Weimar 3",
        "1 Bester Blick der Siegerstadt Städte über 20.000 Einwohner Weimar 3",
        "1 Meistgewählter Blick Weimar 3",
    ]
    assert db.session.scalar(sa.select(Publication)) is None
    assert organiser.post(CONFIRM) == (303, PAGE)
    publication = db.session.scalars(sa.select(Publication)).one()
    assert publication.published_by == "organiser@example.org"
    status, page = organiser.get(PAGE)
    assert (status, page.count(publication.sha256), page.count(f'href="{CONFIRM}"')) == (200, 1, 0)


def test_an_open_vote_is_not_published_and_the_page_says_why(organiser: StaffClient) -> None:
    change_dates(vote_until=utc_now() + timedelta(days=1))
    for status, page in (organiser.get(CONFIRM), organiser.post(CONFIRM)):
        assert status == 403
        assert re.findall(r'notice__title">([^<]+)', page) == ["Nicht veröffentlicht"]
    assert db.session.scalar(sa.select(Publication)) is None


def test_a_ballot_that_waits_for_its_pin_holds_publishing_up(organiser: StaffClient) -> None:
    cast(make_entry().number, status=BallotStatus.REQUESTED)
    close_the_vote()
    status, page = organiser.get(PAGE)
    assert (status, page.count(f'href="{CONFIRM}"')) == (200, 0)
    assert text_of(page).count("Manche Stimmen können noch bis") == 1


def test_publishing_twice_is_refused(organiser: StaffClient) -> None:
    close_the_vote()
    assert organiser.post(CONFIRM)[0] == 303
    before = published(current_contest())
    status, page = organiser.post(CONFIRM)
    assert (status, text_of(page).count("Die Ergebnisse sind schon veröffentlicht und bleiben, wie sie sind.")) == (
        409,
        1,
    )
    assert published(current_contest()) == before


def test_a_form_without_the_token_publishes_nothing(organiser: StaffClient) -> None:
    close_the_vote()
    assert organiser.client.post(CONFIRM, data={}).status_code == 400
    assert db.session.scalar(sa.select(Publication)) is None


CONTENT_TYPES = {
    "standings.csv": "text/csv; charset=utf-8",
    "winners.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "entries.json": "application/json",
}


def download(staff: StaffClient, name: str) -> TestResponse:
    """The answer to a file of the page, asked for as the page does."""
    path = f"/verwaltung/export/{name}"
    if name.startswith("standings"):
        return staff.client.get(path)
    return staff.client.post(path, data={"csrf_token": staff.token, "fuer": "Thüringer Allgemeine"})


def test_a_download_has_name_type_and_is_kept_by_nobody(organiser: StaffClient) -> None:
    a_vote()
    close_the_vote()
    publish(current_contest(), utc_now(), Actor(None, "x"))
    for name, content_type in CONTENT_TYPES.items():
        answer = download(organiser, name)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == content_type
        assert answer.headers["Content-Disposition"] == f"attachment; filename=blick-2026-{name}"
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(answer.data) > 100


def test_winners_before_the_publication_are_refused_with_a_page(organiser: StaffClient) -> None:
    status, page = organiser.post("/verwaltung/export/winners.csv", fuer="Presse")
    assert (status, text_of(page).count("Noch ist niemand ausgezeichnet. Veröffentliche zuerst die Ergebnisse.")) == (
        409,
        1,
    )
    assert organiser.get(PAGE)[1].count("/verwaltung/export/winners") == 0


def test_an_unknown_file_is_not_there(organiser: StaffClient) -> None:
    names = ("secrets.csv", "standings.pdf", "standings")
    assert [organiser.get(f"/verwaltung/export/{name}")[0] for name in names] == [404, 404, 404]


@pytest.mark.parametrize(
    ("role", "page", "confirm", "download"),
    [(RoleName.SCRUTINEER, 200, 403, 200), (RoleName.MODERATOR, 403, 403, 403), (RoleName.ADMIN, 403, 403, 403)],
)
def test_who_may_look_publish_and_download(app: Flask, role: RoleName, page: int, confirm: int, download: int) -> None:
    close_the_vote()
    somebody = logged_in(app, role)
    found = [somebody.get(path)[0] for path in (PAGE, CONFIRM, "/verwaltung/export/standings.csv")]
    assert found == [page, confirm, download]


def test_strangers_are_asked_to_log_in(app: Flask) -> None:
    stranger = app.test_client()
    for path in (PAGE, CONFIRM, "/verwaltung/export/standings.csv"):
        assert stranger.get(path).headers["Location"].startswith("/anmelden?next=")
