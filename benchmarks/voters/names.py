"""Names and words of the simulated voters; many of them do not stand in the detectors' table of letters."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Final


def _read() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    section: list[str] = []
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found[line.strip("[]")] = []
        elif not line.startswith("#"):
            section += line.split()
    return found


_NAMES: Final = _read()
GIVEN, FAMILY, WORDS, OTHERS = (_NAMES[name] for name in ("given", "family", "words", "others"))


def usual(rng: Random, names: list[str]) -> str:
    """Return a name; the first of the list are the most frequent."""
    return names[min(int(rng.expovariate(3.0 / len(names))), len(names) - 1)]
