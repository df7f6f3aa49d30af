"""What a picture must be before anybody decodes it, and why one is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from campaign.errors import N_, InvalidInput

MAX_PIXELS: Final = 50_000_000
MAX_SIDE: Final = 20_000
MIN_SIDE: Final = 16
# A progressive JPEG has about ten scans; each more costs a walk over all pixels.
MAX_SCANS: Final = 200

EMPTY: Final = N_("Die Datei ist leer.")
TOO_LARGE: Final = N_("Die Datei ist größer als %(limit)s MB.")
NO_PICTURE: Final = N_("Die Datei ist kein Bild im Format JPEG, PNG oder WebP.")
NO_UPLOAD: Final = N_("Die Datei ist kein Bild im Format JPEG, PNG, WebP oder HEIC.")
TOO_MANY_PIXELS: Final = N_("Das Bild hat zu viele Pixel (%(width)s × %(height)s).")
TOO_SMALL: Final = N_("Das Bild ist zu klein (%(width)s × %(height)s).")
DAMAGED: Final = N_("Das Bild ist beschädigt oder unvollständig.")
TOO_SLOW: Final = N_("Das Bild ist zu aufwendig gespeichert: Das Lesen dauert zu lange.")
TOO_MUCH_MEMORY: Final = N_("Das Bild ist zu aufwendig gespeichert: Das Lesen braucht zu viel Speicher.")
UNREADABLE: Final = N_("Das Bild lässt sich nicht lesen. Speichere es neu und versuche es noch einmal.")

REASONS: Final = frozenset(
    {
        EMPTY,
        TOO_LARGE,
        NO_PICTURE,
        NO_UPLOAD,
        TOO_MANY_PIXELS,
        TOO_SMALL,
        DAMAGED,
        TOO_SLOW,
        TOO_MUCH_MEMORY,
        UNREADABLE,
    }
)

# ISO/IEC 23008-12, annex B: brands of still pictures and sequences coded with HEVC, and the general ones.
_HEIC_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_MAGIC: Final[dict[str, Callable[[bytes], bool]]] = {
    "JPEG": lambda head: head.startswith(b"\xff\xd8\xff"),
    "PNG": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "WEBP": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "HEIC": lambda head: head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS,
}


@dataclass(frozen=True)
class Admission:
    """What one way in takes: formats by their content, size in bytes."""

    formats: tuple[str, ...]
    max_bytes: int


DOWNLOAD: Final = Admission(("JPEG", "PNG", "WEBP"), 15_000_000)
UPLOAD: Final = Admission(("JPEG", "PNG", "WEBP", "HEIC"), 25_000_000)


class PictureRefused(InvalidInput):
    """These bytes will not become a picture of ours, now or later."""


def format_of(data: bytes) -> str | None:
    """Return the format ("JPEG", "PNG", "WEBP", "HEIC") that the first bytes tell, or nothing."""
    return next((name for name, matches in _MAGIC.items() if matches(data[:16])), None)


def check_bytes(data: bytes, admission: Admission = DOWNLOAD) -> str:
    """Return the format that the first bytes tell.

    Raises:
        PictureRefused: nothing there, too large, or a format that this way in does not take.
    """
    if not data:
        raise PictureRefused(EMPTY)
    if len(data) > admission.max_bytes:
        raise PictureRefused(TOO_LARGE, limit=admission.max_bytes // 1_000_000)
    name = format_of(data)
    if name is None or name not in admission.formats:
        raise PictureRefused(NO_UPLOAD if "HEIC" in admission.formats else NO_PICTURE)
    return name


def check_size(width: int, height: int) -> None:
    """Raise PictureRefused unless a picture of this many pixels may be decoded."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PictureRefused(TOO_MANY_PIXELS, width=width, height=height)
    if min(width, height) < MIN_SIDE:
        raise PictureRefused(TOO_SMALL, width=width, height=height)
