"""What the process that decodes says about blurred pictures, faces and drones is the word of a stranger."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from campaign.pictures.answers import BadAnswer, read_answer, read_blurred, read_faces
from campaign.pictures.checks import DAMAGED, UPLOAD, PictureRefused
from tests.factories import jpeg


def said(header: object, *parts: bytes) -> Any:
    text = json.dumps(header).encode()
    return io.BytesIO(len(text).to_bytes(4, "big") + text + b"".join(parts)).read


def test_a_blurred_picture_is_a_jpeg_of_the_length_that_was_said() -> None:
    data = jpeg()
    assert read_blurred(said({"bytes": len(data)}, data, b"more")) == data


@pytest.mark.parametrize(
    "header", [{"bytes": UPLOAD.max_bytes + 1}, {"bytes": -1}, {"bytes": "4"}, {"bytes": True}, {}, [], 7]
)
def test_any_other_answer_is_no_blurred_picture(header: object) -> None:
    with pytest.raises(BadAnswer):
        read_blurred(said(header, b"\xff\xd8\xff\xe0"))


def test_bytes_of_another_format_are_no_blurred_picture() -> None:
    with pytest.raises(BadAnswer):
        read_blurred(said({"bytes": 8}, b"\x89PNG\r\n\x1a\n"))


def test_a_refusal_is_passed_on() -> None:
    for read in (read_blurred, read_faces):
        with pytest.raises(PictureRefused) as caught:
            read(said({"refused": DAMAGED, "values": {}}))
        assert caught.value.message == DAMAGED


def test_faces_are_parts_of_the_picture() -> None:
    assert read_faces(said({"faces": [[0, 0, 10_000, 10_000], [1, 2, 3, 4]]})) == [[0, 0, 10_000, 10_000], [1, 2, 3, 4]]
    assert read_faces(said({"faces": []})) == []
    assert read_faces(said({"faces": None})) is None
    assert len(read_faces(said({"faces": [[1, 2, 3, 4]] * 150})) or []) == 100


@pytest.mark.parametrize(
    "faces",
    [[[0, 0, 10_001, 1]], [[9000, 0, 2000, 1]], [[1, 2, 3]], [[-1, 0, 1, 1]], [[0.5, 0, 1, 1]], 7],
)
def test_what_lies_outside_is_no_face(faces: object) -> None:
    with pytest.raises(BadAnswer):
        read_faces(said({"faces": faces}))


@pytest.mark.parametrize("drone", ["Canon", 7, ["DJI"], "<b>"])
def test_a_drone_is_one_of_the_makers_that_we_know(drone: object) -> None:
    header = {"type": "image/jpeg", "width": 60, "height": 40, "hashes": [], "renditions": [], "drone": drone}
    with pytest.raises(BadAnswer):
        read_answer(said(header), "JPEG")
