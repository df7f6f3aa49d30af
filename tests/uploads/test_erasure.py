"""What of uploads goes when its time is over."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.codes import new_secret
from campaign.contests.services import current_contest
from campaign.extensions import db
from campaign.mail.confirmation import Proof, Visitor
from campaign.mail.models import MailStatus, OutboxMail
from campaign.pictures.models import Picture
from campaign.pictures.storage import ORIGINALS, PIECES, storage
from campaign.pictures.usage import unused_pictures
from campaign.uploads import erasure, files, services
from campaign.uploads.erasure import erase_uploads
from campaign.uploads.models import Upload, UploadFile, UploadStatus
from campaign.uploads.rules import Announced
from tests.factories import NOW, make_entry
from tests.uploads.people import PHOTO, Sender, asked, entered, rows, statement
from tests.voting.people import newest_mail

HOURS_24, HOURS_48 = timedelta(hours=24), timedelta(hours=48)
MINUTE = timedelta(minutes=1)
DIGEST = hashlib.sha256(PHOTO).hexdigest()


def unsent() -> None:
    """Hand in a photo whose mail has not left yet."""
    attempt = new_secret()
    files.receive_whole(attempt, PHOTO, NOW)
    services.request_upload(statement(attempt), Visitor("anna@example.com", None, "de"), NOW)


def test_an_unconfirmed_upload_goes_48_hours_after_its_mail_with_its_picture(app: Flask) -> None:
    asked(photo=PHOTO)
    erase_uploads(NOW + HOURS_24)
    assert erase_uploads(NOW + HOURS_48 - MINUTE) == 0
    assert storage.get(ORIGINALS, DIGEST) == PHOTO
    assert erase_uploads(NOW + HOURS_48 + MINUTE) == 1
    assert (rows(Picture), rows(OutboxMail), rows(UploadFile)) == (0, 0, 0)
    with pytest.raises(FileNotFoundError):
        storage.get(ORIGINALS, DIGEST)


def test_the_48_hours_begin_when_the_mail_is_sent(app: Flask) -> None:
    unsent()
    sent = NOW + timedelta(hours=5)
    newest_mail(sent)
    erase_uploads(NOW + HOURS_24)
    assert erase_uploads(sent + HOURS_48 - MINUTE) == 0
    assert erase_uploads(sent + HOURS_48 + MINUTE) == 1


def test_what_stays_of_an_unconfirmed_upload_says_nothing_of_its_sender(app: Flask) -> None:
    asked(photo=PHOTO)
    before = db.session.scalars(sa.select(Upload)).one()
    kept = (before.code, before.address_key, before.network_key)
    erase_uploads(NOW + HOURS_48 + MINUTE)
    left = db.session.scalars(sa.select(Upload).execution_options(populate_existing=True)).one()
    assert (left.status, left.code) == (UploadStatus.ERASED, kept[0])
    assert (left.name, left.alt_text, left.description, left.town_ags) == ("", "", None, None)
    assert (left.sealed_address, left.network_key, left.picture_id, left.mail_id) == (None, "", None, None)
    assert left.address_key != kept[1]


def test_an_erased_upload_can_no_longer_be_confirmed(anna: Sender, app: Flask) -> None:
    code, pin = asked()
    erase_uploads(NOW + HOURS_48 + MINUTE)
    assert anna.confirm(code, pin).status_code == 410


def test_an_upload_whose_mail_still_waits_is_kept(app: Flask) -> None:
    unsent()
    assert (erase_uploads(NOW + timedelta(days=3)), rows(Picture), rows(Upload)) == (1, 1, 1)
    assert storage.get(ORIGINALS, DIGEST) == PHOTO


def test_a_mail_that_never_left_keeps_no_address_longer_than_its_upload(app: Flask) -> None:
    unsent()
    moment = current_contest().vote_until + timedelta(days=30)
    erase_uploads(moment - MINUTE)
    assert db.session.scalars(sa.select(OutboxMail.status)).one() is MailStatus.WAITING
    erase_uploads(moment)
    assert (rows(OutboxMail), rows(Picture)) == (0, 0)


def test_pieces_whose_form_never_came_go_after_24_hours(app: Flask) -> None:
    attempt = new_secret()
    files.receive_piece(attempt, Announced(DIGEST, len(PHOTO)), 0, PHOTO[:100], NOW)
    assert erase_uploads(NOW + HOURS_24 - MINUTE) == 0
    assert len(storage.names(PIECES, attempt)) == 1
    assert erase_uploads(NOW + HOURS_24) == 1
    assert (storage.names(PIECES, attempt), rows(UploadFile)) == ([], 0)


def test_a_photo_whose_form_never_came_goes_after_24_hours(app: Flask) -> None:
    files.receive_whole(new_secret(), PHOTO, NOW)
    assert (erase_uploads(NOW + HOURS_24), rows(Picture), rows(UploadFile)) == (1, 0, 0)
    with pytest.raises(FileNotFoundError):
        storage.get(ORIGINALS, DIGEST)


def test_the_photo_of_a_waiting_upload_stays_when_its_file_goes(app: Flask) -> None:
    code, pin = asked(photo=PHOTO)
    assert (erase_uploads(NOW + HOURS_24), rows(UploadFile), rows(Picture)) == (1, 0, 1)
    services.confirm_upload(code, Proof(pin), NOW + HOURS_24)
    assert storage.get(ORIGINALS, DIGEST) == PHOTO


def test_a_picture_that_an_entry_shows_stays(app: Flask) -> None:
    entered(photo=PHOTO)
    asked("berta@example.com", PHOTO)
    erase_uploads(NOW + HOURS_48 + MINUTE)
    assert (rows(Picture), storage.get(ORIGINALS, DIGEST)) == (1, PHOTO)


def test_a_confirmed_upload_loses_its_address_30_days_after_the_close(app: Flask) -> None:
    entered()
    moment = current_contest().vote_until + timedelta(days=30)
    erase_uploads(moment - MINUTE)
    assert db.session.scalars(sa.select(Upload.sealed_address)).one() is not None
    assert erase_uploads(moment) == 1
    assert list(db.session.scalars(sa.select(Upload.sealed_address))) == [None]
    assert erase_uploads(moment) == 0


def test_more_than_one_statement_can_name_is_erased_in_one_go(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "BATCH", 2)
    for number in range(5):
        asked(f"anna{number}@example.com")
    assert erase_uploads(NOW + HOURS_48 + MINUTE) == 10
    assert rows(Picture) == 0


def test_a_picture_is_unused_when_no_table_refers_to_it(app: Flask) -> None:
    shown = make_entry(picture=True).picture_id
    state = files.receive_whole(new_secret(), PHOTO, NOW)
    sent = db.session.scalars(sa.select(UploadFile.picture_id)).one()
    assert state.is_here
    assert shown is not None
    assert sent is not None
    assert unused_pictures({shown, sent}) == set()
    db.session.execute(sa.delete(UploadFile))
    assert unused_pictures({shown, sent}) == {sent}
