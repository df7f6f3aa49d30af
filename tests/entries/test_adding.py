"""Staff write down a post that no pass has brought, or a picture without a post."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from campaign.contests.models import Contest
from campaign.contests.services import current_contest
from campaign.entries.accounts import set_account_rule
from campaign.entries.adding import Added, add_entry
from campaign.entries.adding_rules import LONGEST_NAME, LONGEST_NOTE, Sheet, check_sheet, parse_day, posted_at
from campaign.entries.admission import AccountKind
from campaign.entries.incoming import IncomingMedia
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.entries.pictures import attach_picture
from campaign.entries.services import Receipt, receive
from campaign.errors import Conflict, InvalidInput, NotFound
from campaign.extensions import db
from campaign.pictures.checks import PictureRefused
from campaign.pictures.models import Picture
from campaign.pictures.storage import ORIGINALS, storage
from campaign.staff.actors import Actor
from tests.factories import ERFURT, NOW, WEIMAR, jpeg, make_entry

ADDRESS = "https://www.instagram.com/p/Cabc1234567/?igsh=xyz"
BY = "moderator@example.org"


@pytest.fixture
def contest(app: Flask) -> Contest:
    return current_contest()


def add(contest: Contest, **known: object) -> Added:
    return add_entry(contest, Sheet(**known), by=Actor(None, BY), now=NOW)  # type: ignore[arg-type]


def the_entry() -> Entry:
    db.session.expire_all()
    return db.session.scalars(sa.select(Entry)).one()


def count(model: type[Entry] | type[Picture]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_post_is_added_with_all_that_staff_know(contest: Contest) -> None:
    added = add(
        contest,
        address=ADDRESS,
        picture=jpeg(),
        town_ags=WEIMAR,
        name=" Anna Wiese ",
        account="@Anna.Wiese",
        posted_on=date(2026, 6, 14),
        note="Mail vom 14. Juni",
    )
    entry = the_entry()
    assert added == Added(entry.number, is_new=True)
    assert (entry.source, entry.status, entry.shortcode) == (Source.STAFF, Status.PENDING, "Cabc1234567")
    assert entry.permalink == "https://www.instagram.com/p/Cabc1234567/"
    assert (entry.creator, entry.username, entry.note) == ("Anna Wiese", "anna.wiese", "Mail vom 14. Juni")
    assert (entry.town_ags, entry.town_confirmed, entry.added_by) == (WEIMAR, True, BY)
    assert (entry.picture_state, entry.web_until) == (PictureState.STORED, None)
    [seen] = db.session.scalars(sa.select(Sighting))
    assert (seen.entry_number, seen.source, seen.first_seen_at) == (entry.number, Source.STAFF, NOW)


def test_a_post_added_by_its_address_alone_waits_for_instagram(contest: Contest) -> None:
    add(contest, address=ADDRESS)
    entry = the_entry()
    assert (entry.picture_state, entry.town_ags, entry.town_confirmed) == (PictureState.WAITING, None, False)
    assert (entry.creator, entry.username, entry.taken_at) == (None, None, None)


def test_a_picture_without_a_post_becomes_an_entry(contest: Contest) -> None:
    data = jpeg()
    added = add(contest, picture=data, account="anna")
    entry = the_entry()
    assert (entry.shortcode, entry.permalink, entry.creator) == (None, None, "anna")
    assert (entry.picture_state, entry.media_id) == (PictureState.STORED, None)
    assert add(contest, picture=data) == Added(added.number, is_new=False)
    assert count(Entry) == 1


def test_a_post_that_is_there_already_stays_as_it_is(contest: Contest) -> None:
    number = make_entry(shortcode="Cabc1234567", town=ERFURT).number
    assert add(contest, address=ADDRESS, town_ags=WEIMAR, picture=b"no picture") == Added(number, is_new=False)
    assert (the_entry().town_ags, count(Picture)) == (ERFURT, 0)


@pytest.mark.parametrize("source", [Source.HASHTAG, Source.TAG, Source.MENTION])
def test_the_post_that_instagram_shows_later_joins_the_entry(contest: Contest, source: Source) -> None:
    number = add(contest, address=ADDRESS, town_ags=WEIMAR, name="Anna Wiese", posted_on=date(2026, 6, 14)).number
    media = IncomingMedia(
        media_id="17900000000000001",
        media_type="IMAGE",
        caption="Abend in Jena #schoensterblick",
        permalink="https://www.instagram.com/reel/Cabc1234567/",
        shortcode="Cabc1234567",
        taken_at=NOW - timedelta(hours=30),
        picture_url="https://scontent.cdninstagram.com/a.jpg",
        username="anna.wiese",
    )
    entry, receipt = receive(contest, media, source, NOW)
    assert (entry.number, receipt) == (number, Receipt.UPDATED)
    attach_picture(number, jpeg(), NOW)
    entry = the_entry()
    assert (entry.source, entry.town_ags, entry.creator) == (Source.STAFF, WEIMAR, "Anna Wiese")
    assert (entry.username, entry.taken_at, entry.caption) == ("anna.wiese", media.taken_at, media.caption)
    assert entry.picture_state is PictureState.STORED
    ways = db.session.scalars(sa.select(Sighting.source).order_by(Sighting.source))
    assert sorted(ways) == sorted([Source.STAFF, source])


def test_what_instagram_shows_does_not_push_aside_the_picture_that_staff_gave(contest: Contest) -> None:
    number = add(contest, address=ADDRESS, picture=jpeg()).number
    given = the_entry().picture_id
    attach_picture(number, jpeg(), NOW)
    assert the_entry().picture_id == given
    assert count(Picture) == 2


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"account": "anna"}, "Beiträge dieses Kontos nehmen nicht teil."),
        ({"posted_on": date(2026, 5, 20)}, "Der Beitrag ist älter als der Wettbewerb."),
        ({"posted_on": date(2026, 7, 20)}, "Der Beitrag kam nach dem Ende der Sammelzeit."),
        (
            {"account": "@Fleissig"},
            "Von diesem Konto nehmen schon so viele Bilder teil, wie eine Person einreichen darf.",
        ),
    ],
)
def test_the_rules_that_hold_for_posts_hold_here_too(contest: Contest, known: dict[str, object], sentence: str) -> None:
    set_account_rule(contest, "anna", AccountKind.BLOCKED, "Werbung", by=Actor(None, BY), now=NOW)
    for _ in range(contest.entries_per_creator):
        make_entry(username="fleissig")
    picture = jpeg()
    with pytest.raises(Conflict) as refusal:
        add(contest, address=ADDRESS, picture=picture, **known)
    assert str(refusal.value) == sentence
    # Nothing may be left behind of what was refused, no file either.
    db.session.commit()
    assert (count(Entry), count(Picture)) == (contest.entries_per_creator, 0)
    assert [name for start in range(256) for name in storage.names(ORIGINALS, f"{start:02x}")] == []


def test_an_account_that_is_free_of_the_limit_may_be_added_once_more(contest: Contest) -> None:
    for _ in range(contest.entries_per_creator):
        make_entry(username="stadtfoto")
    set_account_rule(contest, "stadtfoto", AccountKind.ALLOWED, "Stadtverwaltung", by=Actor(None, BY), now=NOW)
    assert add(contest, address=ADDRESS, account="stadtfoto").is_new


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"address": "https://example.org/p/Cabc1234567/", "picture": jpeg()},
        {"address": ADDRESS, "account": "zwei worte"},
        {"address": ADDRESS, "name": "x" * (LONGEST_NAME + 1)},
        {"address": ADDRESS, "note": "x" * (LONGEST_NOTE + 1)},
    ],
)
def test_what_cannot_be_read_is_refused(contest: Contest, known: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        add(contest, **known)
    assert count(Entry) == 0


def test_a_file_that_is_no_picture_and_a_town_that_is_none_are_refused(contest: Contest) -> None:
    with pytest.raises(PictureRefused):
        add(contest, address=ADDRESS, picture=b"%PDF-1.7")
    with pytest.raises(NotFound):
        add(contest, address=ADDRESS, town_ags="09162000")
    assert count(Entry) == 0


def test_two_who_add_the_same_post_at_once_make_one_entry(app: Flask, contest: Contest) -> None:
    db.session.remove()
    start = threading.Barrier(4)

    def act(data: bytes) -> Added:
        with app.app_context():
            start.wait(timeout=30)
            try:
                return add(current_contest(), address=ADDRESS, picture=data)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(act, [jpeg() for _ in range(4)]))
    assert (sum(one.is_new for one in done), len({one.number for one in done})) == (1, 1)
    assert count(Entry) == 1


@given(st.text(max_size=80))
def test_whatever_is_typed_as_an_address_names_a_post_or_is_refused(text: str) -> None:
    try:
        code = check_sheet(Sheet(address=text, picture=b"x"))
    except InvalidInput:
        return
    assert code is not None or not text.strip()


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_a_day_is_read_back_and_its_noon_is_that_of_thuringia(day: date) -> None:
    assert parse_day(f" {day.isoformat()} ") == day
    noon = posted_at(day)
    assert noon is not None
    assert (noon.date(), noon.hour in (10, 11)) == (day, True)


@pytest.mark.parametrize("text", ["15.6.2026", "2026-02-30", "gestern"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_day(text)
    assert parse_day("  ") is None
