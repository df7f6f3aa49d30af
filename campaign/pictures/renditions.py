"""What a picture becomes: sizes, formats and their shapes; nothing here decodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SIZES: Final = (320, 800, 1600)
# One JPEG is enough, for mails, previews of other sites and the few browsers without WebP.
JPEG_SIZE: Final = 800
# Pixels on each side of the square of greys, one byte each, by which a picture is recognised.
LOOK_SIDE: Final = 96
LOOK_BYTES: Final = LOOK_SIDE * LOOK_SIDE
# What a picture is kept at when parts of it were made unrecognisable; enough for a poster.
BLURRED_EDGE: Final = 4096
# The makers of drones as they name themselves in the EXIF of a picture, by the name that we keep.
DRONES: Final = {"dji": "DJI", "autel": "Autel", "parrot": "Parrot", "skydio": "Skydio", "yuneec": "Yuneec"}
FORMATS: Final = {"image/webp": ("WEBP", "webp"), "image/jpeg": ("JPEG", "jpg")}
# Size and type of every derivative.
RENDITIONS: Final = (*((size, "image/webp") for size in SIZES), (JPEG_SIZE, "image/jpeg"))


@dataclass(frozen=True)
class Rendition:
    """One derivative: `size` is the class (320, 800, 1600), width and height are pixels."""

    size: int
    type: str
    ending: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class Decoded:
    """What became of a picture: its type, its upright size in pixels, its derivatives, and what it looks like.

    `hashes` are the 64-bit hashes of its look (`campaign.pictures.perception.hashes_of`); none if plain. `drone` is the
    maker of the camera where that makes drones (a value of `DRONES`).
    """

    type: str
    width: int
    height: int
    renditions: tuple[Rendition, ...]
    look: bytes
    hashes: tuple[int, ...]
    drone: str | None = None


def fitted(width: int, height: int, edge: int) -> tuple[int, int]:
    """Return the size of a derivative whose long edge is at most `edge`; nothing is enlarged."""
    scale = min(1.0, edge / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
