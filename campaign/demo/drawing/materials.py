"""What the towns are built of: plaster, tiles, slate, stone, timber, glass."""

from random import Random

from campaign.demo.drawing.colour import RGB, mix, palette, rgb
from campaign.demo.drawing.paper import Sheet

PLASTER = palette("#f4e8d0 #ecd9b0 #e8c27c #e2a98c #d98f72 #c3cba6 #b4c8c6 #a9b9c9 #f7f2e6 #d9c9b4 #e9d0bf #c98f6a")
TILES = palette("#b5523c #a2483a #c4653f #8d4438 #b06a4a #7d4a41")
SLATE = palette("#4d5865 #5a6570 #464f5c #66707a")
STONE = palette("#cdbc9c #bba98a #d8c9ab #a99c86 #c6b6a0")
TIMBER = palette("#5a3a2c #6b4330 #44362f #7a3f30")
GLASS = rgb("#5f7480")
LAMP = rgb("#ffd88c")
SNOW = rgb("#f4f7fb")
TRIM = rgb("#fbf6ea")


def roof_colour(rng: Random) -> RGB:
    """Return a colour for a roof: mostly tiles, often slate."""
    return rng.choice(TILES) if rng.random() < 0.66 else rng.choice(SLATE)


def pane(sheet: Sheet) -> RGB:
    """Return the colour of one window: dark glass, or a lamp behind it."""
    if sheet.rng.random() < sheet.mood.hour.lit:
        return mix(mix(LAMP, sheet.rng.choice(PLASTER), 0.15), sheet.mood.hour.haze, sheet.depth * 0.5)
    return sheet.tone(GLASS)


def window(sheet: Sheet, left: float, top: float, size: tuple[float, float]) -> None:
    """Draw one window: a bare pane far away, with frame and cross near by."""
    width, height = size
    box = (left, top, left + width, top + height)
    glass = pane(sheet)
    if width < 7:
        sheet.rectangle(box, glass)
        return
    rim = max(1.2, width * 0.12)
    sheet.rectangle((box[0] - rim, box[1] - rim, box[2] + rim, box[3] + rim), sheet.tone(TRIM))
    sheet.rectangle(box, glass)
    middle = left + width / 2
    sheet.rectangle((middle - rim / 3, top, middle + rim / 3, top + height), sheet.tone(TRIM))
    sheet.rectangle((left, top + height * 0.36, left + width, top + height * 0.36 + rim * 0.66), sheet.tone(TRIM))


def cornice(sheet: Sheet, box: tuple[float, float, float], colour: RGB) -> None:
    """Draw a thin moulding (left, y, right)."""
    left, y, right = box
    thick = max(1.2, (right - left) * 0.018)
    sheet.rectangle((left, y, right, y + thick), sheet.tone(colour))
