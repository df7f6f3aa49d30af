"""Pictures are marked with the faces found in them, behind everything else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from campaign.extensions import db
from campaign.pictures import face_marks
from campaign.pictures.face_marks import DUE, mark_faces
from campaign.pictures.models import Derivative, Picture
from campaign.pictures.sandbox import SandboxUnavailable
from campaign.pictures.services import prepare_picture, store_picture
from campaign.pictures.storage import DERIVATIVES, storage
from tests.factories import NOW, make_picture
from tests.pictures.portraits import needs_detector, portrait

pytestmark = pytest.mark.usefixtures("app")
FACE = [4000, 2000, 2000, 3000]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A detector at the edge of the sandbox that finds one face in everything."""
    monkeypatch.setattr(face_marks, "can_look", lambda: True)
    monkeypatch.setattr(face_marks, "find_faces", lambda _data: [FACE])


def marks() -> list[tuple[int | None, list[list[int]]]]:
    db.session.expire_all()
    return [(one.faces, one.face_areas) for one in db.session.scalars(sa.select(Picture).order_by(Picture.id))]


def stored(count: int) -> None:
    for _ in range(count):
        make_picture()
    db.session.commit()


@pytest.mark.usefixtures("installed")
def test_each_picture_is_looked_at_once() -> None:
    stored(3)
    assert (mark_faces(), mark_faces(), marks()) == (3, 0, [(1, [FACE])] * 3)


@pytest.mark.usefixtures("installed")
def test_a_run_takes_a_few_of_the_newest_and_ends_when_it_is_asked_to() -> None:
    stored(2)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 1

    assert (mark_faces(stop=stop), [faces for faces, _ in marks()]) == (1, [None, 1])
    assert DUE == 20


@pytest.mark.usefixtures("installed")
def test_a_picture_whose_file_is_gone_is_not_asked_for_again() -> None:
    stored(1)
    storage.delete(
        DERIVATIVES, db.session.scalars(sa.select(Derivative.name).where(Derivative.type == "image/jpeg")).one()
    )
    assert (mark_faces(), marks()) == (1, [(0, [])])


def test_without_the_detector_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_marks, "can_look", lambda: False)
    stored(1)
    assert (mark_faces(), marks()) == (0, [(None, [])])


def test_while_nothing_can_be_decoded_the_picture_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(_data: bytes) -> None:
        raise SandboxUnavailable("not now")

    monkeypatch.setattr(face_marks, "can_look", lambda: True)
    monkeypatch.setattr(face_marks, "find_faces", unavailable)
    stored(1)
    assert (mark_faces(), marks()) == (0, [(None, [])])


@needs_detector
def test_a_portrait_has_one_face_and_a_plain_picture_none() -> None:
    store_picture(prepare_picture(portrait()), NOW)
    stored(1)
    assert (mark_faces(), [faces for faces, _ in marks()]) == (2, [1, 0])
