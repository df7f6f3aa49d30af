"""From bytes to derivatives without metadata. Runs in the child process of `sandbox` only."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

import pi_heif
from PIL import Image

from campaign.pictures import checks
from campaign.pictures.areas import Area
from campaign.pictures.blurring import blur
from campaign.pictures.checks import DOWNLOAD, Admission, PictureRefused, check_bytes, check_size
from campaign.pictures.colours import to_srgb
from campaign.pictures.faces import EDGE as FACES_EDGE
from campaign.pictures.faces import find_faces
from campaign.pictures.perception import hashes_of, look_of
from campaign.pictures.renditions import (
    BLURRED_EDGE,
    DRONES,
    FORMATS,
    RENDITIONS,
    SIZES,
    Decoded,
    Rendition,
    fitted,
)

# Pillow's own limit warns first and then speaks of an attack; `check_size` decides instead.
Image.MAX_IMAGE_PIXELS = None
# The picture itself is all that we look at.
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)

_OPENERS: Final = {"HEIC": "HEIF"}
_SAVE: Final = {"WEBP": {"quality": 80, "method": 4}, "JPEG": {"quality": 82, "optimize": True, "progressive": True}}

Result = TypeVar("Result")

# EXIF 2.32, 4.6.4: Make, Orientation.
_MAKE: Final = 0x010F
_ORIENTATION: Final = 0x0112
# What brings a picture upright.
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


@dataclass(frozen=True)
class _Upright:
    """A picture without metadata, small enough, and what its file said: its whole upright size, who made the camera."""

    picture: Image.Image
    width: int
    height: int
    drone: str | None


def decode(data: bytes, admission: Admission = DOWNLOAD) -> Decoded:
    """Decode a picture and make its derivatives: upright, sRGB, without EXIF, GPS, XMP, comments and profile.

    Of an animation the first picture counts. Of the EXIF only the orientation and the maker of a drone are read.

    Raises:
        PictureRefused: another format, too many pixels, truncated, broken, or more memory than there is.
    """
    return _guarded(lambda: _decode(data, _kind_of(data, admission)))


def decode_blurred(data: bytes, admission: Admission, areas: Iterable[Area]) -> bytes:
    """Return a picture as a JPEG in which these areas are unrecognisable for good: upright, sRGB, without metadata.

    Raises as `decode` does.
    """
    return _guarded(lambda: _blurred(_upright(data, _kind_of(data, admission), BLURRED_EDGE).picture, areas))


def decode_faces(data: bytes, admission: Admission) -> list[list[int]] | None:
    """Return where faces are in a picture, None where nothing can look for them. Raises as `decode` does."""
    return _guarded(lambda: find_faces(_upright(data, _kind_of(data, admission), FACES_EDGE).picture))


def _guarded(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except PictureRefused:
        raise
    except MemoryError as error:
        raise PictureRefused(checks.TOO_MUCH_MEMORY) from error
    except Exception as error:
        # Bent bytes raise whatever a parser's author did not think of.
        raise PictureRefused(checks.DAMAGED) from error


def _kind_of(data: bytes, admission: Admission) -> str:
    kind = check_bytes(data, admission)
    if kind == "JPEG" and data.count(b"\xff\xda") > checks.MAX_SCANS:
        raise PictureRefused(checks.TOO_SLOW)
    return kind


def _decode(data: bytes, kind: str) -> Decoded:
    whole = _upright(data, kind, max(SIZES))
    width, height = whole.width, whole.height
    renditions = tuple(
        item for edge in reversed(SIZES) for item in _renditions(whole.picture, fitted(width, height, edge), edge)
    )
    look = look_of(whole.picture)
    return Decoded(f"image/{kind.lower()}", width, height, renditions, look, hashes_of(look), whole.drone)


def _upright(data: bytes, kind: str, edge: int) -> _Upright:
    with Image.open(io.BytesIO(data), formats=[_OPENERS.get(kind, kind)]) as opened:
        size = opened.size
        check_size(*size)
        if kind == "JPEG":
            # Decodes at a fraction of the size when that is enough for what is wanted.
            opened.draft("RGB", fitted(*size, edge))
        opened.load()
        # The reader of HEIC has turned the picture by the file's own property and says so in the EXIF that it hands on.
        turn = _TURNS.get(_exif(opened, _ORIENTATION))
        drone = _drone_of(_exif(opened, _MAKE))
        picture = _clean(opened, fitted(*size, edge), turn)
    width, height = reversed(size) if turn in _ON_ITS_SIDE else size
    return _Upright(picture, width, height, drone)


def _blurred(picture: Image.Image, areas: Iterable[Area]) -> bytes:
    blur(picture, areas)
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=92, subsampling=0)
    return stream.getvalue()


def _exif(opened: Image.Image, tag: int) -> object:
    # Broken EXIF raises almost anything; the picture itself may be whole.
    try:
        return opened.getexif().get(tag)
    except Exception:
        return None


def _drone_of(make: object) -> str | None:
    """Return the maker of the camera where it makes drones."""
    words = str(make).casefold().split() if isinstance(make, str) else []
    return next((DRONES[word] for word in words if word in DRONES), None)


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
