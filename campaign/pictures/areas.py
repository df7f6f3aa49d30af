"""Parts of a picture: those that somebody wants to be unrecognisable, and those where faces were found.

All numbers are ten-thousandths of the picture's width or height, so that they hold for each of its sizes.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Final

from campaign.errors import N_, InvalidInput

WHOLE: Final = 10_000
# Half a percent: in what is smaller nobody is recognised anyway.
SMALLEST: Final = 50
MOST: Final = 60
PERCENT: Final = WHOLE // 100

NO_NUMBER: Final = N_("Trag in jedes Feld der Fläche %(place)s eine Zahl zwischen 0 und 100 ein.")
NOTHING: Final = N_("Zeichne zuerst eine Fläche über das, was unkenntlich werden soll.")


class Shape(enum.StrEnum):
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"


@dataclass(frozen=True)
class Area:
    """A part of a picture; an ellipse is named by the rectangle around it."""

    shape: Shape
    left: int
    top: int
    width: int
    height: int


def read_areas(rows: Iterable[Sequence[str]]) -> tuple[Area, ...]:
    """Return the areas of a form, each as its shape and four percentages: left, top, width, height.

    Rows without any number are left out; what reaches over the edge is cut off.

    Raises:
        InvalidInput: there is none, there are too many, a number cannot be read, or an area lies outside.
    """
    typed = [row for row in rows if any(text.strip() for text in row[1:])]
    areas = tuple(_read(place, row) for place, row in enumerate(typed, 1))
    if not areas:
        raise InvalidInput(NOTHING)
    if len(areas) > MOST:
        raise InvalidInput(N_("Das sind zu viele Flächen. Nimm höchstens %(count)s, dafür größere."), count=MOST)
    return areas


def around_faces(faces: Iterable[Sequence[int]]) -> tuple[Area, ...]:
    """Return what to blur of found faces (left, top, width, height): ellipses with hair and chin."""
    return tuple(_grown(*face) for face in faces)


def as_numbers(areas: Iterable[Area]) -> list[list[str | int]]:
    """Return areas as plain values, for JSON."""
    return [list(astuple(area)) for area in areas]


def from_numbers(values: Iterable[Sequence[str | int]]) -> tuple[Area, ...]:
    """Return areas from plain values."""
    return tuple(Area(Shape(str(shape)), *map(int, numbers)) for shape, *numbers in values)


def box_of(area: Area, width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of an area in a picture of this many pixels, rounded outwards."""
    left, top = area.left * width // WHOLE, area.top * height // WHOLE
    right = -(-(area.left + area.width) * width // WHOLE)
    bottom = -(-(area.top + area.height) * height // WHOLE)
    return left, top, min(width, max(right, left + 1)), min(height, max(bottom, top + 1))


def _grown(left: int, top: int, width: int, height: int) -> Area:
    right, bottom = min(WHOLE, left + width + width // 4), min(WHOLE, top + height + height // 5)
    left, top = max(0, left - width // 4), max(0, top - height // 4)
    return Area(Shape.ELLIPSE, left, top, max(SMALLEST, right - left), max(SMALLEST, bottom - top))


def _read(place: int, row: Sequence[str]) -> Area:
    try:
        shape = Shape(row[0])
        left, top, width, height = (round(float(text.strip().replace(",", ".")) * PERCENT) for text in row[1:])
    except (ValueError, OverflowError) as error:
        raise InvalidInput(NO_NUMBER, place=place) from error
    right, bottom = min(WHOLE, left + width), min(WHOLE, top + height)
    left, top = max(0, left), max(0, top)
    if min(right - left, bottom - top) < SMALLEST or max(width, height) > WHOLE:
        raise InvalidInput(N_("Die Fläche %(place)s liegt nicht im Bild oder ist zu klein."), place=place)
    return Area(shape, left, top, right - left, bottom - top)
