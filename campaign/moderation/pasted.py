"""What somebody pastes who looks for a picture: the address of a post, its short name, the code of an upload; pure."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from campaign.codes import read_receipt_code
from campaign.entries.shortcodes import posted_about, shortcode_of

LONGEST = 2000
_SITE = re.compile(r"(?:https?://)?(?:(?:www|m|l)\.)?(?:instagram\.com|instagr\.am)(?:/|$)", re.IGNORECASE)
_SHARE = re.compile(r"/share/", re.IGNORECASE)
_STORY = re.compile(r"/(?:stories|s)/", re.IGNORECASE)
_PROFILE = re.compile(r"(?:instagram\.com|instagr\.am)/[A-Za-z0-9._]{1,30}/?(?:[?#].*)?$|^@[A-Za-z0-9._]{1,30}$", re.I)
_FILM = re.compile(r"/(?:reels?|tv)/", re.IGNORECASE)
_SHORTCODE = re.compile(r"(?=.*[^0-9])[A-Za-z0-9_-]{11}")
# A word has no capital after its first letter unless all are, and no digit.
_WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]+")
# As codes, words that begin with G or a later letter would be of posts that nobody has made yet.
_NO_POST_YET = datetime(2037, 1, 1, tzinfo=UTC)
_RECEIPT = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{4}[\s\u002d\u2010-\u2015]*){4}(?![A-Za-z0-9])")


class Kind(enum.StrEnum):
    """What was pasted. Only a post and a code can be looked up; the others are explained."""

    POST = "post"
    CODE = "code"
    EMPTY = "empty"
    SHARE = "share"
    STORY = "story"
    PROFILE = "profile"
    NUMBER = "number"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Pasted:
    """`value` is the shortcode of a post or the code of an upload as they are stored, else "".

    `is_film` says that the address is one of a reel or a video.
    """

    kind: Kind
    value: str = ""
    is_film: bool = False


def read_pasted(typed: str) -> Pasted:
    """Return what a text is; an address is found in the middle of other words, too."""
    text = "".join(char for char in typed[:LONGEST] if unicodedata.category(char) not in ("Cc", "Cf") or char == "\n")
    words = text.strip()
    for spelled in (words, unquote(words)):
        for place in _SITE.finditer(spelled):
            rest = spelled[place.start() :].split(maxsplit=1)[0]
            shortcode = shortcode_of(rest)
            if shortcode:
                return Pasted(Kind.POST, shortcode, bool(_FILM.search(rest)))
    code = read_receipt_code(words) or _code_within(words)
    if code:
        return Pasted(Kind.CODE, code)
    if _names_post(words):
        return Pasted(Kind.POST, words)
    return Pasted(_other(words))


def _code_within(words: str) -> str | None:
    """Return the code of an upload that stands among other words; four short words are none."""
    codes = (read_receipt_code(found[0]) for found in _RECEIPT.finditer(words) if re.search(r"\d", found[0]))
    return next(filter(None, codes), None)


def _names_post(word: str) -> bool:
    """Return whether a word alone is the short name of a post, and no word of a language or name of an account."""
    posted = posted_about(word) if _SHORTCODE.fullmatch(word) and not _WORD.fullmatch(word) else None
    return posted is not None and posted < _NO_POST_YET


def _other(words: str) -> Kind:
    if not words:
        return Kind.EMPTY
    if words.removeprefix("#").strip().isdigit():
        return Kind.NUMBER
    if _SITE.search(words):
        for pattern, kind in ((_SHARE, Kind.SHARE), (_STORY, Kind.STORY)):
            if pattern.search(words):
                return kind
    return Kind.PROFILE if _PROFILE.search(words) else Kind.ELSEWHERE
