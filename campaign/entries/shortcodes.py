"""The code that names a post on Instagram, in any form of its address; pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_ALPHABET = {
    char: place for place, char in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
}
_ADDRESS = re.compile(
    r"^\s*<?(?:https?://)?(?:(?:www|m|l)\.)?(?:instagram\.com|instagr\.am)/+"
    r"(?:(?!share/)[A-Za-z0-9._]+/)?(?P<kind>p|reels?|tv)/(?!audio/)(?P<code>[A-Za-z0-9_-]{5,40})(?![A-Za-z0-9_-])",
    re.IGNORECASE,
)
# Instagram Engineering, "Sharding & IDs at Instagram": 41 bits of milliseconds since this moment, 23 further bits.
_EPOCH = datetime(2011, 8, 24, 21, 7, 1, 721_000, tzinfo=UTC)
_FURTHER_BITS = 23
_PUBLIC_LENGTH = 11


def shortcode_of(address: str) -> str | None:
    """Return the code that names a post in any form of its address, or None; case matters.

    Taken are `/p/`, `/reel/`, `/reels/` and `/tv/`, with a user's name before them, without a scheme, with whatever
    is tracked behind a `?`, with any sign at the end that belongs to no code. Addresses of `/share/` hold another code,
    which only Instagram can resolve.
    """
    found = _ADDRESS.match(address)
    return found["code"] if found else None


def permalink_of(shortcode: str, kind: str = "p") -> str:
    """Return the canonical address of a post; `kind` is p or reel."""
    return f"https://www.instagram.com/{kind}/{shortcode}/"


def canonical(address: str) -> str | None:
    """Return the canonical address that names the same post, without what is tracked; None for any other address."""
    found = _ADDRESS.match(address)
    if found is None:
        return None
    return permalink_of(found["code"], "reel" if found["kind"].casefold().startswith("reel") else "p")


def posted_about(shortcode: str) -> datetime | None:
    """Return when a post was made, as its code tells; None when the code is of another kind.

    Codes of public posts have 11 characters: the post's number in base 64, which begins with its time. Not promised
    by Instagram, so good for a likely cause and for nothing else.
    """
    if len(shortcode) != _PUBLIC_LENGTH or any(char not in _ALPHABET for char in shortcode):
        return None
    number = 0
    for char in shortcode:
        number = number * 64 + _ALPHABET[char]
    return _EPOCH + timedelta(milliseconds=number >> _FURTHER_BITS)
