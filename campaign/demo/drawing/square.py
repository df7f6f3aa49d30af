"""Life on a market square: fountain, stalls, lamps, people, bunting, a lighted tree in winter."""

import math

from campaign.demo.drawing.colour import darker, jitter, lighter, mix, palette, rgb
from campaign.demo.drawing.materials import LAMP, SNOW, STONE, TRIM
from campaign.demo.drawing.paper import Point, Sheet
from campaign.demo.drawing.trees import fir

CLOTHES = palette("#b5473c #2f5d62 #d6a545 #48506b #7c9a72 #c97b63 #e9dcc3 #5b3b4a")
TROUSERS = palette("#3b4254 #54443c #62665f")
HAIR = palette("#3d2f2a #7b5a3c #c7c2ba #b5473c #d9b46a")
SKIN = palette("#e6bd9d #c9966f #8d5f45 #f0cfb4")


def fountain(sheet: Sheet, foot: Point, size: float) -> None:
    """Build a fountain: octagonal basin, column with a figure, arcs of water."""
    (x, y), stone = foot, jitter(sheet.rng.choice(STONE), sheet.rng, 6)
    water = sheet.tone(rgb("#9cc4cf"))
    sheet.rectangle((x - size * 0.06, y - size * 0.95, x + size * 0.06, y - size * 0.1), sheet.tone(stone))
    sheet.rectangle(
        (x - size * 0.1, y - size * 0.98, x + size * 0.1, y - size * 0.92), sheet.tone(lighter(stone, 0.25))
    )
    sheet.disc((x, y - size * 0.56), size * 0.24, sheet.tone(darker(stone, 0.06)), 0.26)
    sheet.disc((x, y - size * 0.6), size * 0.22, water, 0.2)
    _figure(sheet, (x, y - size * 0.98), size * 0.34)
    for reach in (-0.36, -0.24, 0.24, 0.36):
        arc = [
            (x + reach * size * t / 6, y - size * (0.58 + 0.5 * math.sin(t / 6 * math.pi) * 0.3 - 0.42 * (t / 6) ** 2))
            for t in range(7)
        ]
        sheet.stroke(arc, max(1.4, size * 0.014), mix(water, (255, 255, 255), 0.5))
    sheet.disc((x, y - size * 0.2), size * 0.52, sheet.tone(lighter(stone, 0.2)), 0.2)
    sheet.disc((x, y - size * 0.2), size * 0.47, water, 0.17)
    rim = [
        (x - size * 0.52, y - size * 0.2),
        (x + size * 0.52, y - size * 0.2),
        (x + size * 0.46, y),
        (x - size * 0.46, y),
    ]
    sheet.polygon(rim, sheet.tone(stone))
    for index in range(1, 6):
        place = x - size * 0.5 + size * index / 6
        sheet.rectangle((place, y - size * 0.18, place + 2, y - 2), sheet.tone(darker(stone, 0.12)))


def _figure(sheet: Sheet, foot: Point, size: float) -> None:
    (x, y), bronze = foot, sheet.tone(rgb("#5f7a68"))
    sheet.polygon(
        [
            (x - size * 0.16, y),
            (x - size * 0.11, y - size * 0.7),
            (x + size * 0.11, y - size * 0.7),
            (x + size * 0.16, y),
        ],
        bronze,
    )
    sheet.disc((x, y - size * 0.82), size * 0.11, bronze)
    sheet.stroke([(x + size * 0.26, y), (x + size * 0.26, y - size * 1.05)], max(1.2, size * 0.035), bronze)


def stall(sheet: Sheet, foot: Point, size: float) -> None:
    """Put up a market stall with a striped roof and crates of fruit."""
    (x, y), colour = foot, sheet.rng.choice(CLOTHES[:5])
    sheet.rectangle((x - size * 0.42, y - size * 0.72, x + size * 0.42, y), sheet.tone(rgb("#6f5644")))
    glow = mix(LAMP, sheet.tone(TRIM), 0.1 if sheet.mood.hour.lit > 0.2 else 0.9)
    sheet.rectangle((x - size * 0.38, y - size * 0.64, x + size * 0.38, y - size * 0.3), glow)
    sheet.rectangle((x - size * 0.46, y - size * 0.32, x + size * 0.46, y), sheet.tone(rgb("#8a6a4e")))
    for index in range(9):
        fruit = sheet.rng.choice((rgb("#c8473a"), rgb("#e0a33e"), rgb("#7f9c4a"), rgb("#d9dcc0")))
        sheet.disc((x - size * 0.4 + size * 0.1 * index, y - size * 0.34), size * 0.05, sheet.tone(fruit))
    for index in range(8):
        left = x - size * 0.52 + size * 0.13 * index
        tone = sheet.tone(SNOW if sheet.mood.season.snow and index % 2 else (colour if index % 2 else TRIM))
        top = x - size * 0.4 + size * 0.1 * index
        panel = [(top, y - size * 0.98), (top + size * 0.1, y - size * 0.98), (left + size * 0.13, y - size * 0.66)]
        sheet.polygon([*panel, (left, y - size * 0.66)], tone)
        sheet.disc((left + size * 0.065, y - size * 0.66), size * 0.065, tone, 0.7)


