"""From bytes to derivatives without metadata."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from campaign.errors import N_
from campaign.pictures.checks import PictureRefused, check_bytes, check_size

# Pillow's own limit warns first and then speaks of an attack; `check_size` decides instead.
Image.MAX_IMAGE_PIXELS = None

SIZES = (320, 800, 1600)
FORMATS = {"image/webp": ("WEBP", "webp"), "image/jpeg": ("JPEG", "jpg")}
_SAVE = {"WEBP": {"quality": 80, "method": 4}, "JPEG": {"quality": 82, "optimize": True, "progressive": True}}

# EXIF 2.32, 4.6.4, Orientation: what brings a picture upright.
_TURNS: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = {_TURNS[number] for number in (5, 6, 7, 8)}


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
    """What became of a picture: its type, its upright size in pixels, its derivatives."""

    type: str
    width: int
    height: int
    renditions: tuple[Rendition, ...]


def decode(data: bytes) -> Decoded:
    """Decode a picture and make its derivatives: upright, RGB, without EXIF, GPS, XMP, comments and colour profile.

    The long edge of a derivative is at most its size; nothing is enlarged.

    Raises:
        PictureRefused: another format, too many pixels, truncated or broken.
    """
    kind = check_bytes(data)
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as opened:
            size = opened.size
            check_size(*size)
            if kind == "JPEG":
                # Decodes at a fraction of the size when that is enough for the largest derivative.
                opened.draft("RGB", _draft_size(size))
            opened.load()
            turn = _TURNS.get(_orientation(opened))
            picture = _clean(opened.transpose(turn) if turn is not None else opened)
    except PictureRefused:
        raise
    except (OSError, SyntaxError, ValueError, MemoryError, EOFError) as error:
        raise PictureRefused(N_("Das Bild ist beschädigt oder unvollständig.")) from error
    renditions = tuple(item for edge in reversed(SIZES) for item in _renditions(picture, edge))
    width, height = reversed(size) if turn in _ON_ITS_SIDE else size
    return Decoded(f"image/{kind.lower()}", width, height, renditions)


def _draft_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = max(SIZES) / max(size)
    return (size[0], size[1]) if scale >= 1 else (round(size[0] * scale), round(size[1] * scale))


def _orientation(opened: Image.Image) -> object:
    # Broken EXIF raises almost anything; the picture itself may be whole.
    try:
        return opened.getexif().get(0x0112)
    except Exception:
        return None


def _clean(upright: Image.Image) -> Image.Image:
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        picture = Image.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    else:
        picture = upright.convert("RGB")
    # Pillow writes what it finds here into the new file; a JPEG comment would survive.
    picture.info.clear()
    return picture


def _renditions(picture: Image.Image, size: int) -> list[Rendition]:
    small = picture.copy()
    small.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
    made = []
    for mime, (name, ending) in FORMATS.items():
        stream = io.BytesIO()
        small.save(stream, name, **_SAVE[name])
        made.append(Rendition(size, mime, ending, small.width, small.height, stream.getvalue()))
    return made
