"""A photo that arrives in pieces ahead of its form."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from campaign.codes import new_secret
from campaign.errors import CampaignError
from campaign.extensions import db, settings
from campaign.pictures.checks import Admission
from campaign.pictures.models import Picture
from campaign.pictures.sandbox import SandboxUnavailable
from campaign.pictures.services import PreparedPicture, store_picture
from campaign.pictures.storage import DERIVATIVES, LOOKS, ORIGINALS, PIECES, storage
from campaign.uploads import assembly, files
from campaign.uploads.assembly import NotNow
from campaign.uploads.models import UploadFile
from campaign.uploads.rules import Announced
from tests.factories import NOW, jpeg
from tests.uploads.people import PHOTO, Sender, request_code, rows
from tests.voting.people import newest_mail, pin_of

ATTEMPT = "p" * 22
SIZE = len(PHOTO)
DIGEST = hashlib.sha256(PHOTO).hexdigest()
OTHER = jpeg(1300, 900)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def pieces_left(attempt: str = ATTEMPT) -> list[str]:
    return storage.names(PIECES, attempt)


def stored() -> list[str]:
    """The names of all files of pictures, pieces aside."""
    folder = settings().site.data_dir / "pictures"
    areas = (ORIGINALS, LOOKS, DERIVATIVES)
    return sorted(path.name for area in areas for path in (folder / area).rglob("*") if path.is_file())


def begin_other(attempt: str) -> int:
    """Begin another photo under a token; returns how many bytes of it are here."""
    announced = Announced(hashlib.sha256(OTHER).hexdigest(), len(OTHER))
    return files.receive_piece(attempt, announced, 0, OTHER[:100], NOW).received


def in_passing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], int]) -> list[int]:
    """Do something the moment after the files of the next picture are written; returns where its answer will be."""
    real, answers = assembly.prepare_picture, list[int]()

    def overtaken(data: bytes, admission: Admission) -> PreparedPicture:
        monkeypatch.setattr(assembly, "prepare_picture", real)
        prepared = real(data, admission)
        answers.append(act())
        return prepared

    monkeypatch.setattr(assembly, "prepare_picture", overtaken)
    return answers


def send_all(anna: Sender, data: bytes = PHOTO, attempt: str = ATTEMPT, length: int = 1000) -> list[int]:
    """Send all pieces in order; returns the statuses of the answers."""
    starts = range(0, len(data), length)
    return [anna.send_piece(attempt, data, start, start + length).status_code for start in starts]


def test_pieces_become_the_photo_and_the_form_goes_without_it(anna: Sender) -> None:
    assert set(send_all(anna)) == {200}
    state = anna.get(f"/mitmachen/datei/{ATTEMPT}").json
    assert state == {
        "digest": DIGEST,
        "size": SIZE,
        "received": SIZE,
        "done": True,
        "refused": False,
        "small": False,
        "problem": None,
    }
    assert (storage.get(ORIGINALS, DIGEST), pieces_left()) == (PHOTO, [])
    asked = anna.hand_in(None, versuch=ATTEMPT)
    assert anna.confirm(request_code(asked), pin_of(newest_mail())).status_code == 303


def test_after_a_break_the_server_says_where_to_go_on(anna: Sender) -> None:
    anna.send_piece(ATTEMPT, PHOTO, 0, 1500)
    assert anna.get(f"/mitmachen/datei/{ATTEMPT}").json["received"] == 1500
    page = anna.get(f"/mitmachen?versuch={ATTEMPT}").text
    assert page.count(f"{150000 // SIZE} % deines Fotos sind schon da.") == 1
    assert page.count(f'value="{ATTEMPT}"') == 1
    assert anna.send_piece(ATTEMPT, PHOTO, 1500, SIZE).json["done"] is True


def test_a_piece_that_comes_again_changes_nothing(anna: Sender) -> None:
    for start, end in ((0, 900), (0, 900), (300, 700), (500, 1400), (0, 1400), (1400, SIZE), (1400, SIZE), (0, 900)):
        assert anna.send_piece(ATTEMPT, PHOTO, start, end).status_code == 200
    assert (storage.get(ORIGINALS, DIGEST), rows(Picture), rows(UploadFile)) == (PHOTO, 1, 1)


def test_a_longer_piece_that_overtakes_a_shorter_one_is_not_lost(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    announced, put = Announced(DIGEST, SIZE), storage.put

    def overtaken(*values: Any) -> None:
        monkeypatch.setattr(storage, "put", put)
        files.receive_piece(ATTEMPT, announced, 0, PHOTO[:1500], NOW)
        put(*values)

    monkeypatch.setattr(storage, "put", overtaken)
    assert files.receive_piece(ATTEMPT, announced, 0, PHOTO[:1000], NOW).received == 1500
    assert files.receive_piece(ATTEMPT, announced, 1500, PHOTO[1500:], NOW).is_here
    assert (storage.get(ORIGINALS, DIGEST), pieces_left()) == (PHOTO, [])


def test_a_piece_behind_a_gap_is_refused_and_told_where_the_gap_begins(anna: Sender) -> None:
    anna.send_piece(ATTEMPT, PHOTO, 0, 500)
    answer = anna.send_piece(ATTEMPT, PHOTO, 600, 700)
    assert (answer.status_code, answer.json["received"]) == (409, 500)
    assert answer.json["problem"] == "Ein Stück des Fotos fehlt noch. Schick es bitte noch einmal."


def test_a_piece_of_another_file_is_refused_and_its_first_piece_begins_anew(anna: Sender) -> None:
    other = jpeg(1300, 900)
    anna.send_piece(ATTEMPT, PHOTO, 0, 500)
    answer = anna.send_piece(ATTEMPT, other, 500, 700)
    assert (answer.status_code, answer.json["digest"]) == (409, DIGEST)
    assert set(send_all(anna, other)) == {200}
    assert anna.get(f"/mitmachen/datei/{ATTEMPT}").json["digest"] == hashlib.sha256(other).hexdigest()
    assert (pieces_left(), rows(UploadFile)) == ([], 1)


def test_another_photo_throws_away_the_picture_that_was_there(anna: Sender) -> None:
    send_all(anna)
    send_all(anna, jpeg(1300, 900))
    assert list(db.session.scalars(sa.select(Picture.width))) == [1300]
    with pytest.raises(FileNotFoundError):
        storage.get(ORIGINALS, DIGEST)


def test_a_picture_that_somebody_else_has_sent_too_stays(anna: Sender) -> None:
    send_all(anna)
    send_all(anna, attempt="q" * 22)
    send_all(anna, jpeg(1300, 900))
    assert (rows(Picture), storage.get(ORIGINALS, DIGEST)) == (2, PHOTO)


@ON_SQLITE
def test_bytes_that_changed_on_the_way_are_noticed_and_sent_anew(anna: Sender) -> None:
    damaged = PHOTO[:700] + b"\0" + PHOTO[701:]
    announced = {"pruefsumme": DIGEST}
    anna.send_piece(ATTEMPT, damaged, 0, 1000, **announced)
    answer = anna.send_piece(ATTEMPT, damaged, 1000, SIZE, **announced)
    assert (answer.status_code, answer.json["received"], answer.json["done"]) == (409, 0, False)
    assert answer.json["problem"] == "Das Foto ist unterwegs beschädigt worden. Schick es bitte noch einmal."
    assert (pieces_left(), rows(Picture)) == ([], 0)
    assert set(send_all(anna)) == {200}


@ON_SQLITE
def test_a_file_that_is_no_photo_is_told_once_it_is_here_and_whenever_somebody_asks(anna: Sender) -> None:
    document = b"%PDF-1.7" + bytes(3000)
    send_all(anna, document)
    state = anna.get(f"/en/mitmachen/datei/{ATTEMPT}").json
    assert (state["done"], state["refused"], state["received"]) == (False, True, len(document))
    again = anna.send_piece(ATTEMPT, document, 2000, len(document)).json
    said = "Die Datei ist kein Bild im Format JPEG, PNG, WebP oder HEIC. Wähl bitte ein anderes Foto."
    assert (again["problem"], pieces_left()) == (said, [])
    page = anna.hand_in(None, versuch=ATTEMPT)
    assert (page.status_code, page.text.count(said)) == (422, 2)
    assert anna.hand_in(PHOTO, versuch=ATTEMPT).status_code == 200


@ON_SQLITE
def test_a_photo_that_cannot_be_checked_now_is_checked_when_its_last_piece_comes_again(
    anna: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_free(*_: object) -> None:
        raise SandboxUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(assembly, "prepare_picture", none_free)
        assert send_all(anna)[-1] == 503
        page = anna.hand_in(PHOTO, versuch="q" * 22)
        assert (page.status_code, page.text.count("Wir können das Foto gerade nicht prüfen.")) == (422, 2)
        assert page.text.count("Dein Foto ist schon da, nur noch nicht geprüft.") == 1
    assert anna.send_piece(ATTEMPT, PHOTO, SIZE - 1, SIZE).json["done"] is True
    assert anna.hand_in(None, versuch="q" * 22).status_code == 200
    assert (pieces_left(), pieces_left("q" * 22)) == ([], [])


@ON_SQLITE
def test_so_many_photos_are_checked_at_once_and_the_next_one_is_told_to_wait(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough, done = threading.Semaphore(0), threading.Event()
    real = assembly.prepare_picture

    def slow(data: bytes, admission: Admission) -> PreparedPicture:
        enough.release()
        assert done.wait(30)
        return real(data, admission)

    monkeypatch.setattr(assembly, "prepare_picture", slow)
    monkeypatch.setattr(assembly, "PATIENCE_SECONDS", 0.05)

    def send() -> bool:
        with app.app_context():
            return files.receive_whole(new_secret(), PHOTO, NOW).is_here

    db.session.remove()
    with ThreadPoolExecutor(assembly.AT_ONCE) as pool:
        sent = [pool.submit(send) for _ in range(assembly.AT_ONCE)]
        assert all(enough.acquire(timeout=30) for _ in sent)
        with pytest.raises(NotNow):
            send()
        done.set()
        assert [one.result(30) for one in sent] == [True] * assembly.AT_ONCE


def test_a_photo_whose_place_was_taken_while_it_was_checked_leaves_no_file(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = in_passing(monkeypatch, lambda: begin_other(ATTEMPT))
    state = files.receive_piece(ATTEMPT, Announced(DIGEST, SIZE), 0, PHOTO, NOW)
    assert (later, state.size, stored()) == ([100], len(OTHER), [])
    assert (rows(Picture), rows(UploadFile)) == (0, 1)


def test_a_photo_whose_place_was_taken_keeps_the_files_that_somebody_else_is_about_to_name(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def others() -> int:
        files.receive_piece("q" * 22, Announced(DIGEST, SIZE), 0, PHOTO[:100], NOW)
        return begin_other(ATTEMPT)

    in_passing(monkeypatch, others)
    files.receive_piece(ATTEMPT, Announced(DIGEST, SIZE), 0, PHOTO, NOW)
    assert len(stored()) == 6
    assert files.receive_piece("q" * 22, Announced(DIGEST, SIZE), 100, PHOTO[100:], NOW).is_here
    assert (rows(Picture), len(stored())) == (1, 6)


def test_a_photo_whose_place_was_taken_keeps_the_files_that_a_row_names(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = store_picture(assembly.prepare_picture(PHOTO), NOW)
    db.session.commit()
    in_passing(monkeypatch, lambda: begin_other(ATTEMPT))
    files.receive_piece(ATTEMPT, Announced(DIGEST, SIZE), 0, PHOTO, NOW)
    assert (list(db.session.scalars(sa.select(Picture.id))), len(stored())) == ([number], 6)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"ab": -1}, 422),
        ({"ab": "x"}, 422),
        ({"groesse": 0}, 422),
        ({"groesse": 25_000_001}, 422),
        ({"groesse": 10**12}, 422),
        ({"groesse": 50}, 422),
        ({"pruefsumme": "abc"}, 422),
        ({"pruefsumme": "/" * 64}, 422),
    ],
)
@ON_SQLITE
def test_what_fits_no_file_is_refused(anna: Sender, changes: dict[str, object], status: int) -> None:
    assert anna.send_piece(ATTEMPT, PHOTO, 0, 100, **changes).status_code == status
    assert pieces_left() == []


@pytest.mark.parametrize("attempt", ["short", "a" * 23, "%2e%2e" + "a" * 20, "ä" * 22])
@ON_SQLITE
def test_a_token_that_we_never_gave_out_is_none(anna: Sender, attempt: str) -> None:
    assert anna.send_piece(attempt, PHOTO, 0, 100).status_code == 404
    assert (anna.get(f"/mitmachen/datei/{attempt}").status_code, rows(UploadFile)) == (404, 0)


@ON_SQLITE
def test_a_piece_from_another_site_is_refused(anna: Sender) -> None:
    answer = anna.client.post(
        f"/mitmachen/datei/{ATTEMPT}?ab=0&groesse={SIZE}&pruefsumme={DIGEST}",
        data=PHOTO,
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert (answer.status_code, rows(UploadFile)) == (403, 0)


MOVES = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 40)), max_size=30)


@ON_SQLITE
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_comes_first_twice_or_across_the_photo_is_the_same_in_the_end(
    app: Flask, moves: list[tuple[int, int]]
) -> None:
    attempt, step = new_secret(), SIZE // 100
    announced = Announced(DIGEST, SIZE)

    def send(start: int, end: int) -> None:
        try:
            files.receive_piece(attempt, announced, start, PHOTO[start:end], NOW)
        except CampaignError:
            db.session.rollback()

    for start, length in moves:
        send(start * step, (start + length) * step)
    received = files.file_state(attempt).received
    db.session.rollback()
    send(received, SIZE)
    assert files.file_state(attempt).is_here
    assert (storage.get(ORIGINALS, DIGEST), storage.names(PIECES, attempt)) == (PHOTO, [])
    db.session.rollback()
