"""From bytes to derivatives without metadata. Runs in the child process of `sandbox` only."""

from __future__ import annotations

import io
from typing import Final

import pi_heif
from PIL import Image

from campaign.pictures import checks
from campaign.pictures.checks import DOWNLOAD, Admission, PictureRefused, check_bytes, check_size
from campaign.pictures.colours import to_srgb
from campaign.pictures.perception import hashes_of, look_of
from campaign.pictures.renditions import FORMATS, RENDITIONS, SIZES, Decoded, Rendition, fitted

# Pillow's own limit warns first and then speaks of an attack; `check_size` decides instead.
Image.MAX_IMAGE_PIXELS = None
# The picture itself is all that we look at.
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)

_OPENERS: Final = {"HEIC": "HEIF"}
_SAVE: Final = {"WEBP": {"quality": 80, "method": 4}, "JPEG": {"quality": 82, "optimize": True, "progressive": True}}

# EXIF 2.32, 4.6.4, Orientation: what brings a picture upright.
_TURNS: Final[dict[object, Image.Transpose]] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE: Final = {_TURNS[number] for number in (5, 6, 7, 8)}


def decode(data: bytes, admission: Admission = DOWNLOAD) -> Decoded:
    """Decode a picture and make its derivatives: upright, sRGB, without EXIF, GPS, XMP, comments and profile.

    Of an animation the first picture counts. Of the EXIF only the orientation is read.

    Raises:
        PictureRefused: another format, too many pixels, truncated, broken, or more memory than there is.
    """
    kind = check_bytes(data, admission)
    if kind == "JPEG" and data.count(b"\xff\xda") > checks.MAX_SCANS:
        raise PictureRefused(checks.TOO_SLOW)
    try:
        return _decode(data, kind)
    except PictureRefused:
        raise
    except MemoryError as error:
        raise PictureRefused(checks.TOO_MUCH_MEMORY) from error
    except Exception as error:
        # Bent bytes raise whatever a parser's author did not think of.
        raise PictureRefused(checks.DAMAGED) from error


def _decode(data: bytes, kind: str) -> Decoded:
    with Image.open(io.BytesIO(data), formats=[_OPENERS.get(kind, kind)]) as opened:
        size = opened.size
        check_size(*size)
        if kind == "JPEG":
            # Decodes at a fraction of the size when that is enough for the largest derivative.
            opened.draft("RGB", fitted(*size, max(SIZES)))
        opened.load()
        # The reader of HEIC has turned the picture by the file's own property and says so in the EXIF that it hands on.
        turn = _TURNS.get(_orientation(opened))
        picture = _clean(opened, fitted(*size, max(SIZES)), turn)
    width, height = reversed(size) if turn in _ON_ITS_SIDE else size
    renditions = tuple(
        item for edge in reversed(SIZES) for item in _renditions(picture, fitted(width, height, edge), edge)
    )
    look = look_of(picture)
    return Decoded(f"image/{kind.lower()}", width, height, renditions, look, hashes_of(look))


def _orientation(opened: Image.Image) -> object:
    # Broken EXIF raises almost anything; the picture itself may be whole.
    try:
        return opened.getexif().get(0x0112)
    except Exception:
        return None


def _clean(opened: Image.Image, size: tuple[int, int], turn: Image.Transpose | None) -> Image.Image:
    """Return the picture small, upright, in sRGB on white; first small, so that the rest costs little memory."""
    profile = opened.info.get("icc_profile")
    picture = _plain(opened)
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture = to_srgb(picture, profile)
    if turn is not None:
        picture = picture.transpose(turn)
    if picture.mode in ("RGBA", "LA"):
        layer = picture.convert("RGBA")
        picture = Image.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    picture = picture.convert("RGB")
    # Pillow writes what it finds here into the new file; a JPEG comment would survive.
    picture.info.clear()
    return picture


def _plain(opened: Image.Image) -> Image.Image:
    """Return the picture in a mode whose neighbours may be mixed: L, LA, RGB, RGBA or CMYK."""
    if opened.mode in ("L", "RGB", "P", "1") and "transparency" in opened.info:
        return opened.convert("RGBA")
    if opened.mode.startswith("I;16"):
        # 16 bits to 8: Pillow's own conversion would cut off everything above 255.
        return opened.point(lambda value: value / 256).convert("L")
    if opened.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return opened
    return opened.convert({"1": "L", "PA": "RGBA"}.get(opened.mode, "RGB"))


def _renditions(picture: Image.Image, size: tuple[int, int], edge: int) -> list[Rendition]:
    small = picture
    if picture.size != size:
        small = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    made = []
    for mime in [mime for size, mime in RENDITIONS if size == edge]:
        name, ending = FORMATS[mime]
        stream = io.BytesIO()
        small.save(stream, name, **_SAVE[name])
        made.append(Rendition(edge, mime, ending, small.width, small.height, stream.getvalue()))
    return made
