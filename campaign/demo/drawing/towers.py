"""Churches, town halls and town gates."""

from campaign.demo.drawing.colour import RGB, darker, jitter, lighter, rgb
from campaign.demo.drawing.materials import PLASTER, SLATE, SNOW, STONE, TILES, TRIM, pane, window
from campaign.demo.drawing.paper import Point, Sheet

COPPER = rgb("#7fa596")
GOLD = rgb("#e2b84d")


def _cover(sheet: Sheet, colour: RGB) -> RGB:
    return sheet.tone(SNOW if sheet.mood.season.snow and sheet.rng.random() < 0.55 else colour)


def spire(sheet: Sheet, foot: Point, half: float, height: float) -> None:
    """Set a pointed spire with a gilded ball on a tower."""
    (x, y), colour = foot, sheet.rng.choice((*SLATE, COPPER, TILES[0]))
    sheet.polygon([(x - half * 1.12, y), (x, y - height), (x + half * 1.12, y)], sheet.tone(colour))
    sheet.polygon([(x, y), (x, y - height), (x + half * 1.12, y)], sheet.tone(darker(colour, 0.1)))
    _ball(sheet, (x, y - height), half)


def _ball(sheet: Sheet, tip: Point, half: float) -> None:
    size = max(1.6, half * 0.11)
    sheet.stroke([(tip[0], tip[1] + 2), (tip[0], tip[1] - size * 5)], max(1.0, size * 0.5), sheet.tone(GOLD))
    sheet.disc((tip[0], tip[1] - size), size, sheet.tone(GOLD))


def onion(sheet: Sheet, foot: Point, half: float, height: float) -> None:
    """Set a baroque cap on a tower: bell, open lantern, small dome."""
    (x, y), colour = foot, sheet.rng.choice((SLATE[0], SLATE[2], COPPER, COPPER))
    tone = _cover(sheet, colour)
    bell = [
        (-1.12, 0),
        (-1.02, -0.1),
        (-0.62, -0.24),
        (-0.36, -0.42),
        (0.36, -0.42),
        (0.62, -0.24),
        (1.02, -0.1),
        (1.12, 0),
    ]
    sheet.polygon([(x + dx * half, y + dy * height) for dx, dy in bell], tone)
    sheet.rectangle((x - half * 0.32, y - height * 0.58, x + half * 0.32, y - height * 0.41), sheet.tone(TRIM))
    sheet.rectangle((x - half * 0.14, y - height * 0.56, x + half * 0.14, y - height * 0.43), sheet.tone(colour))
    sheet.disc((x, y - height * 0.64), half * 0.4, tone, 0.8)
    sheet.polygon([(x - half * 0.2, y - height * 0.7), (x, y - height), (x + half * 0.2, y - height * 0.7)], tone)
    _ball(sheet, (x, y - height), half)


def saddle(sheet: Sheet, foot: Point, half: float, height: float) -> None:
    """Set a steep hipped roof with a ridge turret on a tower."""
    (x, y), colour = foot, sheet.rng.choice((*TILES[:3], *SLATE[:2]))
    slope = [(x - half * 1.12, y), (x - half * 0.45, y - height * 0.62), (x + half * 0.45, y - height * 0.62)]
    sheet.polygon([*slope, (x + half * 1.12, y)], _cover(sheet, colour))
    ridge = y - height * 0.6
    sheet.rectangle((x - half * 0.16, ridge - height * 0.14, x + half * 0.16, ridge + 1), sheet.tone(TRIM))
    sheet.polygon(
        [(x - half * 0.24, ridge - height * 0.13), (x, y - height), (x + half * 0.24, ridge - height * 0.13)],
        sheet.tone(colour),
    )
    _ball(sheet, (x, y - height), half * 0.7)


CAPS = (spire, onion, saddle)


