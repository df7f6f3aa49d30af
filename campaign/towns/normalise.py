"""Captions and names brought to one spelling: NFKC, no invisible characters, umlauts as ae, oe, ue."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_HYPHEN = re.compile("[\u2010-\u2012\u2212]")
_SPACES = re.compile(" {2,}")
_SINGLE_LETTERS = re.compile(r" \w \w \w")
_SPACED_OUT = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){3,}(?!\w)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u"})
_PART = re.compile(r"[^\W_]+")


def clean(text: str) -> str:
    """Return the text in NFKC without zero-width and direction characters, hyphens and spaces of one kind.

    Words that are spaced out ("W e i m a r") are closed up.
    """
    plain = text if text.isascii() else _HYPHEN.sub("-", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))
    if _SINGLE_LETTERS.search(plain):
        plain = _SPACED_OUT.sub(lambda match: match[0].replace(" ", ""), plain)
    return _SPACES.sub(" ", plain) if "  " in plain else plain


def fold(text: str) -> str:
    """Return the comparison spelling: casefolded, umlauts as ae/oe/ue, ß as ss, other accents dropped."""
    lowered = text.casefold()
    return lowered if lowered.isascii() else _plain(lowered.translate(_UMLAUTS))


def spellings(name: str) -> tuple[str, ...]:
    """Return the folded spellings of a name, words parted by one space; "Mühlhausen" gives two."""
    lowered = clean(name).casefold()
    tables = (_UMLAUTS, _BARE)
    return tuple(dict.fromkeys(" ".join(_PART.findall(_plain(lowered.translate(table)))) for table in tables))


def sort_key(name: str) -> str:
    """Return the key of German dictionary order (DIN 5007-1): ä like a, ß like ss, case ignored."""
    return _plain(name.casefold().translate(_BARE))


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
