"""From bytes to derivatives without metadata."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from campaign.errors import N_
from campaign.pictures.checks import PictureRefused, check_bytes, check_size

# Pillow's own limit warns first and then speaks of an attack; `check_size` decides instead.
Image.MAX_IMAGE_PIXELS = None

SIZES = (320, 800, 1600)
FORMATS = {"image/webp": ("WEBP", "webp"), "image/jpeg": ("JPEG", "jpg")}
_SAVE = {"WEBP": {"quality": 80, "method": 4}, "JPEG": {"quality": 82, "optimize": True, "progressive": True}}


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
    """Decode a picture and make its derivatives: upright, sRGB, without EXIF, GPS, XMP and comments.

    The long edge of a derivative is at most its size; nothing is enlarged.

    Raises:
        PictureRefused: another format, too many pixels, truncated or broken.
    """
    kind = check_bytes(data)
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as opened:
            check_size(*opened.size)
            if kind == "JPEG":
                # Decodes at a fraction of the size when that is enough for the largest derivative.
                opened.draft("RGB", _draft_size(opened.size))
            upright_size = _upright(opened)
            picture = _clean(opened)
    except PictureRefused:
        raise
    except (OSError, SyntaxError, ValueError, MemoryError, EOFError) as error:
        raise PictureRefused(N_("Das Bild ist beschädigt oder unvollständig.")) from error
    renditions = tuple(item for size in reversed(SIZES) for item in _renditions(picture, size))
    return Decoded(f"image/{kind.lower()}", *upright_size, renditions)


def _draft_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = max(SIZES) / max(size)
    return (size[0], size[1]) if scale >= 1 else (round(size[0] * scale), round(size[1] * scale))


def _upright(opened: Image.Image) -> tuple[int, int]:
    turned = opened.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    return (opened.height, opened.width) if turned else (opened.width, opened.height)


def _clean(opened: Image.Image) -> Image.Image:
    opened.load()
    upright = ImageOps.exif_transpose(opened)
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
