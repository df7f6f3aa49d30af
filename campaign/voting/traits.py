"""What is kept of a mail address so that addresses can be compared: shapes and fingerprints, never the address."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parent / "data"
_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")
_RUNS: Final = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9]")
_YEAR: Final = re.compile(r"19[2-9][0-9]|20[0-2][0-9]")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# Second levels under which people register; all other names are registered directly under the last label.
_SECOND_LEVELS: Final = frozenset({"ac", "co", "com", "edu", "gov", "net", "or", "org"})
# The rows of keyboards; the parts in which German and English ones agree stand once.
_ROWS: Final = ("qwert", "tzuiop", "tyuiop", "asdfghjkl", "yxcv", "zxcv", "vbnm")
_LONGEST_RUN: Final = 13
# Mean bits that a letter costs after the two before it: most names lie under 4.5, letters drawn by lot around 7.
_BITS_OF_NAMES, _BITS_OF_NOISE = 3.5, 7.0
_BITS_OF_REVERSAL = 8.0
_BITS_OF_A_DIGIT_INSIDE: Final = 8.0
_LETTERS_THAT_TELL: Final = 6


@dataclass(frozen=True, slots=True)
class AddressTraits:
    """An address as the detectors see it.

    provider: name of a well-known provider, or "". domain_key, mx_key: fingerprints of the registrable domains of the
    address and of its mail server ("" when unknown). stem_key: local part without digits, separators and tag, with the
    domain. skeleton_key: its first consonants with the domain. shape: runs of letters (`a`) and digits (`9`) with
    their lengths, separators as they are, a year as `9y`: "a4.a7 92". oddness: 0 (letters as in names and words) to
    100 (noise).
    """

    provider: str
    domain_key: str
    mx_key: str
    stem_key: str
    skeleton_key: str
    shape: str
    oddness: int


def traits_of(local: str, domain: str, mx: str, fingerprint: Callable[[str], str]) -> AddressTraits:
    """Return what is kept of an address; `mx` is the host of its mail server or "", `fingerprint` a keyed one."""
    local = local.lower().translate(_UMLAUTS)
    local = local.partition("+")[0] or local
    domain = domain.lower().rstrip(".")
    provider = providers().get(domain, "")
    home = domain if provider else registrable(domain)
    stem = re.sub(r"[^a-z]", "", local)

    def key(kind: str, value: str) -> str:
        return fingerprint(f"{kind}\n{value}\n{home}")[:16]

    return AddressTraits(
        provider=provider,
        domain_key=fingerprint(f"domain\n{home}")[:16],
        mx_key=fingerprint(f"mx\n{registrable(mx.lower().rstrip('.'))}")[:16] if mx else "",
        # Without letters there is nothing to compare: such an address stands for itself.
        stem_key=key("stem", stem or local),
        skeleton_key=key("skeleton", _skeleton(stem) or local),
        shape=shape_of(local),
        oddness=oddness_of(local),
    )


def registrable(domain: str) -> str:
    """Return the part of a domain that somebody registered: two labels, three under "co.uk" and its like."""
    labels = domain.split(".")
    under_country = len(labels) > 2 and labels[-2] in _SECOND_LEVELS and len(labels[-1]) == 2
    return ".".join(labels[-3 if under_country else -2 :])


def shape_of(local: str) -> str:
    """Return the pattern of a local part: "anna.meier42" is "a4.a5 92", a year is "9y"."""
    shape = ""
    for run in _RUNS.findall(local):
        one = run if not run.isalnum() else f"{'9' if run.isdigit() else 'a'}{_length(run)}"
        shape += f" {one}" if shape[-1:].isalnum() and run.isalnum() else one
    return shape[:40]


def oddness_of(local: str) -> int:
    """Return how little the letters look like a name or a word, 0 to 100; digits at the end say nothing.

    A row of neighbours on a keyboard is odd, and so is what looks more like a name when read from the right.
    """
    words = [word for word in _SEPARATORS.split(re.sub(r"[0-9]+$", "", local)) if word]
    if any(_is_walk(word) for word in words):
        return 100
    letters = sum(map(len, words)) + len(words)
    if not words:
        return 0
    bits = sum(map(_cost, words))
    backwards = sum(_cost(word[::-1]) for word in words)
    noise = (bits / letters - _BITS_OF_NAMES) / (_BITS_OF_NOISE - _BITS_OF_NAMES)
    noise = max(noise, (bits - backwards) / _BITS_OF_REVERSAL)
    return round(100 * min(1.0, max(0.0, noise)) * min(1.0, letters / _LETTERS_THAT_TELL))


@cache
def providers() -> dict[str, str]:
    """Return the well-known providers' domains with the name of the provider."""
    lines = (_DATA / "providers.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {domain: name for name, *domains in rows for domain in domains}


def _cost(word: str) -> float:
    """Return how many bits a word costs, its end included."""
    marked = f"^^{word}$"
    return sum(_bits(marked[start : start + 3]) for start in range(len(word) + 1))


@cache
def _seen() -> tuple[Counter[str], Counter[str]]:
    """Return how often sequences of one to three letters stand in the words of the table, and what goes before."""
    lines = (_DATA / "words.txt").read_text(encoding="utf-8").splitlines()
    words = [f"^^{word}$" for line in lines if not line.startswith("#") for word in line.split()]
    ends = [(word, end) for word in words for end in range(3, len(word) + 1)]
    seen = Counter(word[end - length : end] for word, end in ends for length in (1, 2, 3))
    before = Counter(word[end - length : end - 1] for word, end in ends for length in (1, 2, 3))
    return seen, before


@cache
def _bits(three: str) -> float:
    """Return how many bits the last of three letters costs after the two before it (Witten-Bell-like backing off)."""
    seen, before = _seen()
    if any(letter.isdigit() for letter in three):
        return _BITS_OF_A_DIGIT_INSIDE
    chance = (seen[three[2]] + 0.5) / (before[""] + 14)
    for length, weight in ((2, 2.0), (3, 3.0)):
        tail = three[3 - length :]
        chance = (seen[tail] + weight * chance) / (before[tail[:-1]] + weight)
    return -math.log2(chance)


def _length(run: str) -> int | str:
    """Return the length of a run, long ones in steps: 9 and 11 stand for themselves and one more."""
    if run.isdigit():
        # People have a year of birth, generators any number.
        return "y" if _YEAR.fullmatch(run) else len(run) if len(run) < 5 else 5 + 3 * (len(run) > 7)
    return len(run) if len(run) < 9 else min(len(run) - (len(run) + 1) % 2, _LONGEST_RUN)


def _skeleton(stem: str) -> str:
    consonants = re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiou]", "", stem))
    return consonants[:6] if len(consonants) >= 3 else stem[:4]


def _is_walk(word: str) -> bool:
    """Return whether nearly all letters follow one another on a keyboard, in one direction."""
    steps = Counter(row.find(b) - row.find(a) for a, b in pairwise(word) for row in _ROWS if a in row and b in row)
    return len(word) >= 4 and max(steps[1], steps[-1]) >= 0.8 * (len(word) - 1)