def clock(sheet: Sheet, centre: Point, radius: float) -> None:
    """Put a clock face on a wall."""
    face = (255, 240, 200) if sheet.mood.hour.lit > 0.3 else sheet.tone(TRIM)
    sheet.disc(centre, radius * 1.16, sheet.tone(GOLD))
    sheet.disc(centre, radius, face)
    x, y = centre
    sheet.stroke([(x, y), (x, y - radius * 0.78)], max(1.0, radius * 0.12), (52, 46, 44))
    sheet.stroke([(x, y), (x + radius * 0.5, y + radius * 0.16)], max(1.0, radius * 0.14), (52, 46, 44))


def tower(sheet: Sheet, foot: Point, half: float, height: float) -> None:
    """Build a square tower with sound openings, a clock and one of the caps."""
    (x, y), rng = foot, sheet.rng
    wall = jitter(rng.choice((*STONE, PLASTER[0], PLASTER[8])), rng, 6)
    top = y - height
    sheet.rectangle((x - half, top, x + half, y), sheet.tone(wall))
    sheet.rectangle((x + half * 0.45, top, x + half, y), sheet.tone(darker(wall, 0.1)))
    for share in (0.0, 0.34, 0.66):
        line = top + height * share
        sheet.rectangle(
            (x - half * 1.06, line, x + half * 1.06, line + max(1.5, half * 0.08)), sheet.tone(lighter(wall, 0.3))
        )
    for dx in (-0.42, 0.18):
        sheet.arch((x + dx * half, top + half * 0.4, x + (dx + 0.26) * half, top + half * 1.2), pane(sheet))
    if half > 9:
        clock(sheet, (x, top + height * 0.34 + half * 0.62), half * 0.36)
    rng.choice(CAPS)(sheet, (x, top), half, half * rng.uniform(2.6, 4.6))


def church(sheet: Sheet, foot: Point, size: float) -> None:
    """Build a church with its nave to one side; now and then two towers at the front."""
    (x, y), rng = foot, sheet.rng
    side, wall = rng.choice((-1, 1)), jitter(rng.choice((*STONE, PLASTER[0], PLASTER[8])), rng, 6)
    roof = rng.choice((*TILES, *SLATE))
    length, height = size * rng.uniform(0.9, 1.3), size * rng.uniform(0.42, 0.55)
    ends = sorted((x, x + side * length))
    sheet.rectangle((ends[0], y - height, ends[1], y + 3), sheet.tone(wall))
    hip = (ends[1] - size * 0.12) if side > 0 else ends[1]
    near = ends[0] if side > 0 else ends[0] + size * 0.12
    slope = [(ends[0] - 3, y - height), (near, y - height * 1.95), (hip, y - height * 1.95), (ends[1] + 3, y - height)]
    sheet.polygon(slope, _cover(sheet, roof))
    count = max(3, round(length / (size * 0.26)))
    for index in range(count):
        left = ends[0] + (ends[1] - ends[0]) * (index + 0.3) / count
        sheet.arch((left, y - height * 0.8, left + length / count * 0.4, y - height * 0.22), pane(sheet))
    if rng.random() < 0.24:
        state = rng.getstate()
        tower(sheet, (x - size * 0.2, y), size * 0.15, size * 1.05)
        after = rng.getstate()
        rng.setstate(state)
        tower(sheet, (x + size * 0.2, y), size * 0.15, size * 1.05)
        rng.setstate(after)
    else:
        tower(sheet, (x, y), size * 0.19, size * rng.uniform(0.95, 1.35))


