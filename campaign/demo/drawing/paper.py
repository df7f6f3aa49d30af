"""Sheets of paper: shapes are cut on a sheet twice as fine as the picture, then laid with shadow, edge and mist.

Lengths are in units of which the picture's short side has 1000, so that every format and size looks alike.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from campaign.demo.drawing.colour import RGB
from campaign.demo.drawing.moods import Mood

Point = tuple[float, float]
FINENESS = 2


@dataclass(frozen=True)
class Frame:
    """Size of the picture in pixels and in units."""

    pixel_width: int
    pixel_height: int

    @property
    def scale(self) -> float:
        """Pixels of the finished picture per unit."""
        return min(self.pixel_width, self.pixel_height) / 1000

    @property
    def width(self) -> float:
        """Width in units."""
        return self.pixel_width / self.scale

    @property
    def height(self) -> float:
        """Height in units."""
        return self.pixel_height / self.scale


class Sheet:
    """One sheet of paper at one depth; what is drawn on it is what remains of it."""

    def __init__(self, frame: Frame, mood: Mood, depth: float, rng: Random) -> None:
        self.frame, self.mood, self.depth, self.rng = frame, mood, depth, rng
        self._factor = frame.scale * FINENESS
        size = frame.pixel_width * FINENESS, frame.pixel_height * FINENESS
        self.ink = Image.new("RGB", size, None)
        self.mask = Image.new("L", size)
        self._ink, self._mask = ImageDraw.Draw(self.ink), ImageDraw.Draw(self.mask)
        self.left, self.top, self.right, self.bottom = frame.width, frame.height, 0.0, 0.0
        self._inked = (0, 0)

    def tone(self, colour: RGB) -> RGB:
        """Return the colour in this sheet's light and air."""
        return self.mood.tone(colour, self.depth)

    def _fine(self, points: Iterable[Point], margin: float = 0) -> list[Point]:
        fine = list(points)
        across, down = [x for x, _ in fine], [y for _, y in fine]
        self.left, self.right = min(self.left, min(across) - margin), max(self.right, max(across) + margin)
        self.top, self.bottom = min(self.top, min(down) - margin), max(self.bottom, max(down) + margin)
        self._flood()
        return [(x * self._factor, y * self._factor) for x, y in fine]

    def _flood(self) -> None:
        """Ink the rows in use, so that smoothed edges never mix with blank paper."""
        top, bottom = max(0, math.floor(self.top * self._factor) - 8), math.ceil(self.bottom * self._factor) + 8
        first, last = self._inked
        if first <= top and bottom <= last:
            return
        colour, wide = self.mood.tone(self.mood.hour.haze, self.depth), self.ink.width
        if first == last:
            first = last = top
        if top < first:
            first, edge = max(0, top - 120), first
            self.ink.paste(colour, (0, first, wide, edge))
        if bottom > last:
            edge, last = last, min(self.ink.height, bottom + 120)
            self.ink.paste(colour, (0, edge, wide, max(edge, last)))
        self._inked = (first, max(last, bottom))

    def polygon(self, points: Iterable[Point], colour: RGB) -> None:
        """Add a filled polygon."""
        corners = self._fine(points)
        self._ink.polygon(corners, fill=colour)
        self._mask.polygon(corners, fill=255)

    def rectangle(self, box: Sequence[float], colour: RGB) -> None:
        """Add a rectangle (left, top, right, bottom)."""
        left, top, right, bottom = box
        if right > left and bottom > top:
            corners = self._fine([(left, top), (right, bottom)])
            self._ink.rectangle(corners, fill=colour)
            self._mask.rectangle(corners, fill=255)

    def wedge(self, top: tuple[float, float, float], foot: tuple[float, float, float], colour: RGB) -> None:
        """Add a trapezoid between two level edges, each given as its middle, its height and half its width."""
        (x0, y0, half0), (x1, y1, half1) = top, foot
        self.polygon([(x0 - half0, y0), (x0 + half0, y0), (x1 + half1, y1), (x1 - half1, y1)], colour)

    def disc(self, centre: Point, radius: float, colour: RGB, flat: float = 1.0) -> None:
        """Add a disc, or an ellipse whose height is `flat` times its width."""
        x, y = centre
        box = self._fine([(x - radius, y - radius * flat), (x + radius, y + radius * flat)])
        self._ink.ellipse(box, fill=colour)
        self._mask.ellipse(box, fill=255)

    def stroke(self, points: Iterable[Point], width: float, colour: RGB) -> None:
        """Add a line of a width in units."""
        pixels = max(1, round(width * self._factor))
        line = self._fine(points, width / 2)
        self._ink.line(line, fill=colour, width=pixels, joint="curve")
        self._mask.line(line, fill=255, width=pixels, joint="curve")

    def arch(self, box: Sequence[float], colour: RGB) -> None:
        """Add a round-headed opening (left, top, right, bottom)."""
        left, top, right, bottom = box
        radius = (right - left) / 2
        rise = min(radius, bottom - top)
        self.disc(((left + right) / 2, top + rise), radius, colour, rise / radius)
        self.rectangle((left, top + rise, right, bottom), colour)

    def cut_arch(self, box: Sequence[float], flat: float = 1.0) -> None:
        """Cut a round-headed hole out of the sheet."""
        left, top, right, bottom = (value * self._factor for value in box)
        rise = min((right - left) / 2 * flat, bottom - top)
        self._mask.ellipse((left, top, right, top + 2 * rise), fill=0)
        self._mask.rectangle((left, top + rise, right, bottom), fill=0)

    def cut(self, points: Iterable[Point]) -> None:
        """Cut a polygon out of the sheet."""
        self._mask.polygon([(x * self._factor, y * self._factor) for x, y in points], fill=0)
