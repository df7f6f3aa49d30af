"""Ground: ridges in aerial perspective, forests, striped fields, winding ways and rivers."""

import math
from random import Random

from campaign.demo.drawing.colour import RGB, mix, rgb
from campaign.demo.drawing.paper import Point, Sheet


def ridge(rng: Random, width: float, height: float, swing: float) -> list[Point]:
    """Return the outline of a range of hills around a height, from left to right."""
    waves = [(rng.uniform(0.4, 1.0) / n, n * rng.uniform(0.7, 1.3), rng.uniform(0, math.tau)) for n in (1, 2, 3, 5, 8)]
    outline = []
    for step in range(int(width / 10) + 3):
        x = step * 10 - 10.0
        rise = sum(size * math.sin(often * x / width * math.tau + phase) for size, often, phase in waves)
        outline.append((x, height - swing * rise))
    return outline


def height_at(outline: list[Point], x: float) -> float:
    """Return the height of an outline at a place (the nearest corner's; corners stand at equal distances)."""
    place = round((x - outline[0][0]) / (outline[1][0] - outline[0][0]))
    return outline[max(0, min(len(outline) - 1, place))][1]


def ground(sheet: Sheet, outline: list[Point], colour: RGB, floor: float | None = None) -> None:
    """Fill everything below an outline, down to `floor` (the lower edge of the picture when not given)."""
    floor = sheet.frame.height + 10 if floor is None else floor
    sheet.polygon([*outline, (outline[-1][0], floor), (outline[0][0], floor)], colour)


def forest(sheet: Sheet, outline: list[Point], size: float, colour: RGB) -> None:
    """Set a forest's edge of firs and crowns along an outline."""
    rng, x = sheet.rng, -size
    while x < sheet.frame.width + size:
        foot = height_at(outline, x) + size * 0.4
        tall = size * rng.uniform(0.8, 1.7)
        shade = mix(colour, sheet.mood.hour.shadow, rng.uniform(0, 0.12))
        if rng.random() < 0.62:
            sheet.polygon([(x - tall * 0.3, foot), (x, foot - tall * 1.25), (x + tall * 0.3, foot)], shade)
        else:
            sheet.disc((x, foot - tall * 0.3), tall * 0.42, shade)
        x += size * rng.uniform(0.22, 0.5)


def fields(sheet: Sheet, outline: list[Point], count: int) -> None:
    """Draw bands of fields and meadows that follow an outline downwards, with hedges between them."""
    rng = sheet.rng
    drop = 0.0
    for _ in range(count):
        drop += rng.uniform(22, 60)
        tilt = rng.uniform(-0.05, 0.05)
        colour = sheet.tone(rng.choice(sheet.mood.season.ground))
        band = [(x, y * 0.4 + outline[0][1] * 0.6 + drop + tilt * x) for x, y in outline]
        ground(sheet, band, colour)
        if rng.random() < 0.6:
            _hedge(sheet, band)


def _hedge(sheet: Sheet, line: list[Point]) -> None:
    rng = sheet.rng
    start = rng.uniform(0, 0.6) * sheet.frame.width
    end = start + rng.uniform(0.15, 0.5) * sheet.frame.width
    for x, y in line:
        if start < x < end:
            colour = sheet.tone(mix(rng.choice(sheet.mood.season.firs), rng.choice(sheet.mood.season.leaves), 0.4))
            sheet.disc((x, y - 2), rng.uniform(6, 11), colour, 0.75)


def way(sheet: Sheet, start: Point, end: Point, widths: tuple[float, float]) -> None:
    """Draw a winding way from far (start) to near (end)."""
    bend = sheet.rng.choice((-1, 1)) * sheet.rng.uniform(0.6, 1.0)
    ribbon(sheet, (start, end), widths, bend, sheet.tone(rgb("#f2f4f7" if sheet.mood.season.snow else "#ddccab")))


def ribbon(sheet: Sheet, ends: tuple[Point, Point], widths: tuple[float, float], bend: float, colour: RGB) -> None:
    """Draw a ribbon in perspective between two points: a river or a way."""
    (x0, y0), (x1, y1) = ends
    left, right = [], []
    for step in range(41):
        share = step / 40
        near = share**1.7
        x = x0 + (x1 - x0) * near + bend * 150 * math.sin(share * math.pi * 2.1) * (0.25 + near)
        y = y0 + (y1 - y0) * near
        half = (widths[0] + (widths[1] - widths[0]) * near) / 2
        left.append((x - half, y))
        right.append((x + half, y))
    sheet.polygon([*left, *reversed(right)], colour)


def ripples(sheet: Sheet, shore: float, count: int) -> None:
    """Lay thin slips of light and dark on water below the shore."""
    rng, hour = sheet.rng, sheet.mood.hour
    for _ in range(count):
        share = rng.random() ** 1.4
        y = shore + 6 + share * (sheet.frame.height - shore)
        x, half = rng.uniform(0, sheet.frame.width), rng.uniform(16, 70) * (0.5 + share)
        colour = mix(hour.sky[2], hour.disc, 0.4) if rng.random() < 0.6 else mix(hour.sky[1], hour.shadow, 0.35)
        sheet.polygon([(x - half, y), (x, y - 1.4 - share * 1.6), (x + half, y), (x, y + 1.4 + share * 1.6)], colour)
