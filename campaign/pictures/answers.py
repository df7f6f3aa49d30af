"""What the child process says about a picture, read as the word of a stranger: bounded, typed, compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from campaign.pictures.areas import WHOLE
from campaign.pictures.checks import MAX_PIXELS, REASONS, UPLOAD, PictureRefused, format_of
from campaign.pictures.renditions import DRONES, FORMATS, LOOK_BYTES, RENDITIONS, Decoded, Rendition
from campaign.pictures.similarity import BITS, PART_HASHES

MAX_HEADER_BYTES: Final = 16_384
# 1600 × 1600 pixels of noise take three.
MAX_RENDITION_BYTES: Final = 8_000_000
MAX_FACES: Final = 100
# Whole, centre and parts, or a picture that shows nothing.
_HASHES: Final = (0, 2 + PART_HASHES)
_VALUES: Final = frozenset({"limit", "width", "height"})


class BadAnswer(Exception):
    """This is not what our worker says."""


def read_answer(read: Callable[[int], bytes], kind: str) -> Decoded:
    """Read one answer about a picture of this format; `read` returns exactly as many bytes as asked for.

    Raises:
        PictureRefused: the answer is one of our reasons.
        BadAnswer: it is anything else but a whole description.
    """
    try:
        header = _header(read)
        width, height = _number(header["width"]), _number(header["height"])
        if not 0 < width * height <= MAX_PIXELS:
            raise BadAnswer
        hashes, drone = _hashes(header["hashes"]), _drone(header.get("drone"))
        renditions = tuple(_rendition(item, read) for item in _list(header["renditions"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadAnswer from None
    if sorted((item.size, item.type) for item in renditions) != sorted(RENDITIONS):
        raise BadAnswer
    return Decoded(f"image/{kind.lower()}", width, height, renditions, read(LOOK_BYTES), hashes, drone)


def read_blurred(read: Callable[[int], bytes]) -> bytes:
    """Read the answer to a question for a blurred picture: a JPEG. Raises as `read_answer` does."""
    try:
        length = _number(_header(read)["bytes"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadAnswer from None
    if length > UPLOAD.max_bytes:
        raise BadAnswer
    data = read(length)
    if format_of(data) != "JPEG":
        raise BadAnswer
    return data


def read_faces(read: Callable[[int], bytes]) -> list[list[int]] | None:
    """Read the answer to a question for faces: left, top, width and height of each; None: nothing can look for them.

    Raises as `read_answer` does.
    """
    try:
        faces = _header(read)["faces"]
        return None if faces is None else [_face(face) for face in faces[:MAX_FACES]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadAnswer from None


def _header(read: Callable[[int], bytes]) -> dict[str, Any]:
    size = int.from_bytes(read(4), "big")
    if size > MAX_HEADER_BYTES:
        raise BadAnswer
    header = json.loads(read(size))
    if "refused" in header:
        raise _refusal(header)
    return dict(header)


def _face(values: list[object]) -> list[int]:
    left, top, width, height = (_number(value) for value in values)
    if left + width > WHOLE or top + height > WHOLE:
        raise BadAnswer
    return [left, top, width, height]


def _drone(value: object) -> str | None:
    if value is not None and value not in DRONES.values():
        raise BadAnswer
    return None if value is None else str(value)


def _refusal(header: dict[str, Any]) -> PictureRefused:
    message, values = header["refused"], header["values"]
    if message not in REASONS or not set(values) <= _VALUES:
        raise BadAnswer
    numbers = {name: _number(value) for name, value in values.items()}
    # Raises when a place in the sentence has no value.
    message % numbers
    return PictureRefused(message, **numbers)


def _rendition(item: dict[str, Any], read: Callable[[int], bytes]) -> Rendition:
    name, ending = FORMATS[item["type"]]
    size, width, height = _number(item["size"]), _number(item["width"]), _number(item["height"])
    length = _number(item["bytes"])
    if not 0 < min(width, height) <= max(width, height) <= size or length > MAX_RENDITION_BYTES:
        raise BadAnswer
    data = read(length)
    if format_of(data) != name:
        raise BadAnswer
    return Rendition(size, item["type"], ending, width, height, data)


def _hashes(values: object) -> tuple[int, ...]:
    if not isinstance(values, list) or len(values) not in _HASHES:
        raise BadAnswer
    if not all(type(value) is int and 0 <= value < 2**BITS for value in values):
        raise BadAnswer
    return tuple(values)


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 2**32:
        raise BadAnswer
    return value


def _list(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > len(RENDITIONS):
        raise BadAnswer
    return value
