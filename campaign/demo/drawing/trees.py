"""Trees of all seasons, bushes and reeds, cut from a few tones of paper."""

import math

from campaign.demo.drawing.colour import RGB, darker, lighter, mix, rgb
from campaign.demo.drawing.paper import Point, Sheet

BARK = rgb("#5b4638")
SNOW = rgb("#f4f7fa")


def tree(sheet: Sheet, foot: Point, size: float) -> None:
    """Plant a tree that suits the season: leafy, blossoming, coloured, bare or a fir."""
    rng, season = sheet.rng, sheet.mood.season
    chance = rng.random()
    if chance < season.bare:
        bare_tree(sheet, foot, size)
    elif season.snow or chance < season.bare + 0.25:
        fir(sheet, foot, size)
    elif chance > 0.93:
        poplar(sheet, foot, size * 1.25)
    else:
        crown_tree(sheet, foot, size)


def town_tree(sheet: Sheet, foot: Point, size: float) -> None:
    """Plant a tree as it stands in streets and beside benches: round, and bare in winter."""
    (bare_tree if sheet.mood.season.snow else crown_tree)(sheet, foot, size)


def crown_tree(sheet: Sheet, foot: Point, size: float) -> None:
    """Plant a round tree: forked trunk, dark lower leaves, lighter ones where the light comes from."""
    rng, (x, y) = sheet.rng, foot
    leaf = rng.choice(sheet.mood.season.leaves)
    trunk = sheet.tone(BARK)
    sheet.polygon(
        [
            (x - size * 0.05, y),
            (x - size * 0.022, y - size * 0.5),
            (x + size * 0.022, y - size * 0.5),
            (x + size * 0.05, y),
        ],
        trunk,
    )
    for side in (-1, 1):
        sheet.stroke([(x, y - size * 0.28), (x + side * size * 0.16, y - size * 0.52)], size * 0.03, trunk)
    tones = (darker(leaf, 0.2), darker(leaf, 0.08), leaf, lighter(leaf, 0.16))
    for layer, colour in enumerate(tones):
        spread = size * (0.25 - 0.045 * layer)
        middle = (x - size * 0.03 * layer, y - size * (0.62 + 0.05 * layer))
        _leaves(sheet, middle, spread, (colour, size * (0.15 - 0.026 * layer)))


def _leaves(sheet: Sheet, centre: Point, spread: float, leaf: tuple[RGB, float]) -> None:
    """Cut an uneven clump of round leaves of a colour and size."""
    rng, tone = sheet.rng, sheet.tone(leaf[0])
    for index in range(11):
        angle, reach = index * 2.4, spread * math.sqrt((index + 0.3) / 11)
        spot = (centre[0] + reach * math.cos(angle) * 1.12, centre[1] + reach * math.sin(angle) * 0.92)
        sheet.disc(spot, leaf[1] * rng.uniform(0.66, 1.1), tone)


def fir(sheet: Sheet, foot: Point, size: float) -> None:
    """Plant a fir of four tiers, with snow on them in winter."""
    (x, y), rng = foot, sheet.rng
    colour = rng.choice(sheet.mood.season.firs)
    sheet.rectangle((x - size * 0.03, y - size * 0.12, x + size * 0.03, y), sheet.tone(BARK))
    for tier in range(4):
        base = y - size * (0.08 + tier * 0.21)
        half = size * (0.27 - tier * 0.055)
        tone = sheet.tone(lighter(colour, 0.05 * tier))
        sheet.polygon([(x - half, base), (x, base - size * 0.36), (x + half, base)], tone)
        if sheet.mood.season.snow:
            peak = base - size * 0.36
            cap = [(x, peak), (x + half * 0.62, base - size * 0.1), (x + half * 0.2, base - size * 0.15)]
            sheet.polygon(
                [*cap, (x - half * 0.1, base - size * 0.1), (x - half * 0.5, base - size * 0.14)], sheet.tone(SNOW)
            )


