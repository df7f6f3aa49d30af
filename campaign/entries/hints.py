"""Legal questions that a photo raises, for a moderator to answer: hints, never decisions. Each says why it is there."""

from __future__ import annotations

import enum
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final

from campaign.errors import N_

# How many of the words are named; a caption may repeat itself.
MOST_WORDS: Final = 4


class HintKind(enum.StrEnum):
    CHILDREN = "children"
    PEOPLE = "people"
    DRONE = "drone"
    INTERIOR = "interior"
    ARTWORK = "artwork"
    MONTAGE = "montage"
    ADVERTISING = "advertising"


# The rule behind each kind, with its source; the numbers of judgments are those of the courts.
RULES: Final[dict[HintKind, str]] = {
    HintKind.CHILDREN: N_(
        "Für Kinder müssen beide Eltern einwilligen, verständige Jugendliche zusätzlich selbst"
        " (§ 22 KUG, Art. 8 DSGVO)."
    ),
    HintKind.PEOPLE: N_(
        "Wer zu erkennen ist, muss eingewilligt haben, außer er ist nur Beiwerk"
        " (§§ 22, 23 KUG; OVG Niedersachsen, 11 LA 16/20)."
    ),
    HintKind.DRONE: N_(
        "Für Aufnahmen aus der Luft gilt die Panoramafreiheit nicht: Geschützte Werke darauf brauchen eine Erlaubnis"
        " (§ 59 UrhG; BGH, I ZR 67/23)."
    ),
    HintKind.INTERIOR: N_(
        "Frei ist nur die Außenansicht von öffentlichem Grund; innen und auf Privatgrund zählt die Erlaubnis des Hauses"
        " (§ 59 UrhG, § 1004 BGB)."
    ),
    HintKind.ARTWORK: N_(
        "Was bleibend an öffentlichen Wegen steht, darf gezeigt werden; vorübergehende Licht- und Kunstwerke brauchen"
        " eine Erlaubnis (§ 59 UrhG)."
    ),
    HintKind.MONTAGE: N_(
        "Montagen schließen die Teilnahmebedingungen aus; ein künstlich gemachtes Bild zeigt keine Stadt."
    ),
    HintKind.ADVERTISING: N_(
        "Werbung schließen die Teilnahmebedingungen aus; ungekennzeichnet ist sie unlauter (§ 5a UWG)."
    ),
}
IN_TEXT: Final = N_("Im Text steht: %(words)s.")
BY_DRONE: Final = N_("Die Kamera ist von %(words)s, einem Hersteller von Drohnen.")
FACES: Final = N_("Gefundene Gesichter: %(words)s.")


@dataclass(frozen=True)
class Cause:
    """Why a question is asked: a message id, and what fills its place."""

    message: str
    words: str


@dataclass(frozen=True)
class Hint:
    """One question and all that raises it."""

    kind: HintKind
    causes: tuple[Cause, ...]

    @property
    def rule(self) -> str:
        """Return the message id of the rule that raises the question."""
        return RULES[self.kind]


def hints_of(caption: str | None, *, faces: int | None = None, drone: str | None = None) -> list[Hint]:
    """Return the questions that a caption raises, and those of the picture: faces found in it, the maker of a drone."""
    causes: dict[HintKind, list[Cause]] = {kind: [] for kind in HintKind}
    if faces:
        causes[HintKind.PEOPLE].append(Cause(FACES, str(faces)))
    if drone:
        causes[HintKind.DRONE].append(Cause(BY_DRONE, drone))
    for kind, said in _words_of(caption or "").items():
        quoted = ", ".join(f"„{word}“" for word in list(dict.fromkeys(said))[:MOST_WORDS])
        causes[kind].append(Cause(IN_TEXT, quoted))
    return [Hint(kind, tuple(found)) for kind, found in causes.items() if found]


def kinds_of(caption: str | None) -> list[str]:
    """Return the kinds of questions that a caption raises, as they are stored."""
    found = _words_of(caption or "")
    return [kind.value for kind in HintKind if kind in found]


def _words_of(caption: str) -> dict[HintKind, list[str]]:
    """Return the words of a caption that raise questions, by their kind."""
    text = unicodedata.normalize("NFKC", caption)
    # Looked for in small letters: that is much faster than to look for both.
    small = text.lower()
    if len(small) != len(text):
        text = small
    found: dict[HintKind, list[str]] = {}
    for kind, start, end in _hits(small):
        found.setdefault(kind, []).append(" ".join(text[start:end].split()))
    return found


def _hits(small: str) -> Iterator[tuple[HintKind, int, int]]:
    """Yield which kind of words stand where in a text in small letters."""
    for match in _SPOKEN.finditer(small):
        if match.lastgroup and match.lastgroup != _HARMLESS:
            yield HintKind(match.lastgroup), *match.span()
    for tag in _HASHTAG.finditer(small):
        for match in _GLUED.finditer(small, *tag.span()):
            if match.lastgroup:
                yield HintKind(match.lastgroup), *match.span()


def _either(letter: re.Match[str]) -> str:
    return {"ä": "(?:ä|ae)", "ö": "(?:ö|oe)", "ü": "(?:ü|ue)", "ß": "(?:ß|ss)"}[letter.group()]


def _spelled(phrase: str) -> str:
    return re.sub("[äöüß]", _either, phrase)


def _phrase(line: str) -> str:
    while (part := _PART.search(line)) is not None:
        line = line.replace(part.group(), _WORDS["parts"][part.group(1)])
    ending = r"\w*" if line.endswith("-") else r"(?!\w)"
    return _spelled(line.removesuffix("-")).replace(" ", r"[\s-]+") + ending


def _group(name: str, patterns: Iterable[str]) -> str:
    return f"(?P<{name}>{'|'.join(patterns)})"


_SOURCE: Final = resources.files("campaign.entries").joinpath("data").joinpath("hints.toml")
_WORDS: Final = tomllib.loads(_SOURCE.read_text(encoding="utf-8"))
# A name in angle brackets; "(?P<" and "(?<" are none.
_PART: Final = re.compile(r"(?<![?P])<(\w+)>")
_HARMLESS: Final = "harmless"
_PHRASES: Final = [_group(name, map(_phrase, phrases)) for name, phrases in _WORDS["phrases"].items()]
_SPOKEN: Final = re.compile(rf"(?<!\w)(?:{'|'.join(_PHRASES)})")
_TAGS: Final = [_group(name, map(_spelled, tags.split())) for name, tags in _WORDS["glued"].items()]
_GLUED: Final = re.compile("|".join(_TAGS))
_HASHTAG: Final = re.compile(r"#\w+")
