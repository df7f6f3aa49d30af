"""Castles on hills, palaces in parks."""

from campaign.demo.drawing.colour import RGB, darker, jitter, lighter
from campaign.demo.drawing.materials import PLASTER, SLATE, SNOW, STONE, TILES, TRIM, pane, window
from campaign.demo.drawing.paper import Point, Sheet
from campaign.demo.drawing.towers import CAPS, spire


def _battlements(sheet: Sheet, span: tuple[float, float], y: float, colour: RGB) -> None:
    left, right = span
    count = max(3, round((right - left) / 13))
    step = (right - left) / count
    for index in range(count):
        sheet.rectangle((left + index * step, y - step * 0.7, left + (index + 0.55) * step, y + 1), colour)


def keep(sheet: Sheet, foot: Point, half: float, height: float) -> None:
    """Build a round keep with a cone on it, or with battlements."""
    (x, y), rng = foot, sheet.rng
    wall = jitter(rng.choice(STONE), rng, 6)
    sheet.rectangle((x - half, y - height, x + half, y), sheet.tone(wall))
    sheet.rectangle((x + half * 0.35, y - height, x + half, y), sheet.tone(darker(wall, 0.1)))
    band = (x - half * 1.14, y - height - half * 0.1, x + half * 1.14, y - height + half * 0.34)
    sheet.rectangle(band, sheet.tone(lighter(wall, 0.12)))
    for share in (0.3, 0.6):
        sheet.arch(
            (x - half * 0.16, y - height * (1 - share), x + half * 0.1, y - height * (1 - share) + half * 0.5),
            pane(sheet),
        )
    if rng.random() < 0.55:
        spire(sheet, (x, y - height - half * 0.1), half, half * rng.uniform(1.8, 2.8))
    else:
        _battlements(sheet, (band[0], band[2]), band[1], sheet.tone(lighter(wall, 0.12)))


def castle(sheet: Sheet, foot: Point, size: float) -> None:
    """Build a castle about `size` wide: curtain wall, great hall, keep and side towers."""
    (x, y), rng = foot, sheet.rng
    side = rng.choice((-1, 1))
    keep(sheet, (x + side * size * rng.uniform(0.1, 0.24), y), size * 0.085, size * rng.uniform(0.6, 0.8))
    _hall(sheet, (x - side * size * 0.2, y), (size * 0.42, size * 0.27))
    _hall(sheet, (x + side * size * 0.32, y), (size * 0.26, size * 0.2))
    if rng.random() < 0.6:
        _chapel(sheet, (x - side * size * 0.02, y), size * 0.3)
    wall = sheet.tone(jitter(rng.choice(STONE), rng, 6))
    sheet.rectangle((x - size * 0.54, y - size * 0.13, x + size * 0.54, y + size * 0.1), wall)
    _battlements(sheet, (x - size * 0.54, x + size * 0.54), y - size * 0.13, wall)
    for place in (-0.54, 0.54):
        keep(sheet, (x + place * size, y + size * 0.1), size * 0.06, size * rng.uniform(0.3, 0.42))
    gate = x + side * size * 0.12
    sheet.arch((gate - size * 0.035, y - size * 0.06, gate + size * 0.035, y + size * 0.1), sheet.tone((66, 56, 52)))


def _hall(sheet: Sheet, foot: Point, size: tuple[float, float]) -> None:
    (x, y), (width, height), rng = foot, size, sheet.rng
    wall = jitter(rng.choice((*STONE, PLASTER[0], PLASTER[8])), rng, 6)
    roof = SNOW if sheet.mood.season.snow else rng.choice((*TILES[:4], *SLATE[:2]))
    left, right = x - width / 2, x + width / 2
    sheet.rectangle((left, y - height, right, y), sheet.tone(wall))
    top = y - height - width * 0.3
    sheet.polygon(
        [(left - 3, y - height), (left + 5, top), (right - 5, top), (right + 3, y - height)], sheet.tone(roof)
    )
    count = max(3, round(width / 17))
    for row in (0.82, 0.5):
        for index in range(count):
            place = left + width * (index + 0.32) / count
            sheet.arch(
                (place, y - height * row, place + width / count * 0.36, y - height * row + height * 0.2), pane(sheet)
            )