def poplar(sheet: Sheet, foot: Point, size: float) -> None:
    """Plant a slender tree."""
    (x, y), leaf = foot, sheet.rng.choice(sheet.mood.season.leaves)
    if sheet.mood.season.snow:
        leaf = sheet.mood.season.firs[0]
    sheet.rectangle((x - size * 0.02, y - size * 0.2, x + size * 0.02, y), sheet.tone(BARK))
    for shade, half in ((darker(leaf, 0.16), 0.12), (leaf, 0.075)):
        side = [(half * math.sin(t / 12 * math.pi) ** 0.7 * (1.15 - t / 16), 0.1 + 0.9 * t / 12) for t in range(13)]
        outline = [(x - dx * size, y - dy * size) for dx, dy in side] + [
            (x + dx * size * 0.9, y - dy * size) for dx, dy in reversed(side)
        ]
        sheet.polygon(outline, sheet.tone(shade))


def bare_tree(sheet: Sheet, foot: Point, size: float) -> None:
    """Plant a leafless tree of forking branches."""
    _branch(sheet, foot, (-math.pi / 2, size * 0.32), 5 if size > 120 else 3)


def _branch(sheet: Sheet, start: Point, way: tuple[float, float], forks: int) -> None:
    angle, length = way
    end = (start[0] + length * math.cos(angle), start[1] + length * math.sin(angle))
    sheet.stroke([start, end], max(1.0, length * 0.11), sheet.tone(BARK))
    if not forks:
        return
    for turn in (-0.5, 0.02, 0.48):
        if forks > 1 or turn:
            spread = angle + turn + sheet.rng.uniform(-0.16, 0.16)
            _branch(sheet, end, (spread, length * sheet.rng.uniform(0.58, 0.78)), forks - 1)


def bush(sheet: Sheet, foot: Point, size: float) -> None:
    """Plant a bush."""
    season = sheet.mood.season
    leaf = mix(sheet.rng.choice(season.firs), sheet.rng.choice(season.leaves), 0.5)
    if season.snow:
        leaf = mix(leaf, SNOW, 0.55)
    for dx, radius in ((-0.5, 0.32), (0.45, 0.36), (0.0, 0.46)):
        sheet.disc((foot[0] + dx * size, foot[1] - radius * size * 0.5), radius * size, sheet.tone(leaf), 0.9)


def grasses(sheet: Sheet, foot: Point, size: float) -> None:
    """Draw a tuft of tall grass or reed."""
    rng, colour = sheet.rng, sheet.tone(mix(sheet.mood.season.firs[0], sheet.mood.season.ground[0], 0.35))
    for _ in range(9):
        lean = rng.uniform(-0.5, 0.5)
        x = foot[0] + rng.uniform(-0.3, 0.3) * size
        tip = (x + lean * size, foot[1] - size * rng.uniform(0.6, 1.1))
        sheet.polygon([(x - size * 0.03, foot[1]), tip, (x + size * 0.03, foot[1])], colour)


def bough(sheet: Sheet, corner: Point, reach: float) -> None:
    """Let a near bough hang into the picture from an upper corner (reach below 0 points left)."""
    rng, season = sheet.rng, sheet.mood.season
    points = [
        (corner[0] + reach * t, corner[1] + abs(reach) * (0.16 * t + 0.1 * math.sin(3 * t)))
        for t in (0, 0.25, 0.5, 0.75, 1)
    ]
    sheet.stroke(points, abs(reach) * 0.03, sheet.tone(BARK))
    for x, y in points:
        for _ in range(26):
            spot = (x + rng.gauss(0, abs(reach) * 0.11), y + rng.gauss(0, abs(reach) * 0.06))
            leaf = SNOW if season.snow else rng.choice(season.leaves)
            sheet.disc(spot, abs(reach) * rng.uniform(0.014, 0.036), sheet.tone(leaf), rng.uniform(0.6, 1.0))
