"""Half-timbering: posts, rails, braces and crosses on one storey."""

from campaign.demo.drawing.colour import RGB
from campaign.demo.drawing.paper import Sheet


def timber_floor(sheet: Sheet, box: tuple[float, float, float, float], timber: RGB) -> None:
    """Cover a storey (left, top, right, bottom) with timbers of a pattern the dice choose."""
    left, top, right, bottom = box
    tone = sheet.tone(timber)
    beam = max(1.3, (bottom - top) * 0.055)
    bays = max(2, round((right - left) / ((bottom - top) * 0.72)))
    bay = (right - left) / bays
    for y in (top, bottom - beam):
        sheet.rectangle((left, y, right, y + beam), tone)
    rail = top + (bottom - top) * 0.8
    sheet.rectangle((left, rail, right, rail + beam * 0.8), tone)
    for index in range(bays + 1):
        x = min(max(left, left + index * bay - beam / 2), right - beam)
        sheet.rectangle((x, top, x + beam, bottom), tone)
    pattern = sheet.rng.choice(("ends", "crosses", "braces", "plain"))
    for index in range(bays):
        x = left + index * bay
        if pattern == "crosses" or (pattern == "braces" and index % 2):
            _cross(sheet, (x, rail, x + bay, bottom), beam * 0.7, tone)
    if pattern in ("ends", "braces"):
        sheet.stroke([(left + beam, top + beam), (left + bay * 0.8, bottom - beam)], beam * 0.8, tone)
        sheet.stroke([(right - beam, top + beam), (right - bay * 0.8, bottom - beam)], beam * 0.8, tone)


def _cross(sheet: Sheet, box: tuple[float, float, float, float], beam: float, tone: RGB) -> None:
    left, top, right, bottom = box
    sheet.stroke([(left, top), (right, bottom)], beam, tone)
    sheet.stroke([(left, bottom), (right, top)], beam, tone)
