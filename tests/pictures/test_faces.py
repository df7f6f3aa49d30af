"""Faces are found by an optional extra, in the sandbox; without it nothing is said about them."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from campaign.pictures import faces
from campaign.pictures.areas import Area, Shape
from campaign.pictures.sandbox import Sandbox
from tests.pictures.portraits import needs_detector, portrait


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    running = Sandbox()
    yield running
    running.close()


@needs_detector
def test_a_face_is_found_where_it_is(sandbox: Sandbox) -> None:
    found = sandbox.find_faces(portrait())
    assert found is not None
    [(left, top, width, height)] = found
    middle = left + width // 2, top + height // 2
    assert (4700 < middle[0] < 5300, 4000 < middle[1] < 5200, width > 1000) == (True, True, True)


@needs_detector
def test_three_faces_in_a_large_picture_are_three(sandbox: Sandbox) -> None:
    assert len(sandbox.find_faces(portrait(2400, 1200, faces=3, scale=1.4)) or []) == 3


@needs_detector
def test_a_blurred_face_is_none_any_more(sandbox: Sandbox) -> None:
    blurred = sandbox.blur(portrait(), [Area(Shape.ELLIPSE, 3500, 1500, 3000, 6500)])
    assert sandbox.find_faces(blurred) == []


@needs_detector
def test_a_picture_of_nothing_has_no_faces(sandbox: Sandbox) -> None:
    stream = io.BytesIO()
    Image.effect_noise((640, 480), 60).save(stream, "PNG")
    assert sandbox.find_faces(stream.getvalue()) == []


def test_without_the_extra_nobody_can_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "detect", None)
    assert faces.find_faces(Image.new("RGB", (60, 40))) is None


def test_what_is_too_unsure_is_left_out_and_the_rest_is_cut_at_the_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = [(-10, 20, 50, 50, 80), (100, 100, 20, 20, 79), (600, 440, 100, 100, 99)]
    monkeypatch.setattr(faces, "detect", lambda *_: boxes)
    assert faces.find_faces(Image.new("RGB", (640, 480))) == [[0, 416, 625, 1041], [9375, 9166, 625, 833]]