def _chapel(sheet: Sheet, foot: Point, size: float) -> None:
    x, y = foot
    wall = sheet.rng.choice(STONE)
    sheet.rectangle((x - size * 0.16, y - size * 1.2, x + size * 0.16, y), sheet.tone(wall))
    sheet.rng.choice(CAPS)(sheet, (x, y - size * 1.2), size * 0.16, size * 0.62)


def ruin(sheet: Sheet, foot: Point, size: float) -> None:
    """Build what is left of a castle: a broken keep and a wall with empty windows."""
    (x, y), rng = foot, sheet.rng
    wall = jitter(rng.choice(STONE), rng, 6)
    top = y - size * 0.62
    jag = [(-0.1, 0), (-0.1, -0.62), (-0.05, -0.72), (-0.01, -0.6), (0.05, -0.66), (0.1, -0.5), (0.1, 0)]
    sheet.polygon([(x + dx * size, y + dy * size) for dx, dy in jag], sheet.tone(wall))
    base = [(-0.5, 0.08), (-0.48, -0.1), (-0.36, -0.04), (-0.3, -0.16), (-0.16, -0.08), (0.2, -0.02), (0.52, 0.08)]
    sheet.polygon([(x + dx * size, y + dy * size) for dx, dy in base], sheet.tone(darker(wall, 0.14)))
    rest = [(0.1, 0), (0.1, -0.24), (0.22, -0.34), (0.3, -0.2), (0.4, -0.26), (0.46, -0.1), (0.5, 0)]
    sheet.polygon([(x + dx * size, y + dy * size) for dx, dy in rest], sheet.tone(darker(wall, 0.07)))
    for dx in (0.17, 0.3):
        sheet.cut_arch((x + dx * size, y - size * 0.18, x + (dx + 0.05) * size, y - size * 0.07))
    sheet.cut_arch((x - size * 0.02, top + size * 0.16, x + size * 0.03, top + size * 0.28))


def palace(sheet: Sheet, foot: Point, size: float) -> None:
    """Build a baroque palace about `size` wide: wings, raised middle with a pediment, mansard roofs."""
    (x, y), rng = foot, sheet.rng
    wall = jitter(rng.choice((PLASTER[1], PLASTER[2], PLASTER[3], PLASTER[8], PLASTER[10])), rng, 5)
    roof = SNOW if sheet.mood.season.snow else rng.choice((*SLATE, TILES[0], TILES[3]))
    height = size * 0.2
    for left, right, rise in ((-0.5, 0.5, 1.0), (-0.5, -0.36, 1.16), (0.36, 0.5, 1.16), (-0.13, 0.13, 1.22)):
        _wing(sheet, (x + left * size, y - height * rise, x + right * size, y), wall, roof)
    edge = y - height * 1.22
    sheet.polygon(
        [(x - size * 0.14, edge), (x, edge - size * 0.075), (x + size * 0.14, edge)], sheet.tone(lighter(wall, 0.25))
    )
    turret = edge - size * 0.07
    sheet.rectangle((x - size * 0.028, turret - size * 0.11, x + size * 0.028, turret), sheet.tone(TRIM))
    sheet.rng.choice(CAPS)(sheet, (x, turret - size * 0.11), size * 0.034, size * 0.13)
    sheet.arch((x - size * 0.024, y - height * 0.44, x + size * 0.024, y), sheet.tone((84, 66, 54)))


def _wing(sheet: Sheet, box: tuple[float, float, float, float], wall: RGB, roof: RGB) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    slope = height * 0.42
    dip = min(width * 0.14, slope * 0.7)
    cover = [(left - 3, top), (left + dip, top - slope), (right - dip, top - slope), (right + 3, top)]
    sheet.polygon(cover, sheet.tone(roof))
    sheet.rectangle(box, sheet.tone(wall))
    sheet.rectangle((left, top, right, top + max(1.6, height * 0.04)), sheet.tone(TRIM))
    count = max(2, round(width / (height * 0.24)))
    for row in (0.14, 0.56):
        for index in range(count):
            place = left + width * (index + 0.3) / count
            window(sheet, place, top + height * row, (width / count * 0.4, height * 0.26))
