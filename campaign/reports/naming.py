"""Which picture somebody means: its number or an address of ours, however it was pasted; pure."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from campaign.errors import N_
from campaign.moderation.pasted import Kind as PastedKind
from campaign.moderation.pasted import read_pasted

LONGEST = 2000
# What the number column of the database holds.
_LARGEST = 2**31 - 1
_NUMBER = re.compile(r"(?:(?:bild|blick|foto|picture|photo|view|nummer|number|nr|no)[\s.:]*)*#?\s*(\d{1,12})\.?", re.I)
_PAGE = re.compile(r"(?:/en)?/bild/(\d{1,12})/?", re.I)
_FILE = re.compile(r"/bilder/([A-Za-z0-9._-]{1,120})")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)
_ADDRESS = re.compile(rf"{_SCHEME.pattern}|[^\s/]+\.[^\s/]+/|/", re.I)


class Kind(enum.StrEnum):
    """What was named: a number, one of our files, a post on Instagram; the others cannot be looked up."""

    NUMBER = "number"
    FILE = "file"
    POST = "post"
    EMPTY = "empty"
    OTHER_PAGE = "other_page"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


PROBLEMS = {
    Kind.EMPTY: N_("Welches Bild meinst du? Trag seine Nummer oder seine Adresse ein."),
    Kind.OTHER_PAGE: N_(
        "Auf dieser Seite sind mehrere Bilder. Öffne das Bild, das du meinst, und kopiere die Adresse."
    ),
    Kind.FOREIGN: N_("Diese Adresse ist nicht von unserer Website. Was dort steht, können wir nicht ändern."),
    Kind.UNREADABLE: N_("Daraus lesen wir kein Bild. Die Nummer steht in der Adresse des Bildes, hinter „bild/“."),
}


@dataclass(frozen=True)
class Named:
    """`number` of a picture, or the `name` of a file of ours or of a post."""

    kind: Kind
    number: int = 0
    name: str = ""


def read_picture(typed: str, site: str) -> Named:
    """Return which picture a text names; `site` is our own address (`https://example.org`)."""
    kept = (char for char in typed[:LONGEST] if unicodedata.category(char) not in ("Cc", "Cf"))
    words = unicodedata.normalize("NFKC", "".join(kept)).strip().strip("<>\"'„“”").strip()
    if not words:
        return Named(Kind.EMPTY)
    plain = _NUMBER.fullmatch(words)
    if plain:
        return _numbered(plain[1])
    if _ADDRESS.match(words):
        return _addressed(words, site)
    return _posted(words, Kind.UNREADABLE)


def _numbered(digits: str) -> Named:
    number = int(digits)
    return Named(Kind.NUMBER, number) if 0 < number <= _LARGEST else Named(Kind.UNREADABLE)


def _addressed(words: str, site: str) -> Named:
    try:
        there, home = urlsplit(_whole(words, site)), urlsplit(site)
        is_ours = _host(there.hostname) == _host(home.hostname) and there.port in (None, home.port)
    except ValueError:
        return Named(Kind.UNREADABLE)
    if not is_ours:
        return _posted(words, Kind.FOREIGN)
    return _ours(unquote(there.path))


def _whole(words: str, site: str) -> str:
    if _SCHEME.match(words):
        return words
    return site + words if words.startswith("/") else f"https://{words}"


def _host(name: str | None) -> str:
    return (name or "").casefold().removeprefix("www.").rstrip(".")


def _ours(path: str) -> Named:
    page, file = _PAGE.fullmatch(path), _FILE.fullmatch(path)
    if page:
        return _numbered(page[1])
    return Named(Kind.FILE, name=file[1]) if file else Named(Kind.OTHER_PAGE)


def _posted(words: str, otherwise: Kind) -> Named:
    pasted = read_pasted(words)
    return Named(Kind.POST, name=pasted.value) if pasted.kind is PastedKind.POST else Named(otherwise)
