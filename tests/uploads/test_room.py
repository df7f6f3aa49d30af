"""How much is kept of what nobody has confirmed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask

from campaign.codes import new_secret
from campaign.extensions import settings
from campaign.mail.confirmation import Visitor
from campaign.uploads import files, room, services
from campaign.uploads.assembly import NotNow
from campaign.uploads.models import UploadFile
from campaign.uploads.room import waiting_bytes
from campaign.uploads.rules import Announced
from tests.factories import NOW, jpeg
from tests.uploads.people import PHOTO, Sender, asked, entered, request_code, rows, statement
from tests.voting.people import newest_mail, pin_of

ATTEMPT = "a" * 22
SIZE = len(PHOTO)
FULL = "Gerade können wir keine weiteren Fotos annehmen. Versuch es in einer Stunde noch einmal."
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SetFree = Callable[[int], None]


@pytest.fixture
def disk_has(monkeypatch: pytest.MonkeyPatch) -> SetFree:
    """Let the disk have so many bytes left."""

    def has(free: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))

    return has


def test_what_counts_is_what_has_arrived_and_nobody_has_confirmed(app: Flask) -> None:
    entered(photo=jpeg())
    assert waiting_bytes() == 0
    files.receive_piece(ATTEMPT, Announced("0" * 64, 25_000_000), 0, b"x" * 700, NOW)
    assert waiting_bytes() == 700
    asked(photo=PHOTO)
    assert waiting_bytes() == 700 + SIZE


def test_another_photo_under_the_token_of_a_form_counts_too(app: Flask) -> None:
    files.receive_whole(ATTEMPT, PHOTO, NOW)
    services.request_upload(statement(ATTEMPT), Visitor("anna@example.com", None, "de"), NOW)
    files.receive_piece(ATTEMPT, Announced("0" * 64, 5000), 0, b"x" * 700, NOW)
    assert waiting_bytes() == 700 + SIZE


def test_what_is_no_photo_is_not_kept_and_does_not_count(anna: Sender) -> None:
    document = b"%PDF-1.7" + bytes(3000)
    assert anna.send_piece(ATTEMPT, document, 0, len(document)).json["refused"] is True
    assert waiting_bytes() == 0


def test_no_more_is_taken_than_may_wait(anna: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WAITING_BYTES", SIZE + 500)
    asked_page = anna.hand_in()
    assert anna.send_piece(ATTEMPT, PHOTO, 0, 400).status_code == 200
    full = anna.send_piece(ATTEMPT, PHOTO, 400, 600)
    assert (full.status_code, full.json["received"], full.json["problem"]) == (503, 400, FULL)
    page = anna.hand_in(jpeg(1300, 900), name="Berta")
    assert (page.status_code, page.text.count(FULL), page.text.count("Berta")) == (422, 2, 1)
    assert rows(UploadFile) == 2
    anna.confirm(request_code(asked_page), pin_of(newest_mail()))
    assert anna.send_piece(ATTEMPT, PHOTO, 400, SIZE).json["done"] is True


def test_a_photo_that_is_here_needs_no_more_room(anna: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    anna.send_piece(ATTEMPT, PHOTO, 0, SIZE)
    monkeypatch.setattr(room, "WAITING_BYTES", 0)
    assert anna.send_piece(ATTEMPT, PHOTO, SIZE - 1, SIZE).json["done"] is True
    assert anna.hand_in(None, versuch=ATTEMPT).status_code == 200


@ON_SQLITE
def test_a_disk_that_is_nearly_full_is_left_to_the_vote(anna: Sender, disk_has: SetFree) -> None:
    disk_has(room.FREE_BYTES + 99)
    assert anna.send_piece(ATTEMPT, PHOTO, 0, 100).status_code == 503
    disk_has(room.FREE_BYTES + 100)
    assert anna.send_piece(ATTEMPT, PHOTO, 0, 100).status_code == 200


@ON_SQLITE
def test_photos_that_lie_elsewhere_do_not_look_at_the_disk(app: Flask, disk_has: SetFree) -> None:
    disk_has(0)
    with pytest.raises(NotNow):
        files.receive_whole(new_secret(), PHOTO, NOW)
    config = settings()
    site = config.site.model_copy(update={"storage_url": "s3://bucket/pictures"})
    app.config["CAMPAIGN"] = config.model_copy(update={"site": site})
    assert files.receive_whole(new_secret(), PHOTO, NOW).is_here
