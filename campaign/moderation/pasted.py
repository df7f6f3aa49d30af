"""What somebody pastes who looks for a picture: the address of a post, its short name, the code of an upload; pure."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from campaign.codes import read_receipt_code
from campaign.entries.shortcodes import shortcode_of

LONGEST = 2000
_SITE = re.compile(r"(?:https?://)?(?:(?:www|m|l)\.)?(?:instagram\.com|instagr\.am)(?:/|$)", re.IGNORECASE)
_SHARE = re.compile(r"/share/", re.IGNORECASE)
_STORY = re.compile(r"/(?:stories|s)/", re.IGNORECASE)
_PROFILE = re.compile(r"(?:instagram\.com|instagr\.am)/[A-Za-z0-9._]{1,30}/?(?:[?#].*)?$|^@[A-Za-z0-9._]{1,30}$", re.I)
_FILM = re.compile(r"/(?:reels?|tv)/", re.IGNORECASE)
_SHORTCODE = re.compile(r"(?=.*[^0-9])[A-Za-z0-9_-]{11}")


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
    code = read_receipt_code(words)
    if code:
        return Pasted(Kind.CODE, code)
    if _SHORTCODE.fullmatch(words):
        return Pasted(Kind.POST, words)
    return Pasted(_other(words))


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
