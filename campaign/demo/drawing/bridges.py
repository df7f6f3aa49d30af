"""Bridges: stone arches, covered timber, a bridge with houses on it, a railway viaduct with its train."""

from campaign.demo.drawing.colour import RGB, darker, jitter, lighter
from campaign.demo.drawing.houses import street_row
from campaign.demo.drawing.materials import SNOW, STONE, TILES, TIMBER, pane
from campaign.demo.drawing.paper import Sheet


def arches(sheet: Sheet, span: tuple[float, float], deck: float, water: float, count: int) -> None:
    """Build a stone bridge from edge to edge: gently humped deck, round arches, piers and a parapet."""
    left, right = span
    wall = jitter(sheet.rng.choice(STONE), sheet.rng, 6)
    hump = (right - left) * 0.018
    top = [(left + (right - left) * t / 20, deck - hump * (1 - (t / 10 - 1) ** 2)) for t in range(21)]
    sheet.polygon([*top, (right, water), (left, water)], sheet.tone(wall))
    bay = (right - left) / count
    for index in range(count):
        centre = left + bay * (index + 0.5)
        rise = bay * 0.36
        spring = max(deck + 16, water - rise - 30)
        box = (centre - rise, spring, centre + rise, water + 2)
        rim = bay * 0.035
        sheet.arch((box[0] - rim, spring - rim, box[2] + rim, water), sheet.tone(lighter(wall, 0.16)))
        sheet.cut_arch(box)
    _piers(sheet, (left, right), (deck, water), (count, wall))
    cap = sheet.tone(SNOW if sheet.mood.season.snow else lighter(wall, 0.22))
    sheet.stroke(top, 7, cap)


def _piers(sheet: Sheet, span: tuple[float, float], heights: tuple[float, float], build: tuple[int, RGB]) -> None:
    (left, right), (deck, water), (count, wall) = span, heights, build
    bay = (right - left) / count
    for index in range(1, count):
        x, half = left + bay * index, bay * 0.07
        peak = deck + (water - deck) * 0.35
        sheet.polygon([(x - half, water), (x - half, peak + 10), (x, peak), (x, water)], sheet.tone(wall))
        sheet.polygon([(x, peak), (x + half, peak + 10), (x + half, water), (x, water)], sheet.tone(darker(wall, 0.12)))


def covered(sheet: Sheet, span: tuple[float, float], deck: float, water: float) -> None:
    """Build a covered timber bridge on stone piers."""
    (left, right), rng = span, sheet.rng
    wood = jitter(rng.choice(TIMBER), rng, 8)
    for share in (0.0, 0.33, 0.66, 0.96):
        x = left + (right - left) * share
        sheet.polygon([(x - 14, deck), (x + 30, deck), (x + 36, water), (x - 20, water)], sheet.tone(rng.choice(STONE)))
    sheet.rectangle((left, deck - 74, right, deck + 8), sheet.tone(lighter(wood, 0.14)))
    step = 26.0
    for index in range(round((right - left) / step)):
        x = left + index * step
        sheet.rectangle((x, deck - 74, x + 4, deck + 4), sheet.tone(wood))
        sheet.rectangle((x + 4, deck - 60, x + step, deck - 34), pane(sheet))
        sheet.stroke([(x + 2, deck + 2), (x + step + 2, deck - 30)], 3, sheet.tone(wood))
    roof = SNOW if sheet.mood.season.snow else rng.choice(TILES)
    slope = [(left - 14, deck - 70), (left + 6, deck - 118), (right - 6, deck - 118), (right + 14, deck - 70)]
    sheet.polygon(slope, sheet.tone(roof))


def with_houses(sheet: Sheet, span: tuple[float, float], deck: float, water: float, count: int) -> None:
    """Build a stone bridge with a closed row of houses on it."""
    street_row(sheet, span, deck + 6, 84)
    arches(sheet, span, deck, water, count)


def viaduct(sheet: Sheet, span: tuple[float, float], deck: float, floor: float) -> None:
    """Build a tall railway viaduct with slender arches and a train on it."""
    left, right = span
    wall = jitter(sheet.rng.choice(STONE), sheet.rng, 6)
    train(sheet, (left + (right - left) * sheet.rng.uniform(0.2, 0.5), deck - 3))
    sheet.rectangle((left, deck, right, floor), sheet.tone(wall))
    count = max(5, round((right - left) / ((floor - deck) * 0.42)))
    bay = (right - left) / count
    for index in range(count):
        centre, half = left + bay * (index + 0.5), bay * 0.39
        sheet.arch(
            (centre - half * 1.1, deck + bay * 0.14, centre + half * 1.1, floor), sheet.tone(lighter(wall, 0.14))
        )
        sheet.cut_arch((centre - half, deck + bay * 0.2, centre + half, floor + 4))
    sheet.rectangle(
        (left, deck - 3, right, deck + 6), sheet.tone(SNOW if sheet.mood.season.snow else lighter(wall, 0.24))
    )


def train(sheet: Sheet, front: tuple[float, float]) -> None:
    """Set a short red railcar on the rails."""
    x, y = front
    for index in range(3):
        left = x + index * 66
        sheet.rectangle((left, y - 25, left + 63, y - 3), sheet.tone((176, 48, 44)))
        sheet.rectangle((left, y - 27, left + 63, y - 24), sheet.tone((220, 214, 204)))
        for window in range(6):
            sheet.rectangle((left + 5 + window * 9.6, y - 20, left + 11 + window * 9.6, y - 12), pane(sheet))
        for wheel in (12, 50):
            sheet.disc((left + wheel, y - 2), 3.2, sheet.tone((52, 50, 54)))
