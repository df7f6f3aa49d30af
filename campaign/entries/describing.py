"""Alternative texts: what a picture shows, for people who do not see it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

MAX_LENGTH: Final = 300

_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:de|com|org|net|eu|shop|info)(?:/\S*)?(?!\w)", re.IGNORECASE)
_TAG = re.compile(r"[#@][\w.]*")
# A point ends a sentence behind a word, not behind "St.", "3." or "z. B.".
_END = re.compile(r"(?<=[^\W\d_]{3}[.!?…])\s+|(?<=[!?…])\s+")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Letters, marks, numbers, punctuation, currency and spaces stay; symbols, controls and what nobody has defined go.
_KEPT: Final = ("L", "Mn", "Mc", "N", "P", "Sc", "Zs")
# They choose the look of the sign before them, which is gone.
_VARIATIONS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_KEPT_SIGNS: Final = frozenset("+=<>|°§©®™")


def suggest_alt_text(town: str | None, caption: str | None) -> str:
    """Return a German alternative text of at most `MAX_LENGTH` characters, "" where neither town nor words are known.

    It holds the first sentence of the caption that makes sense without hashtags, names of accounts, links and emoji.
    """
    sentence = next(_plain_sentences(caption or ""), "")
    head = f"Blick auf {plain_text(town)}" if town else ""
    return _cut(": ".join(part for part in (head, sentence) if part))


def plain_text(text: str) -> str:
    """Return a text in one line without control characters and without spaces around it."""
    shown = (" " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in text)
    return " ".join("".join(shown).split())


def _plain_sentences(caption: str) -> Iterator[str]:
    """Yield the sentences that are still whole once everything is gone that is no language."""
    # Letters out of the mathematical alphabets are read out one by one; folded they are letters.
    text = _VARIATIONS.sub("", unicodedata.normalize("NFKC", caption))
    for line in text.splitlines():
        for part in _END.split(line):
            sentence = _without_tags(part)
            if len(_WORD.findall(sentence)) > 1:
                yield sentence


def _without_tags(part: str) -> str:
    """Return a sentence without the tags behind it; nothing where a tag or a link is a part of it."""
    spoken, _, behind = _TAG.sub("\0", part).partition("\0")
    if _WORD.search(behind) or _LINK.search(part):
        return ""
    heard = "".join(sign for sign in spoken if _is_spoken(sign))
    return " ".join(heard.split()).strip(" ,;:-–—|·•*_")


def _is_spoken(sign: str) -> bool:
    return sign in _KEPT_SIGNS or (sign not in "#@" and unicodedata.category(sign).startswith(_KEPT))


def _cut(text: str) -> str:
    """Return a text that is not too long; what is cut ends behind a word."""
    if len(text) <= MAX_LENGTH:
        return text
    return text[: MAX_LENGTH - 1].rpartition(" ")[0].rstrip(" ,;:–-") + "…"
