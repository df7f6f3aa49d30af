"""What somebody looks for who types into the search of the staff; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaign.entries.shortcodes import shortcode_of

LONGEST_TEXT = 300
MOST_WORDS = 6
# What the number column of the database holds.
_MOST = 2**31 - 1
_NUMBER = re.compile(r"(?:bild|photo|nr\.?|#)?\s*(\d{1,10})", re.IGNORECASE)
_ACCOUNT = re.compile(r"@([A-Za-z0-9._]{1,60})")
_SHORTCODE = re.compile(r"[A-Za-z0-9_-]{5,40}")


@dataclass(frozen=True)
class Search:
    """One of them is set: the number of an entry, an account's name, the code of a post, or words.

    A single word may be a code as well: then both are set, and either is a hit.
    """

    number: int | None = None
    account: str | None = None
    shortcode: str | None = None
    words: Sequence[str] = ()


def parse_search(text: str) -> Search | None:
    """Return what is looked for, or None where nothing is: `12`, `#12`, `@anna`, the address of a post, words."""
    text = text.strip()[:LONGEST_TEXT]
    if not text:
        return None
    if code := shortcode_of(text):
        return Search(shortcode=code)
    if (found := _NUMBER.fullmatch(text)) and int(found[1]) <= _MOST:
        return Search(number=int(found[1]))
    if found := _ACCOUNT.fullmatch(text):
        return Search(account=found[1].casefold())
    words = text.split()[:MOST_WORDS]
    may_be_code = len(words) == 1 and _SHORTCODE.fullmatch(words[0])
    return Search(shortcode=words[0] if may_be_code else None, words=words)


def ways_to_write(word: str) -> Iterator[str]:
    """Yield a word with its letters small, large, and only the first one large.

    SQLite compares only the letters A to Z without regard to case, PostgreSQL all of them.
    """
    if word.isascii():
        yield word
        return
    yield from dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
