"""What moves: trams, boats, swans."""

from campaign.demo.drawing.colour import darker, lighter, rgb
from campaign.demo.drawing.materials import pane
from campaign.demo.drawing.paper import Point, Sheet


def tram(sheet: Sheet, foot: Point, size: float) -> None:
    """Set a tram of two cars on its rails, with its wire; `size` is the length of a car."""
    (x, y), colour = foot, sheet.rng.choice((rgb("#b23a35"), rgb("#2f6a63"), rgb("#d9a13b")))
    iron, wide = sheet.tone(rgb("#5d5a58")), sheet.frame.width
    sheet.rectangle((-10, y - 2, wide + 10, y + 2), iron)
    sheet.rectangle((-10, y + 16, wide + 10, y + 20), iron)
    sheet.stroke([(-10, y - size * 0.62), (wide + 10, y - size * 0.62)], 2.2, iron)
    for car in range(2):
        _car(sheet, (x + car * size * 1.03, y), size, colour)
    pole = [(x + size * 0.5, y - size * 0.43), (x + size * 0.6, y - size * 0.53), (x + size * 0.5, y - size * 0.62)]
    sheet.stroke(pole, 2.6, iron)


def _car(sheet: Sheet, foot: Point, size: float, colour: tuple[int, int, int]) -> None:
    (x, y), cream = foot, sheet.tone(rgb("#f3ead6"))
    for wheel in (0.2, 0.3, 0.7, 0.8):
        sheet.disc((x + size * wheel, y - size * 0.02), size * 0.035, sheet.tone(rgb("#3b3a3c")))
    body = [(0.0, -0.05), (0.02, -0.36), (0.07, -0.42), (0.93, -0.42), (0.98, -0.36), (1.0, -0.05)]
    sheet.polygon([(x + dx * size, y + dy * size) for dx, dy in body], cream)
    sheet.rectangle((x + size * 0.004, y - size * 0.2, x + size * 0.996, y - size * 0.05), sheet.tone(colour))
    sheet.rectangle(
        (x + size * 0.004, y - size * 0.075, x + size * 0.996, y - size * 0.05), sheet.tone(darker(colour, 0.3))
    )
    sheet.rectangle(
        (x + size * 0.07, y - size * 0.43, x + size * 0.93, y - size * 0.4), sheet.tone(lighter(colour, 0.1))
    )
    for place in range(7):
        left = x + size * (0.045 + place * 0.132)
        sheet.rectangle((left, y - size * 0.365, left + size * 0.11, y - size * 0.225), pane(sheet))
    for door in (0.27, 0.66):
        sheet.rectangle((x + size * door, y - size * 0.37, x + size * (door + 0.09), y - size * 0.07), pane(sheet))


def rowing_boat(sheet: Sheet, foot: Point, size: float) -> None:
    """Set a rowing boat with somebody in it on the water."""
    (x, y), wood = foot, sheet.tone(sheet.rng.choice((rgb("#8a5a3a"), rgb("#b5473c"), rgb("#2f5d62"))))
    coat = sheet.tone(sheet.rng.choice((rgb("#d6a545"), rgb("#e9dcc3"), rgb("#48506b"))))
    sheet.polygon([(x - size * 0.08, y - size * 0.1), (x, y - size * 0.36), (x + size * 0.1, y - size * 0.1)], coat)
    sheet.disc((x, y - size * 0.4), size * 0.06, sheet.tone(rgb("#c9966f")))
    for side in (-1, 1):
        sheet.stroke([(x, y - size * 0.24), (x + side * size * 0.46, y + size * 0.02)], 2.0, sheet.tone(rgb("#6b503d")))
    hull = [(-0.5, -0.16), (-0.34, 0.0), (0.34, 0.0), (0.5, -0.16), (0.3, -0.12), (-0.3, -0.12)]
    sheet.polygon([(x + dx * size, y + dy * size) for dx, dy in hull], wood)


def swan(sheet: Sheet, foot: Point, size: float) -> None:
    """Set a swan on the water."""
    (x, y), white, side = foot, sheet.tone(rgb("#fbfaf5")), sheet.rng.choice((-1, 1))
    sheet.disc((x, y - size * 0.14), size * 0.34, white, 0.46)
    sheet.polygon(
        [(x - side * size * 0.28, y - size * 0.16), (x - side * size * 0.5, y - size * 0.3), (x, y - size * 0.26)],
        white,
    )
    neck = [(x + side * size * 0.26, y - size * 0.16), (x + side * size * 0.38, y - size * 0.4)]
    neck += [(x + side * size * 0.3, y - size * 0.56), (x + side * size * 0.38, y - size * 0.62)]
    sheet.stroke(neck, size * 0.085, white)
    sheet.polygon(
        [
            (x + side * size * 0.36, y - size * 0.66),
            (x + side * size * 0.52, y - size * 0.58),
            (x + side * size * 0.36, y - size * 0.57),
        ],
        sheet.tone(rgb("#d98a3d")),
    )