def lamp(sheet: Sheet, foot: Point, size: float) -> None:
    """Set a street lamp."""
    (x, y), iron = foot, sheet.tone(rgb("#3a4144"))
    sheet.rectangle((x - size * 0.016, y - size * 0.86, x + size * 0.016, y), iron)
    sheet.rectangle((x - size * 0.04, y - size * 0.1, x + size * 0.04, y), iron)
    glass = LAMP if sheet.mood.hour.lit > 0.2 else sheet.tone(rgb("#e8e2cc"))
    sheet.polygon(
        [
            (x - size * 0.04, y - size * 0.84),
            (x - size * 0.065, y - size * 0.98),
            (x + size * 0.065, y - size * 0.98),
            (x + size * 0.04, y - size * 0.84),
        ],
        glass,
    )
    sheet.polygon([(x - size * 0.08, y - size * 0.98), (x, y - size * 1.06), (x + size * 0.08, y - size * 0.98)], iron)


def person(sheet: Sheet, foot: Point, size: float) -> None:
    """Set a strolling person, cut from a few bits of paper."""
    (x, y), rng = foot, sheet.rng
    coat, legs = sheet.tone(jitter(rng.choice(CLOTHES), rng, 10)), sheet.tone(rng.choice(TROUSERS))
    step = size * rng.uniform(0.02, 0.1)
    for side in (-step, step):
        sheet.wedge((x, y - size * 0.46, size * 0.05), (x + side, y, size * 0.035), legs)
    sheet.wedge((x, y - size * 0.8, size * 0.1), (x, y - size * 0.36, size * 0.14), coat)
    sheet.disc((x, y - size * 0.8), size * 0.1, coat)
    sheet.disc((x, y - size * 0.91), size * 0.075, sheet.tone(rng.choice(SKIN)))
    sheet.disc((x, y - size * 0.945), size * 0.07, sheet.tone(rng.choice(HAIR)), 0.7)


def crowd(sheet: Sheet, span: tuple[float, float], ground: tuple[float, float], count: int, tall: float = 46) -> None:
    """Set people between two edges and two heights, the nearer ones taller and in front."""
    rng = sheet.rng
    feet = sorted(rng.uniform(*ground) for _ in range(count))
    for y in feet:
        share = (y - ground[0]) / max(1.0, ground[1] - ground[0])
        x, size = rng.uniform(*span), tall * (1 + 0.65 * share)
        person(sheet, (x, y), size)
        if rng.random() < 0.4:
            person(sheet, (x + size * 0.34, y + 1), size * rng.choice((0.62, 0.96, 1.0)))


def bunting(sheet: Sheet, start: Point, end: Point) -> None:
    """Hang a string of pennants (a string of lights after dark) between two points."""
    (x0, y0), (x1, y1) = start, end
    line = [(x0 + (x1 - x0) * t / 24, y0 + (y1 - y0) * t / 24 + 46 * math.sin(t / 24 * math.pi)) for t in range(25)]
    sheet.stroke(line, 1.5, sheet.tone(rgb("#4a4640")))
    dark = sheet.mood.hour.lit > 0.2
    for x, y in line[1:-1]:
        if dark:
            sheet.disc((x, y + 4), 3.6, LAMP)
        else:
            sheet.polygon([(x - 8, y), (x + 8, y), (x, y + 20)], sheet.tone(sheet.rng.choice(CLOTHES)))


def festive_tree(sheet: Sheet, foot: Point, size: float) -> None:
    """Set a fir with lights on it."""
    fir(sheet, foot, size)
    (x, y), rng = foot, sheet.rng
    for _ in range(46):
        share = rng.random() ** 0.7
        half = size * 0.24 * share
        sheet.disc((x + rng.uniform(-half, half), y - size * (1.05 - 0.93 * share)), size * 0.012, LAMP)
    sheet.disc((x, y - size * 1.07), size * 0.026, (255, 232, 160))


def cobbles(sheet: Sheet, top: float) -> None:
    """Pave the ground below a line, with joints that widen towards the viewer."""
    frame, rng = sheet.frame, sheet.rng
    base = SNOW if sheet.mood.season.snow else rng.choice((rgb("#cfc0a6"), rgb("#c2b6a6"), rgb("#d8c7ae")))
    sheet.rectangle((-10, top, frame.width + 10, frame.height + 10), sheet.tone(base))
    y, step = top + 4, 5.0
    while y < frame.height:
        x = rng.uniform(-step, step)
        while x < frame.width:
            if rng.random() < 0.34:
                shade = sheet.tone(mix(base, rng.choice(((112, 98, 90), (255, 249, 238))), rng.uniform(0.06, 0.16)))
                sheet.rectangle((x, y, x + step * 1.5, y + step * 0.62), shade)
            x += step * 2.1
        y += step
        step *= 1.075
