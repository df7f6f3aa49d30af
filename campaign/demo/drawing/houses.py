"""Town houses seen from the front: gables, eaves, stepped gables, mansards, half-timber, shops."""

from dataclasses import dataclass

from campaign.demo.drawing.colour import RGB, darker, jitter, lighter, mix
from campaign.demo.drawing.materials import PLASTER, SNOW, TIMBER, TRIM, cornice, roof_colour, window
from campaign.demo.drawing.paper import Sheet
from campaign.demo.drawing.timber import timber_floor


@dataclass(frozen=True)
class Plot:
    """Where a house stands: left edge, ground, width, height of its walls, height of its roof."""

    left: float
    base: float
    width: float
    walls: float
    roof: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width

    @property
    def eaves(self) -> float:
        """Height at which the roof begins."""
        return self.base - self.walls

    @property
    def middle(self) -> float:
        """Centre line."""
        return self.left + self.width / 2


def house(sheet: Sheet, plot: Plot, shop: bool = False) -> None:
    """Build one house of a kind that the sheet's dice choose."""
    rng = sheet.rng
    wall, roof = jitter(rng.choice(PLASTER), rng, 7), jitter(roof_colour(rng), rng, 7)
    kind = rng.choices(("gable", "eaves", "steps", "mansard", "hip"), (40, 30, 8, 11, 11))[0]
    if kind == "steps" and plot.width > plot.walls * 1.2:
        kind = "eaves"
    _walls(sheet, plot, wall, shop)
    _ROOFS[kind](sheet, plot, wall, roof)


def _walls(sheet: Sheet, plot: Plot, wall: RGB, shop: bool) -> None:
    rng = sheet.rng
    sheet.rectangle((plot.left, plot.eaves, plot.right, plot.base + 4), sheet.tone(wall))
    shade = plot.width * 0.07
    sheet.rectangle((plot.right - shade, plot.eaves, plot.right, plot.base + 4), sheet.tone(darker(wall, 0.08)))
    floors = max(1, min(4, round(plot.walls / max(27.0, plot.width * 0.42))))
    story = plot.walls / floors
    timbered = rng.random() < 0.42
    timber = rng.choice(TIMBER)
    for floor in range(floors):
        top = plot.eaves + floor * story
        ground_floor = floor == floors - 1
        if timbered and not (ground_floor and floors > 1) and plot.width > 20:
            timber_floor(sheet, (plot.left, top, plot.right, top + story), timber)
        if ground_floor and plot.width > 46:
            _ground_floor(sheet, plot, top, shop)
        else:
            _windows(sheet, plot, top, story)


def _windows(sheet: Sheet, plot: Plot, top: float, story: float) -> None:
    count = max(1, round(plot.width / max(17.0, story * 0.62)))
    gap = plot.width / count
    width, height = min(gap * 0.42, story * 0.42), story * 0.5
    for index in range(count):
        window(sheet, plot.left + gap * (index + 0.5) - width / 2, top + story * 0.26, (width, height))


def _ground_floor(sheet: Sheet, plot: Plot, top: float, shop: bool) -> None:
    rng, story = sheet.rng, plot.base - top
    cornice(sheet, (plot.left, top + story * 0.06, plot.right), TRIM)
    count = max(2, round(plot.width / (story * 0.8)))
    gap, door = plot.width / count, rng.randrange(count)
    wood = jitter(rng.choice((*TIMBER, (46, 84, 74), (44, 66, 92))), rng, 8)
    for index in range(count):
        middle = plot.left + gap * (index + 0.5)
        if index == door:
            sheet.arch((middle - gap * 0.24, top + story * 0.3, middle + gap * 0.24, plot.base), sheet.tone(wood))
        elif shop:
            lit = mix((255, 224, 160), sheet.tone((95, 116, 128)), 0.25 if sheet.mood.hour.lit > 0.2 else 0.85)
            sheet.rectangle((middle - gap * 0.4, top + story * 0.32, middle + gap * 0.4, plot.base - story * 0.16), lit)
            _awning(sheet, (middle - gap * 0.44, top + story * 0.24, middle + gap * 0.44), story * 0.2)
        else:
            window(sheet, middle - gap * 0.2, top + story * 0.34, (gap * 0.4, story * 0.42))


def _awning(sheet: Sheet, line: tuple[float, float, float], drop: float) -> None:
    left, top, right = line
    colour = sheet.rng.choice(((178, 74, 62), (62, 108, 96), (214, 168, 84), (72, 96, 128)))
    step = (right - left) / 6
    for index in range(6):
        tone = sheet.tone(colour if index % 2 else TRIM)
        x = left + index * step
        sheet.polygon([(x, top), (x + step, top), (x + step * 1.04, top + drop), (x - step * 0.04, top + drop)], tone)


def _snowed(sheet: Sheet, roof: RGB) -> RGB:
    return mix(SNOW, roof, 0.08) if sheet.mood.season.snow else roof


def _gable(sheet: Sheet, plot: Plot, wall: RGB, roof: RGB) -> None:
    peak, over = plot.eaves - plot.roof * 1.15, plot.width * 0.05
    sheet.polygon([(plot.left, plot.eaves), (plot.middle, peak), (plot.right, plot.eaves)], sheet.tone(wall))
    thick = max(2.5, plot.width * 0.065)
    for side in (plot.left - over, plot.right + over):
        rake = [(side, plot.eaves + thick * 0.5), (plot.middle, peak - thick * 0.6), (plot.middle, peak + thick * 0.9)]
        inward = side + (plot.middle - side) * 0.12
        sheet.polygon([*rake, (inward, plot.eaves + thick * 0.5)], sheet.tone(_snowed(sheet, roof)))
    size = plot.width * 0.13
    if plot.width > 24:
        window(sheet, plot.middle - size / 2, plot.eaves - plot.roof * 0.5, (size, size * 1.3))


