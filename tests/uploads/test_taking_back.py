"""What is left when somebody takes a handed-in photo back: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from campaign.codes import new_secret
from campaign.extensions import db, settings
from campaign.mail.models import OutboxMail
from campaign.pictures.models import Picture
from campaign.uploads.models import Upload, UploadFile, UploadStatus
from tests.factories import jpeg
from tests.uploads.people import Sender, request_code, rows, statuses
from tests.voting.people import found, mails, newest_mail, pin_of

ATTEMPT = "a" * 22
REQUESTED, CONFIRMED, ERASED = UploadStatus.REQUESTED, UploadStatus.CONFIRMED, UploadStatus.ERASED
PAGE = "/wo-ist-mein-bild"


def stored() -> list[str]:
    """The names of all files of the picture storage."""
    folder: Path = settings().site.data_dir / "pictures"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def code_of(mail: object) -> str:
    """Return the sender's code from a mail."""
    return found(r"([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})", mail.text)  # type: ignore[attr-defined]


def take_back(sender: Sender, code: str) -> TestResponse:
    return sender.post(PAGE, beitrag=code, tun="zurueckziehen")


def said(page: TestResponse) -> tuple[int, str]:
    return page.status_code, found(r"<h1>([^<]+)</h1>", page.text)


def test_a_handed_in_photo_that_is_withdrawn_is_deleted_at_once(anna: Sender) -> None:
    code = anna.enter().rsplit("/", 1)[1]
    assert said(take_back(anna, code)) == (200, "Dein Bild ist zurückgezogen.")
    assert (stored(), rows(Picture), rows(UploadFile), statuses()) == ([], 0, 0, [CONFIRMED])


def test_a_mistyped_address_of_the_same_form_keeps_no_photo_that_is_withdrawn(anna: Sender) -> None:
    anna.hand_in(versuch=ATTEMPT, email="ana@example.com")
    asked = anna.hand_in(None, versuch=ATTEMPT)
    anna.confirm(request_code(asked), pin_of(newest_mail()))
    take_back(anna, code_of(next(mail for mail in mails() if mail.to == "anna@example.com")))
    assert (stored(), rows(Picture), statuses()) == ([], 0, [ERASED, CONFIRMED])


def test_another_photo_under_the_same_form_outlives_the_one_that_is_withdrawn(anna: Sender) -> None:
    other = jpeg(1500, 1000)
    anna.confirm(request_code(anna.hand_in(versuch=ATTEMPT)), pin_of(newest_mail()))
    code = code_of(mails()[0])
    anna.send_piece(ATTEMPT, other, 0, len(other))
    take_back(anna, code)
    assert list(db.session.scalars(sa.select(Picture.width))) == [1500]
    db.session.rollback()
    assert anna.hand_in(None, versuch=ATTEMPT).status_code == 200


def test_the_same_photo_of_somebody_else_outlives_the_one_that_is_withdrawn(app: Flask, anna: Sender) -> None:
    code = anna.enter().rsplit("/", 1)[1]
    Sender(app, "berta@example.com").hand_in()
    take_back(anna, code)
    assert (rows(Picture), statuses()) == (1, [CONFIRMED, REQUESTED])


def test_a_photo_that_is_not_confirmed_yet_is_taken_back_by_its_code(anna: Sender) -> None:
    code = request_code(anna.hand_in())
    mail = newest_mail()
    page = anna.post(PAGE, beitrag=code_of(mail))
    assert said(page) == (200, "Dein Foto ist noch nicht bestätigt.")
    assert page.text.count("Endgültig zurückziehen") == 1
    assert said(take_back(anna, code_of(mail))) == (200, "Dein Bild ist zurückgezogen.")
    assert (stored(), rows(Picture), rows(UploadFile), rows(OutboxMail), statuses()) == ([], 0, 0, 0, [ERASED])
    upload = db.session.scalars(sa.select(Upload)).one()
    assert (upload.name, upload.alt_text, upload.sealed_address) == ("", "", None)
    db.session.rollback()
    assert anna.confirm(code, pin_of(mail)).status_code == 410
    assert said(anna.post(PAGE, beitrag=code_of(mail))) == (200, "Dieses Foto gibt es nicht mehr.")
    assert take_back(anna, code_of(mail)).status_code == 404


def test_a_photo_that_is_taken_back_before_its_mail_has_left_gets_no_mail(anna: Sender) -> None:
    anna.hand_in()
    code = db.session.scalars(sa.select(Upload.code)).one()
    db.session.rollback()
    take_back(anna, code)
    assert (rows(OutboxMail), stored()) == (0, [])


@pytest.mark.parametrize("confirmed", [False, True])
def test_no_other_code_takes_a_photo_back(anna: Sender, confirmed: bool) -> None:
    code = request_code(anna.hand_in(versuch=new_secret()))
    if confirmed:
        anna.confirm(code, pin_of(newest_mail()))
    assert take_back(anna, "7K3M-9QWT-C4XD-R02H").status_code == 404
    assert (rows(Picture), statuses()) == (1, [CONFIRMED if confirmed else REQUESTED])
