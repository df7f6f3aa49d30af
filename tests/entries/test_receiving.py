"""A post comes again while a moderator decides about it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.incoming import IncomingMedia
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry
from campaign.entries.pictures import attach_picture
from campaign.entries.services import get_entry, receive
from campaign.extensions import db, settings
from campaign.moderation.taking_back import withdraw_as_creator
from campaign.moderation.withdrawals import BY_CAPTION, settle_withdrawals
from campaign.pictures.models import Picture
from tests.factories import ERFURT, NOW, SEEN, WEIMAR, jpeg, make_entry

WAITS_SECONDS = 20.0


def somebody_waits() -> bool:
    """Whether a transaction of another connection waits for a lock; SQLite does not tell."""
    if db.engine.dialect.name == "sqlite":
        return True
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool(db.session.scalar(waiting))


def test_a_caption_that_changes_while_somebody_approves_leaves_the_approved_town(app: Flask) -> None:
    entry = make_entry(town=WEIMAR, public=False, picture=True)
    number = entry.number
    again = IncomingMedia(str(entry.media_id), "IMAGE", "Erfurt, Domplatz", None, None, None, None)
    db.session.remove()

    def come_again() -> None:
        with app.app_context():
            receive(current_contest(), again, Source.HASHTAG, NOW)

    with ThreadPoolExecutor(1) as pool:
        approved = get_entry(number, lock=True)
        approved.people, approved.alt_text = SEEN.people, SEEN.alt_text
        approved.status, approved.town_confirmed = Status.APPROVED, True
        db.session.flush()
        coming = pool.submit(come_again)
        until = time.monotonic() + WAITS_SECONDS
        while not somebody_waits() and not coming.done():
            assert time.monotonic() < until
        db.session.commit()
        coming.result()
    found = db.session.get_one(Entry, number, populate_existing=True)
    assert (found.town_ags, found.caption) == (WEIMAR, "Erfurt, Domplatz")


def test_a_caption_that_changes_before_anybody_decided_changes_the_town(app: Flask) -> None:
    entry = make_entry(town=WEIMAR, public=False, picture=True)
    again = IncomingMedia(str(entry.media_id), "IMAGE", "Erfurt, Domplatz", None, None, None, None)
    received, _ = receive(current_contest(), again, Source.HASHTAG, NOW)
    assert received.town_ags == ERFURT


def test_a_picture_that_arrives_after_its_creator_took_the_post_back_goes_with_the_next_look(app: Flask) -> None:
    number = make_entry(public=False).number
    withdraw_as_creator(number, BY_CAPTION, NOW)
    attach_picture(number, jpeg(), NOW)
    settle_withdrawals(NOW)
    assert db.session.get_one(Entry, number, populate_existing=True).picture_id is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Picture)) == 0
    folder = settings().site.data_dir / "pictures"
    assert [path for path in folder.rglob("*") if path.is_file()] == []
