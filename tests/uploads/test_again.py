"""What a form becomes that is sent again: the same upload, or another one with a mail of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from time_machine import Traveller

from campaign.codes import new_secret
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.confirmation import Proof, Visitor
from campaign.mail.models import MailStatus, OutboxMail
from campaign.pictures.models import Picture
from campaign.uploads import files, services
from campaign.uploads.erasure import erase_uploads
from campaign.uploads.models import Upload, UploadStatus
from tests.factories import NOW, jpeg
from tests.uploads.people import PHOTO, Sender, request_code, rows, statement, statuses
from tests.voting.people import found, mails, newest_mail, pin_of

ATTEMPT = "a" * 22
REQUESTED, CONFIRMED, ERASED = UploadStatus.REQUESTED, UploadStatus.CONFIRMED, UploadStatus.ERASED
VISITOR = Visitor("anna@example.com", None, "de")


def heading(page: str) -> str:
    return found(r"<h1>([^<]+)</h1>", page)


def entered_widths() -> list[int]:
    """The widths of the pictures of all entries, oldest first."""
    query = sa.select(Picture.width).join(Entry, Entry.picture_id == Picture.id).order_by(Entry.number)
    widths = list(db.session.scalars(query))
    db.session.rollback()
    return widths


def wrong(pin: str) -> str:
    return "000000" if pin != "000 000" else "000001"


def use_up_tries(anna: Sender, code: str, pin: str) -> None:
    assert [anna.confirm(code, wrong(pin)).status_code for _ in range(6)] == [422] * 5 + [410]


def fail_mails() -> None:
    """Let all mails have failed for good, as those to a full mailbox do."""
    db.session.execute(sa.update(OutboxMail).values(status=MailStatus.FAILED, sealed=None, error="550 mailbox full"))
    db.session.commit()


def test_another_photo_after_confirming_is_a_second_upload_with_a_mail_of_its_own(anna: Sender) -> None:
    anna.confirm(request_code(anna.hand_in(versuch=ATTEMPT)), pin_of(newest_mail()))
    second = anna.hand_in(jpeg(1500, 1000), versuch=ATTEMPT, alt="Der Dom")
    assert (heading(second.text), statuses()) == ("Schau in deine Mails", [CONFIRMED, REQUESTED])
    assert anna.confirm(request_code(second), pin_of(newest_mail())).status_code == 303
    # Each brought its PIN; the first is told to have arrived.
    assert (len(mails()), entered_widths()) == (3, [1200, 1500])


def test_another_photo_before_confirming_is_a_second_upload_and_each_pin_confirms_its_own(anna: Sender) -> None:
    first = request_code(anna.hand_in(versuch=ATTEMPT))
    first_pin = pin_of(newest_mail())
    second = request_code(anna.hand_in(jpeg(1500, 1000), versuch=ATTEMPT))
    second_pin = pin_of(newest_mail())
    assert [anna.confirm(second, second_pin).status_code, anna.confirm(first, first_pin).status_code] == [303, 303]
    assert entered_widths() == [1500, 1200]


def test_the_second_photo_sent_again_is_the_second_upload(anna: Sender) -> None:
    anna.confirm(request_code(anna.hand_in(versuch=ATTEMPT)), pin_of(newest_mail()))
    other = jpeg(1500, 1000)
    codes = {request_code(anna.hand_in(photo, versuch=ATTEMPT)) for photo in (other, other, None)}
    assert (len(codes), statuses()) == (1, [CONFIRMED, REQUESTED])


def test_a_form_whose_pin_was_wrong_six_times_brings_a_new_pin_when_it_is_sent_again(anna: Sender) -> None:
    dead = request_code(anna.hand_in(versuch=ATTEMPT))
    pin = pin_of(newest_mail())
    use_up_tries(anna, dead, pin)
    again = anna.hand_in(None, versuch=ATTEMPT)
    assert (heading(again.text), statuses()) == ("Schau in deine Mails", [ERASED, REQUESTED])
    assert anna.confirm(dead, pin).status_code == 410
    assert anna.confirm(request_code(again), pin_of(newest_mail())).status_code == 303
    assert entered_widths() == [1200]


def test_a_form_whose_mail_failed_for_good_brings_another_mail_when_it_is_sent_again(anna: Sender) -> None:
    anna.hand_in(versuch=ATTEMPT)
    fail_mails()
    again = anna.hand_in(None, versuch=ATTEMPT)
    assert anna.confirm(request_code(again), pin_of(newest_mail())).status_code == 303


def test_a_form_whose_pin_is_too_old_brings_a_new_one_when_it_is_sent_again(anna: Sender, clock: Traveller) -> None:
    anna.hand_in(versuch=ATTEMPT)
    newest_mail()
    clock.shift(timedelta(hours=48, minutes=1))
    again = anna.hand_in(versuch=ATTEMPT)
    assert anna.confirm(request_code(again), pin_of(newest_mail())).status_code == 303


def test_wrong_pins_bring_nobody_more_than_five_mails_an_hour(app: Flask) -> None:
    attempt = new_secret()
    files.receive_whole(attempt, PHOTO, NOW)
    for _ in range(8):
        services.request_upload(statement(attempt), VISITOR, NOW)
        db.session.execute(sa.update(Upload).where(Upload.status == REQUESTED).values(pin_tries=6))
        db.session.commit()
    waiting = sa.select(sa.func.count()).select_from(OutboxMail).filter_by(status=MailStatus.WAITING)
    assert db.session.scalar(waiting) == 5


def test_what_was_set_aside_says_nothing_of_its_sender_and_its_mail_goes_in_time(anna: Sender) -> None:
    use_up_tries(anna, request_code(anna.hand_in(versuch=ATTEMPT)), pin_of(newest_mail()))
    anna.hand_in(None, versuch=ATTEMPT)
    aside = db.session.scalars(sa.select(Upload).filter_by(status=ERASED)).one()
    assert (aside.name, aside.alt_text, aside.sealed_address, aside.picture_id) == ("", "", None, None)
    newest_mail()
    erase_uploads(NOW + timedelta(hours=49))
    assert (rows(OutboxMail), rows(Picture), statuses()) == (0, 0, [ERASED, ERASED])
    assert len(set(db.session.scalars(sa.select(Upload.address_key)))) == 2


def test_a_photo_that_was_taken_back_may_be_handed_in_again_by_the_same_form(anna: Sender) -> None:
    thanks = anna.confirm(request_code(anna.hand_in(versuch=ATTEMPT)), pin_of(newest_mail())).headers["Location"]
    anna.post("/wo-ist-mein-bild", beitrag=thanks.rsplit("/", 1)[1], tun="zurueckziehen")
    again = anna.hand_in(versuch=ATTEMPT)
    assert (heading(again.text), statuses()) == ("Schau in deine Mails", [CONFIRMED, REQUESTED])


@pytest.mark.parametrize("tries", [0, 5])
def test_a_form_sent_again_keeps_the_pin_that_still_fits(app: Flask, tries: int) -> None:
    attempt = new_secret()
    files.receive_whole(attempt, PHOTO, NOW)
    services.request_upload(statement(attempt), VISITOR, NOW)
    pin = pin_of(newest_mail(NOW))
    db.session.execute(sa.update(Upload).values(pin_tries=tries))
    db.session.commit()
    code = services.request_upload(statement(attempt, name="Anna"), VISITOR, NOW)
    services.confirm_upload(code, Proof(pin), NOW)
    sent = list(db.session.scalars(sa.select(OutboxMail.purpose).order_by(OutboxMail.id)))
    assert (sent, list(db.session.scalars(sa.select(Entry.creator)))) == (["upload", "upload received"], ["Anna"])
