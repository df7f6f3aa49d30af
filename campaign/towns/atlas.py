"""The map of Thuringia: where each town's sign stands and how large it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaign.towns.models import Town
from campaign.towns.projection import VIEW_BOX, outline_path, project

NAMED_FROM = 34_000
SIGN_SHAPE = 1.5


@dataclass(frozen=True)
class Mark:
    """A small sign: centre, width and height in units of the map; `views` counts the public entries."""

    town: Town
    x: float
    y: float
    width: float
    height: float
    views: int
    named: bool


@dataclass(frozen=True)
class Atlas:
    """Everything that the map's template draws."""

    view_box: str
    outline: str
    towns: Sequence[Mark]


def atlas(towns: Iterable[Town], views: Mapping[str, int], size_classes: Sequence[int], unit: float = 13) -> Atlas:
    """Return the map; the signs grow with the towns' size classes, those with views lie on top."""
    marks = [_mark(town, views.get(town.ags, 0), bisect_left(size_classes, town.population), unit) for town in towns]
    marks.sort(key=lambda mark: (mark.views > 0, mark.height, mark.y))
    return Atlas(VIEW_BOX, outline_path(), marks)


def _mark(town: Town, views: int, size_class: int, unit: float) -> Mark:
    x, y = project(town.lat, town.lon)
    height = unit * (1 + 0.4 * size_class)
    return Mark(
        town=town,
        x=round(x, 1),
        y=round(y, 1),
        width=round(height * SIGN_SHAPE, 1),
        height=round(height, 1),
        views=views,
        named=town.population >= NAMED_FROM,
    )
