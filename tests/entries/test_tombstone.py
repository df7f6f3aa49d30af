"""What stands for a picture whose post has vanished: its place, its town and the reason, nothing of the picture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.pictures.models import Derivative
from campaign.voting.models import Ballot
from campaign.web import PAGE_CACHING
from tests.contests.page_check import Page
from tests.factories import JENA, NOW, WEIMAR, make_entry
from tests.results.ballots import cast


@pytest.fixture(autouse=True)
def _in_the_voting_phase() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def hidden(**values: object) -> int:
    """The number of an entry whose post has vanished."""
    return make_entry(**{"picture": True, "creator": "anna.sieht", "gone_at": NOW, **values}).number  # type: ignore[arg-type]


def test_a_hidden_view_keeps_its_place_and_says_why_it_cannot_be_seen(client: FlaskClient) -> None:
    make_entry(town=WEIMAR)
    number = hidden()
    make_entry(town=JENA)
    answer = client.get(f"/bild/{number}")
    page = Page(answer.text)
    assert (answer.status_code, page.faults("de")) == (200, [])
    assert "Der Beitrag ist auf Instagram gerade nicht zu sehen" in page.words
    assert {"/orte/erfurt", f"/bild/{number - 1}", f"/bild/{number + 1}"} <= set(page.links)
    assert answer.headers["Cache-Control"] == PAGE_CACHING


def test_neither_picture_nor_credit_nor_post_is_named(client: FlaskClient) -> None:
    number = hidden(alt_text="Der Dom im Abendlicht")
    names = list(db.session.scalars(sa.select(Derivative.name)))
    permalink = db.session.get_one(Entry, number).permalink
    text = client.get(f"/bild/{number}").text
    found = [word for word in (*names, "anna.sieht", "Abendlicht", str(permalink), "og:image") if word in text]
    assert (len(names) > 0, found) == (True, [])
    assert '<meta name="robots" content="noindex">' in text
    assert {client.get(f"/bilder/{name}").status_code for name in names} == {404}


def test_the_picture_is_back_with_its_post(client: FlaskClient) -> None:
    number = hidden()
    db.session.get_one(Entry, number).gone_at = None
    db.session.commit()
    assert "Foto: anna.sieht" in Page(client.get(f"/bild/{number}").text).words


@pytest.mark.parametrize("values", [{"status": Status.WITHDRAWN}, {"status": Status.PENDING}, {"has_right": False}])
def test_what_is_out_for_another_reason_has_no_tombstone(client: FlaskClient, values: dict[str, object]) -> None:
    assert client.get(f"/bild/{hidden(**values)}").status_code == 404


def test_a_hidden_view_is_in_no_list(client: FlaskClient) -> None:
    hidden()
    for path in ("/", "/galerie", "/galerie?ort=erfurt", "/orte/erfurt"):
        links = Page(client.get(path).text).links
        assert (path, [link for link in links if link.startswith("/bild/")]) == (path, [])


def test_a_new_vote_for_it_is_refused_kindly(client: FlaskClient) -> None:
    number = hidden()
    form = {"bild": [str(number)], "email": "anna@example.com", "regeln": "y"}
    for answer in (client.get(f"/abstimmen?bild={number}"), client.post("/abstimmen", data=form)):
        words = Page(answer.text).words
        expected = f"Das Bild {number} steht nicht zur Wahl. Nimm ein anderes."
        assert (answer.status_code, expected in words) == (404, True)
    assert db.session.scalars(sa.select(Ballot)).all() == []


def test_the_other_picks_of_a_ballot_in_hand_stay(client: FlaskClient) -> None:
    other, number = make_entry(town=WEIMAR).number, hidden()
    page = Page(client.get(f"/bild/{number}?bild={number}&bild={other}").text)
    assert "1 von 3 gewählt" in page.words
    assert f"/abstimmen?bild={other}" in page.links


def test_a_ballot_that_was_cast_for_it_keeps_its_receipt(client: FlaskClient) -> None:
    ballot = cast(hidden())
    ballot.receipt_code, ballot.confirmed_at = "7K3M-9QWT-C4XD-R02H", NOW
    db.session.commit()
    assert "Deine Stimme ist da." in Page(client.get("/beleg/7K3M-9QWT-C4XD-R02H").text).words
