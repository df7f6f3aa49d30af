"""Personal data goes when its time is over, and no result changes by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import PictureState
from campaign.entries.models import AlbumPicture
from campaign.extensions import db
from campaign.instagram.models import EventStatus, SeenComment, WebhookEvent
from campaign.mail.models import MailStatus, OutboxMail
from campaign.operations import retention
from campaign.operations.retention import ErasureReport, erase_due
from campaign.pictures.models import Derivative, Picture
from campaign.pictures.storage import DERIVATIVES, ORIGINALS, storage
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.models import Ballot, Pick
from campaign.voting.services import Visitor, request_ballot
from campaign.voting.tally import compare, recount
from tests.factories import ERFURT, NOW, WEIMAR, make_entry, make_picture

HOURS_48 = timedelta(hours=48)
SECOND = timedelta(seconds=1)


def ask(address: str = "anna@example.com") -> Ballot:
    entry = make_entry(town=ERFURT)
    code = request_ballot(Visitor(address, "192.0.2.1", "de"), [entry.number], NOW)
    return db.session.scalars(sa.select(Ballot).filter_by(request_code=code)).one()


def send(ballot: Ballot, hours: int) -> None:
    mail = db.session.get_one(OutboxMail, ballot.mail_id)
    mail.status, mail.sent_at = MailStatus.SENT, NOW + timedelta(hours=hours)
    db.session.commit()


def rows(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_an_unconfirmed_ballot_goes_48_hours_after_its_mail(app: Flask) -> None:
    send(ask(), hours=5)
    moment = NOW + timedelta(hours=5) + HOURS_48
    assert erase_due(moment - SECOND) == ErasureReport(0, 0, 0, 0, 0)
    assert erase_due(moment) == ErasureReport(1, 0, 0, 0, 0)
    assert (rows(Ballot), rows(Pick)) == (0, 0)


def test_a_ballot_whose_mail_still_waits_is_kept(app: Flask) -> None:
    ask()
    assert erase_due(NOW + timedelta(days=3)) == ErasureReport(0, 0, 0, 0, 0)


def test_the_mail_of_an_unconfirmed_ballot_goes_with_it(app: Flask) -> None:
    send(ask(), hours=0)
    erase_due(NOW + HOURS_48)
    assert rows(OutboxMail) == 0


def test_a_mail_that_never_left_keeps_no_address_longer_than_its_ballot(app: Flask) -> None:
    ask()
    moment = current_contest().vote_until + timedelta(days=30)
    assert erase_due(moment - SECOND) == ErasureReport(0, 0, 0, 0, 0)
    assert db.session.scalars(sa.select(OutboxMail.sealed)).one() is not None
    assert erase_due(moment) == ErasureReport(1, 0, 0, 0, 0)
    assert (rows(Ballot), rows(OutboxMail)) == (0, 0)


def test_a_counted_ballot_stays_and_loses_its_address_30_days_after_the_close(app: Flask) -> None:
    ballot = ask()
    ballot.status, ballot.confirmed_at = BallotStatus.COUNTED, NOW
    db.session.commit()
    contest = current_contest()
    before = recount(contest.id), compare(contest.id)
    moment = contest.vote_until + timedelta(days=30)
    assert erase_due(moment - SECOND) == ErasureReport(0, 0, 0, 0, 0)
    assert erase_due(moment) == ErasureReport(0, 1, 0, 0, 0)
    assert db.session.scalars(sa.select(Ballot.sealed_address)).all() == [None]
    assert (recount(contest.id), compare(contest.id)) == before


@pytest.mark.parametrize("has_right", [True, False])
def test_a_picture_without_a_right_goes_30_days_after_the_results(app: Flask, has_right: bool) -> None:
    entry = make_entry(town=WEIMAR, picture=True, has_right=has_right)
    digest = db.session.scalars(sa.select(Picture.sha256)).one()
    names = db.session.scalars(sa.select(Derivative.name)).all()
    moment = current_contest().publish_at + timedelta(days=30)
    assert erase_due(moment - SECOND).pictures == 0
    assert erase_due(moment).pictures == (0 if has_right else 1)
    db.session.refresh(entry)
    assert entry.picture_state is (PictureState.STORED if has_right else PictureState.MISSING)
    for area, name in ((ORIGINALS, digest), *((DERIVATIVES, name) for name in names)):
        if has_right:
            assert storage.get(area, name)
            continue
        with pytest.raises(FileNotFoundError):
            storage.get(area, name)


def test_a_picture_that_another_entry_shows_stays(app: Flask) -> None:
    kept = make_entry(picture=True)
    other = make_entry(has_right=False)
    other.picture_id, other.picture_state = kept.picture_id, PictureState.STORED
    db.session.commit()
    report = erase_due(current_contest().publish_at + timedelta(days=31))
    assert (report.pictures, rows(Picture)) == (0, 1)


def test_more_than_one_statement_can_name_is_erased_in_one_go(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        send(ask(f"anna{number}@example.com"), hours=0)
        make_entry(picture=True, has_right=False)
    assert erase_due(current_contest().publish_at + timedelta(days=31)) == ErasureReport(5, 0, 5, 0, 0)
    assert (rows(Ballot), rows(Picture)) == (0, 0)


def test_a_second_time_there_is_nothing_left_to_erase(app: Flask) -> None:
    send(ask(), hours=0)
    make_entry(picture=True, has_right=False)
    moment = current_contest().publish_at + timedelta(days=31)
    assert erase_due(moment) == ErasureReport(1, 0, 1, 0, 0)
    assert erase_due(moment) == ErasureReport(0, 0, 0, 0, 0)


def test_comments_that_mention_us_go_after_thirty_days_with_what_the_webhook_told(app: Flask) -> None:
    shared = {"media_id": "1", "received_at": NOW, "next_attempt_at": NOW, "field": "mentions"}
    db.session.add(SeenComment(comment_id="9", media_id="1", username="ada", text="#ja", seen_at=NOW))
    db.session.add(WebhookEvent(comment_id="9", status=EventStatus.DONE, **shared))
    db.session.add(WebhookEvent(comment_id="8", status=EventStatus.WAITING, **shared))
    db.session.commit()
    moment = NOW + timedelta(days=30)
    assert erase_due(moment - SECOND).mentions == 0
    assert erase_due(moment).mentions == 2
    assert db.session.scalars(sa.select(WebhookEvent.comment_id)).all() == ["8"]


def test_the_pictures_of_an_album_go_with_the_one_that_was_shown(app: Flask) -> None:
    entry = make_entry(public=False, picture=True)
    other = make_picture(width=90)
    db.session.add(AlbumPicture(entry_number=entry.number, position=1, media_id="7", media_type="IMAGE", picture=other))
    db.session.commit()
    assert erase_due(current_contest().publish_at + timedelta(days=31)).pictures == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Picture)) == 0