def _eaves(sheet: Sheet, plot: Plot, wall: RGB, roof: RGB) -> None:
    over, top = plot.width * 0.03, plot.eaves - plot.roof * 0.8
    cover = sheet.tone(_snowed(sheet, roof))
    _chimney(sheet, plot, top)
    slope = [(plot.left - over, plot.eaves), (plot.left, top), (plot.right, top), (plot.right + over, plot.eaves)]
    sheet.polygon(slope, cover)
    sheet.rectangle(
        (plot.left - over, plot.eaves - 2, plot.right + over, plot.eaves + 1.5), sheet.tone(darker(roof, 0.25))
    )
    count = round(plot.width / 48)
    for index in range(count):
        _dormer(sheet, plot, plot.left + plot.width * (index + 0.5) / count, (wall, roof))


def _dormer(sheet: Sheet, plot: Plot, middle: float, colours: tuple[RGB, RGB]) -> None:
    half, base = min(plot.width * 0.1, 11.0), plot.eaves - plot.roof * 0.12
    top = base - plot.roof * 0.3
    sheet.rectangle((middle - half, top, middle + half, base), sheet.tone(lighter(colours[0], 0.1)))
    hood = [(middle - half * 1.35, top), (middle, top - half * 1.1), (middle + half * 1.35, top)]
    sheet.polygon(hood, sheet.tone(_snowed(sheet, darker(colours[1], 0.12))))
    window(sheet, middle - half * 0.5, top + 2, (half, max(3.0, base - top - 4)))


def _chimney(sheet: Sheet, plot: Plot, top: float) -> None:
    x, wide = plot.left + plot.width * sheet.rng.uniform(0.15, 0.8), max(4.0, plot.width * 0.07)
    sheet.rectangle((x, top - wide * 2, x + wide, top + 3), sheet.tone((134, 86, 70)))
    sheet.rectangle(
        (x - 1, top - wide * 2.2, x + wide + 1, top - wide * 1.8), sheet.tone(_snowed(sheet, (100, 70, 60)))
    )


def _steps(sheet: Sheet, plot: Plot, wall: RGB, roof: RGB) -> None:
    count = 5
    for step in range(count):
        inset = plot.width * 0.5 * step / count
        top = plot.eaves - plot.roof * 1.3 * (step + 1) / count
        sheet.rectangle((plot.left + inset, top, plot.right - inset, plot.eaves + 1), sheet.tone(wall))
        for side in (plot.left + inset, plot.right - inset - plot.width * 0.1):
            coping = SNOW if sheet.mood.season.snow else darker(roof, 0.1)
            sheet.rectangle((side, top - 1.5, side + plot.width * 0.1, top + 1.2), sheet.tone(coping))
    size = plot.width * 0.13
    for row, reach in ((0.3, 0.2), (0.75, 0.0)):
        for dx in (-reach, reach):
            window(sheet, plot.middle + dx * plot.width - size / 2, plot.eaves - plot.roof * row, (size, size * 1.4))


def _mansard(sheet: Sheet, plot: Plot, wall: RGB, roof: RGB) -> None:
    knee, top, dip = plot.eaves - plot.roof * 0.55, plot.eaves - plot.roof, plot.width * 0.09
    cover = _snowed(sheet, roof)
    upper = [
        (plot.left + dip, knee),
        (plot.left + dip * 2.6, top),
        (plot.right - dip * 2.6, top),
        (plot.right - dip, knee),
    ]
    sheet.polygon(upper, sheet.tone(lighter(cover, 0.06)))
    lower = [
        (plot.left - 2, plot.eaves),
        (plot.left + dip, knee),
        (plot.right - dip, knee),
        (plot.right + 2, plot.eaves),
    ]
    sheet.polygon(lower, sheet.tone(darker(cover, 0.05)))
    count = max(1, round(plot.width / 40))
    for index in range(count):
        _dormer(sheet, plot, plot.left + plot.width * (index + 0.5) / count, (wall, roof))


def _hip(sheet: Sheet, plot: Plot, wall: RGB, roof: RGB) -> None:
    top, over = plot.eaves - plot.roof * 0.85, plot.width * 0.04
    cover = _snowed(sheet, roof)
    inset = plot.width * 0.26
    _chimney(sheet, Plot(plot.left + inset, 0, plot.width - 2 * inset, 0, 0), top)
    slope = [(plot.left - over, plot.eaves), (plot.left + inset, top), (plot.right - inset, top)]
    sheet.polygon([*slope, (plot.right + over, plot.eaves)], sheet.tone(cover))
    side = [(plot.right + over, plot.eaves), (plot.right - inset, top), (plot.right - inset * 1.1, plot.eaves)]
    sheet.polygon(side, sheet.tone(darker(cover, 0.07)))
    _dormer(sheet, plot, plot.middle, (wall, roof))


_ROOFS = {"gable": _gable, "eaves": _eaves, "steps": _steps, "mansard": _mansard, "hip": _hip}


def street_row(sheet: Sheet, span: tuple[float, float], base: float, size: float, shop: bool = False) -> None:
    """Build a closed row of houses of about a size between two edges."""
    rng, left = sheet.rng, span[0]
    while left < span[1]:
        width = size * rng.uniform(0.62, 1.25)
        walls, roof = size * rng.uniform(0.95, 1.7), size * rng.uniform(0.5, 0.85)
        house(sheet, Plot(left, base, width, walls, roof), shop and rng.random() < 0.6)
        left += width
