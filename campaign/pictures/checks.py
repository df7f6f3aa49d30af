"""What a picture must be before anybody decodes it."""

from __future__ import annotations

from collections.abc import Callable

from campaign.errors import N_, InvalidInput

MAX_BYTES = 15_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
MIN_SIDE = 16

_MAGIC: dict[str, Callable[[bytes], bool]] = {
    "JPEG": lambda head: head.startswith(b"\xff\xd8\xff"),
    "PNG": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "WEBP": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
}


class PictureRefused(InvalidInput):
    """These bytes will not become a picture of ours, now or later."""


def check_bytes(data: bytes) -> str:
    """Return the format ("JPEG", "PNG", "WEBP") that the first bytes tell.

    Raises:
        PictureRefused: nothing there, too large, or another format.
    """
    if not data:
        raise PictureRefused(N_("Die Datei ist leer."))
    if len(data) > MAX_BYTES:
        raise PictureRefused(N_("Die Datei ist größer als %(limit)s MB."), limit=MAX_BYTES // 1_000_000)
    for name, matches in _MAGIC.items():
        if matches(data[:16]):
            return name
    raise PictureRefused(N_("Die Datei ist kein Bild im Format JPEG, PNG oder WebP."))


def check_size(width: int, height: int) -> None:
    """Raise PictureRefused unless a picture of this many pixels may be decoded."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PictureRefused(N_("Das Bild hat zu viele Pixel (%(width)s × %(height)s)."), width=width, height=height)
    if min(width, height) < MIN_SIDE:
        raise PictureRefused(N_("Das Bild ist zu klein (%(width)s × %(height)s)."), width=width, height=height)