def town_hall(sheet: Sheet, foot: Point, size: float) -> None:
    """Build a town hall: arcade, tall windows, stepped or curved gable, a turret with a clock."""
    (x, y), rng = foot, sheet.rng
    wall, roof = jitter(rng.choice(PLASTER[:6]), rng, 5), rng.choice(TILES[:3])
    half, walls = size * 0.62, size * 0.9
    tower(sheet, (x + rng.choice((-0.3, 0.0, 0.3)) * size, y - walls), size * 0.13, size * 0.85)
    slope = [
        (x - half - 4, y - walls),
        (x - half * 0.9, y - walls - size * 0.5),
        (x + half * 0.9, y - walls - size * 0.5),
    ]
    sheet.polygon([*slope, (x + half + 4, y - walls)], _cover(sheet, roof))
    sheet.rectangle((x - half, y - walls, x + half, y + 3), sheet.tone(wall))
    for gable in (-0.5, 0.5):
        _curved_gable(sheet, (x + gable * half, y - walls), size * 0.22, wall)
    for row, share in ((0, 0.92), (1, 0.64)):
        sheet.rectangle((x - half, y - walls * share - 3, x + half, y - walls * share), sheet.tone(TRIM))
        for index in range(7):
            left = x - half + half * 2 * (index + 0.28) / 7
            window(sheet, left, y - walls * share + size * 0.06, (size * 0.08, size * (0.13 if row else 0.14)))
    for index in range(5):
        left = x - half + half * 2 * (index + 0.16) / 5
        dark = sheet.tone(darker(wall, 0.55)) if sheet.mood.hour.lit < 0.2 else (236, 186, 118)
        sheet.arch((left, y - walls * 0.36, left + half * 0.27, y), dark)


def _curved_gable(sheet: Sheet, foot: Point, size: float, wall: RGB) -> None:
    x, y = foot
    steps = [(-1, 0), (-0.95, -0.4), (-0.6, -0.5), (-0.55, -0.95), (-0.25, -1.05), (0, -1.5)]
    outline = steps + [(-dx, dy) for dx, dy in reversed(steps)]
    sheet.polygon([(x + dx * size, y + dy * size) for dx, dy in outline], sheet.tone(lighter(wall, 0.16)))
    window(sheet, x - size * 0.16, y - size * 0.72, (size * 0.32, size * 0.44))


def gate(sheet: Sheet, foot: Point, size: float) -> None:
    """Build a town gate: a broad tower with a passage, a gallery and a steep cap."""
    (x, y), rng = foot, sheet.rng
    wall, half, height = jitter(rng.choice(STONE), rng, 6), size * 0.3, size * rng.uniform(1.25, 1.6)
    rng.choice(CAPS)(sheet, (x, y - height), half, size * rng.uniform(0.7, 1.0))
    sheet.rectangle((x - half, y - height, x + half, y + 3), sheet.tone(wall))
    sheet.rectangle((x + half * 0.5, y - height, x + half, y + 3), sheet.tone(darker(wall, 0.1)))
    _courses(sheet, (x - half, y - height, x + half, y), wall)
    sheet.rectangle(
        (x - half * 1.08, y - height, x + half * 1.08, y - height + half * 0.14), sheet.tone(lighter(wall, 0.3))
    )
    for dx, dy in ((-0.45, 0.86), (0.25, 0.86), (-0.1, 0.6)):
        sheet.arch((x + dx * half, y - height * dy, x + (dx + 0.22) * half, y - height * dy + half * 0.5), pane(sheet))
    clock(sheet, (x, y - height * 0.74), half * 0.3)
    sheet.arch((x - half * 0.52, y - half * 1.5, x + half * 0.52, y + 3), sheet.tone(darker(wall, 0.25)))
    sheet.cut_arch((x - half * 0.42, y - half * 1.34, x + half * 0.42, y + 3))


def _courses(sheet: Sheet, box: tuple[float, float, float, float], wall: RGB) -> None:
    """Hint at courses of stone with a few short joints."""
    left, top, right, bottom = box
    for _ in range(26):
        x, y = sheet.rng.uniform(left, right * 0.94 + left * 0.06), sheet.rng.uniform(top, bottom)
        sheet.rectangle((x, y, min(right, x + (right - left) * 0.1), y + 1.6), sheet.tone(darker(wall, 0.13)))
