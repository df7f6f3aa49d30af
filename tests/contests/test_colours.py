"""The colours of the design hold their contrast on every ground (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

import pytest

from campaign.paths import STATIC

TEXT = [
    ("ink", "paper"),
    ("ink", "paper-deep"),
    ("grey", "paper"),
    ("grey", "paper-deep"),
    ("forest", "paper"),
    ("forest", "paper-deep"),
    ("forest-deep", "paper"),
    ("on-forest", "forest"),
    ("on-forest", "forest-deep"),
    ("red", "paper"),
    ("red", "red-paper"),
    ("ink", "red-paper"),
    ("sign-ink", "sign"),
    ("paper", "ink"),
]
CONTROLS = [("control", "paper"), ("control", "paper-deep"), ("forest", "paper"), ("red", "paper"), ("ink", "paper")]


def _themes() -> dict[str, dict[str, str]]:
    """The custom properties of each theme, those of the dark ones over the light ones."""
    css = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark, ink = (
        dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))
        for block in re.findall(r"(?::root|\.on-ink) \{([^}]*--paper:[^}]*)\}", css)
    )
    return {"light": light, "dark": light | dark, "on-ink": light | ink}


def _luminance(code: str) -> float:
    channels = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first: str, second: str) -> float:
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "on-ink"])
def test_text_and_controls_stand_out_from_their_ground(theme: str) -> None:
    colours = _themes()[theme]
    weak = [pair for pair in TEXT if _contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
    weak += [pair for pair in CONTROLS if _contrast(colours[pair[0]], colours[pair[1]]) < 3]
    assert weak == []


def test_yellow_belongs_to_town_signs_alone() -> None:
    users = {
        (path.name, rule.strip().splitlines()[-1])
        for path in (STATIC / "css").glob("*.css")
        for rule in re.findall(r"([^{}]+)\{[^{}]*var\(--sign\)", path.read_text(encoding="utf-8"))
    }
    assert users == {
        ("sign.css", ".sign"),
        ("sign.css", ".sign__crown path"),
        ("map.css", ".map__town--shown rect"),
    }
