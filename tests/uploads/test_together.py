"""Many at once, the limit of a person, and how often anybody may try."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from limits import parse
from werkzeug.test import TestResponse

from campaign.codes import new_secret
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.errors import Conflict
from campaign.extensions import db
from campaign.mail.confirmation import Proof, Visitor
from campaign.mail.models import MailStatus, OutboxMail
from campaign.pictures.models import Picture
from campaign.rights.models import RightsGrant
from campaign.throttle import SITE_SHARE
from campaign.uploads import files, services, throttle
from campaign.uploads.models import Upload, UploadFile
from campaign.uploads.rules import Announced
from tests.factories import NOW, jpeg
from tests.uploads.people import PHOTO, Sender, asked, entered, rows, statement
from tests.voting.test_concurrency import at_once

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def confirming(code: str, pin: str) -> Callable[[], object]:
    return lambda: services.confirm_upload(code, Proof(pin), NOW)


def test_twenty_confirmations_of_one_pin_make_one_entry(app: Flask) -> None:
    code, pin = asked()
    assert len(set(at_once(app, [confirming(code, pin)] * 20))) == 1
    assert (rows(Entry), rows(RightsGrant)) == (1, 1)


def test_confirmations_at_once_never_pass_the_limit_of_a_person(app: Flask) -> None:
    photos = [asked(f"anna+{number}@example.com") for number in range(5)]
    answers = at_once(app, [confirming(*photo) for photo in photos])
    assert (answers.count("Conflict"), rows(Entry)) == (2, 3)


def test_the_same_form_at_once_is_one_upload_with_one_mail(app: Flask) -> None:
    attempt = new_secret()
    files.receive_whole(attempt, PHOTO, NOW)
    visitor = Visitor("anna@example.com", None, "de")
    codes = at_once(app, [lambda: services.request_upload(statement(attempt), visitor, NOW)] * 12)
    assert (len(set(codes)), rows(Upload), rows(OutboxMail)) == (1, 1, 1)


def test_the_same_photo_at_once_is_one_picture(app: Flask) -> None:
    attempts = [new_secret() for _ in range(4)]
    at_once(app, [lambda attempt=attempt: files.receive_whole(attempt, PHOTO, NOW) for attempt in attempts * 2])  # type: ignore[misc]
    assert (rows(Picture), rows(UploadFile)) == (1, 4)
    assert db.session.scalars(sa.select(sa.func.count()).where(UploadFile.picture_id.is_not(None))).one() == 4


def test_the_same_pieces_at_once_give_the_file(app: Flask) -> None:
    attempt, announced = new_secret(), Announced(hashlib.sha256(PHOTO).hexdigest(), len(PHOTO))
    files.receive_piece(attempt, announced, 0, PHOTO[:500], NOW)

    def send() -> object:
        return files.receive_piece(attempt, announced, 500, PHOTO[500:], NOW).is_here

    assert True in at_once(app, [send] * 6)
    assert files.file_state(attempt).is_here


def test_a_withdrawn_photo_makes_room_for_another(app: Flask) -> None:
    first, *_ = [entered() for _ in range(3)]
    code, pin = asked()
    with pytest.raises(Conflict) as full:
        services.confirm_upload(code, Proof(pin), NOW)
    assert str(full.value) == "Mit deiner Adresse nehmen schon 3 Fotos teil, mehr gehen nicht. Zieh erst eines zurück."
    db.session.rollback()
    db.session.get_one(Entry, first.number).status = Status.WITHDRAWN
    db.session.commit()
    services.confirm_upload(code, Proof(pin), NOW)
    assert rows(Entry) == 4


@ON_SQLITE
def test_the_limit_is_told_to_whoever_has_the_mail_and_to_nobody_else(app: Flask, anna: Sender) -> None:
    for _ in range(3):
        entered()
    code, pin = asked()
    full, other = anna.hand_in(), Sender(app, "berta@example.com").hand_in()
    assert full.status_code == other.status_code == 200
    refused = anna.confirm(code, pin)
    assert (refused.status_code, refused.text.count("Mit deiner Adresse nehmen schon 3 Fotos teil")) == (409, 1)


def test_a_sixth_mail_in_an_hour_is_not_sent(app: Flask) -> None:
    for number in range(7):
        attempt = new_secret()
        files.receive_whole(attempt, jpeg(), NOW)
        visitor = Visitor(f"Anna+{number}@example.com", None, "de")
        services.request_upload(statement(attempt), visitor, NOW)
    waiting = sa.select(sa.func.count()).select_from(OutboxMail).filter_by(status=MailStatus.WAITING)
    assert (db.session.scalar(waiting), rows(Upload)) == (5, 7)


@ON_SQLITE
def test_one_network_may_begin_so_many_photos_an_hour_and_another_one_still_can(anna: Sender) -> None:
    query = f"ab=0&groesse={len(PHOTO)}&pruefsumme={hashlib.sha256(PHOTO).hexdigest()}"

    def begin(address: str) -> TestResponse:
        path = f"/mitmachen/datei/{new_secret()}?{query}"
        return anna.client.post(path, data=PHOTO[:9], environ_base={"REMOTE_ADDR": address})

    allowed = throttle.FILES.amount
    answers = [begin(f"203.0.113.{number % 200}") for number in range(allowed + 1)]
    assert [answer.status_code for answer in answers] == [200] * allowed + [429]
    assert answers[-1].json == {"problem": "Aus deinem Netz kommen gerade sehr viele Fotos."}
    assert answers[-1].headers["Retry-After"] == "600"
    assert begin("198.51.100.1").status_code == 200


@ON_SQLITE
def test_the_many_networks_of_one_ipv6_site_share_a_limit(anna: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "FORMS", parse("2 per hour"))

    def answers(*addresses: str) -> list[int]:
        sent = [anna.client.post("/mitmachen", environ_base={"REMOTE_ADDR": address}) for address in addresses]
        return [answer.status_code for answer in sent]

    allowed = 2 * SITE_SHARE
    assert answers(*["2001:db8:1:1::1"] * 3) == [422, 422, 429]
    assert answers(*[f"2001:db8:1:{number + 2:x}::1" for number in range(allowed)]) == [422] * (allowed - 2) + [429] * 2
    assert answers("2001:db8:2:1::1") == [422]
