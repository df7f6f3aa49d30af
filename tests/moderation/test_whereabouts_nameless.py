"""Posts whose address or whose account Instagram never told: found all the same, and taken back with the truth said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from campaign.counters import counters
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.moderation.models import WithdrawalCode
from campaign.moderation.withdrawals import refuse_claim, settle_withdrawals
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.models import RoleName
from tests.contests.page_check import Page
from tests.factories import NOW, make_entry
from tests.moderation.creators import comment, shown
from tests.moderation.test_whereabouts import shortcode_at
from tests.staff.people import logged_in

HOUR = timedelta(hours=1)
PAGE = "/wo-ist-mein-bild"
POSTED = NOW - timedelta(hours=3, seconds=-0.7)
CODE = shortcode_at(POSTED)
MINUTES, STAFF = "Das dauert meist nur ein paar Minuten", "Das dauert meist bis zum nächsten Werktag"
GUESSED = "Wir haben ihn daran erkannt, wann er gepostet wurde."
CLAIMED = "Unter dem Beitrag steht ein Code, mit dem das Bild zurückgezogen werden soll."


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        counters.begin_anew()
        yield


def ask(client: FlaskClient, typed: str, **more: str) -> str:
    """What the page says about something that was pasted."""
    page = Page(client.post(PAGE, data={"beitrag": typed, **more}).text)
    assert page.faults("de") == []
    return page.words


def nameless(seconds: float = 0, **values: object) -> Entry:
    """A shown entry that came by a mention without its address, so long after its second."""
    moment = POSTED.replace(microsecond=0) + timedelta(seconds=seconds)
    unknown = {"source": Source.MENTION, "shortcode": None, "permalink": None, "taken_at": moment}
    return shown(**{**unknown, **values})


def test_a_post_without_an_address_is_found_by_its_second_and_withdrawn_by_its_creator(client: FlaskClient) -> None:
    number = nameless().number
    words = ask(client, CODE)
    assert ("Dein Bild hängt in der Galerie." in words, GUESSED in words) == (True, True)
    words = ask(client, CODE, tun="zurueckziehen")
    [code] = db.session.scalars(sa.select(WithdrawalCode.code))
    assert (f"@schoenster.blick {code}" in words, MINUTES in words, STAFF in words) == (True, True, False)
    comment(db.session.get_one(Entry, number), f"@schoenster.blick {code}", at=NOW)
    assert settle_withdrawals(NOW + HOUR).withdrawn == [number]
    assert "Dein Bild ist zurückgezogen." in ask(client, CODE)


@pytest.mark.parametrize(
    ("seconds", "film", "address", "found"),
    [
        (0, False, "p", True),
        (1, False, "p", False),
        (-1, False, "p", False),
        (0, False, "reel", True),
        (20, True, "reel", True),
        (20, True, "p", False),
        (20, False, "reel", False),
        (61, True, "reel", False),
    ],
)
def test_only_the_same_second_counts_and_for_a_film_the_minute_after(
    client: FlaskClient, seconds: float, film: bool, address: str, found: bool
) -> None:
    nameless(seconds, media_type="VIDEO" if film else "IMAGE")
    words = ask(client, f"https://www.instagram.com/{address}/{CODE}/")
    assert (GUESSED in words, "Diesen Beitrag haben wir nicht." in words) == (found, not found)


def test_of_two_posts_of_one_second_none_is_guessed(client: FlaskClient) -> None:
    nameless(), nameless()
    assert "Diesen Beitrag haben wir nicht." in ask(client, CODE)


def test_a_post_with_an_address_and_an_upload_are_never_guessed(client: FlaskClient) -> None:
    nameless(shortcode="C1234567890")
    nameless(source=Source.UPLOAD, media_id=None)
    assert "Diesen Beitrag haben wir nicht." in ask(client, CODE)


def test_where_nobody_knows_the_account_the_page_says_that_staff_must_look(client: FlaskClient) -> None:
    unknown, known = shown(username=None), shown()
    words = ask(client, str(unknown.shortcode), tun="zurueckziehen")
    assert (STAFF in words, MINUTES in words) == (True, False)
    words = ask(client, str(known.shortcode), tun="zurueckziehen")
    assert (STAFF in words, MINUTES in words) == (False, True)


def test_while_a_claim_waits_for_staff_the_answer_says_so(client: FlaskClient) -> None:
    entry = shown(username=None)
    number, shortcode = entry.number, str(entry.shortcode)
    ask(client, shortcode, tun="zurueckziehen")
    [code] = db.session.scalars(sa.select(WithdrawalCode.code))
    assert CLAIMED not in ask(client, shortcode)
    comment(db.session.get_one(Entry, number), f"@schoenster.blick {code}", at=NOW)
    settle_withdrawals(NOW + HOUR)
    words = ask(client, shortcode)
    assert (CLAIMED in words, "Code holen" in words) == (True, True)
    refuse_claim(code, COMMAND_LINE, NOW + 2 * HOUR)
    assert CLAIMED not in ask(client, shortcode)


@pytest.mark.parametrize(("permalink", "told"), [(None, True), ("https://www.instagram.com/p/C1234567890/", False)])
def test_moderators_are_told_that_a_post_has_no_address(app: Flask, permalink: str | None, told: bool) -> None:
    make_entry(status=Status.PENDING, source=Source.MENTION, picture=True, shortcode=None, permalink=permalink)
    page = Page(logged_in(app, RoleName.MODERATOR).get("/moderation")[1])
    assert ("Instagram hat keine genannt" in page.words) is told
