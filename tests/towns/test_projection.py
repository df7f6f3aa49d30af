"""The map's projection and outline."""

import math
import re
from importlib import resources

import pytest

from campaign.towns.gazetteer import load_gazetteer
from campaign.towns.projection import HEIGHT, VIEW_BOX, outline_path, project


def _outline_points() -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", outline_path())]


def _is_inside(x: float, y: float, ring: list[tuple[float, float]]) -> bool:
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


def _distance(x: float, y: float, ring: list[tuple[float, float]]) -> float:
    return min(_to_side(x, y, start, end) for start, end in zip(ring, ring[1:] + ring[:1], strict=True))


def _to_side(x: float, y: float, start: tuple[float, float], end: tuple[float, float]) -> float:
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length if length else 0.0
    share = max(0.0, min(1.0, share))
    return math.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1])


def test_the_map_is_a_thousand_units_wide() -> None:
    left, top, width, height = map(float, VIEW_BOX.split())
    assert (left, top, width, height) == (0, 0, 1000, HEIGHT)


def test_north_is_up_and_east_is_right() -> None:
    nordhausen, sonneberg = project(51.50, 10.79), project(50.36, 11.17)
    eisenach, altenburg = project(50.97, 10.32), project(50.99, 12.43)
    assert nordhausen[1] < sonneberg[1]
    assert eisenach[0] < altenburg[0]


def test_a_kilometre_is_as_long_to_the_north_as_to_the_east() -> None:
    lat, lon = 50.922, 11.0
    x, y = project(lat, lon)
    north = y - project(lat + 1 / 111.2, lon)[1]
    east = project(lat, lon + 1 / (111.2 * math.cos(math.radians(lat))))[0] - x
    assert north == pytest.approx(east, rel=0.001)


def test_the_whole_outline_lies_on_the_map() -> None:
    outside = [(x, y) for x, y in _outline_points() if not (0 <= x <= 1000 and 0 <= y <= HEIGHT)]
    assert outside == []


def test_the_outline_is_one_closed_ring() -> None:
    assert re.fullmatch(r"M[\d. L]+Z", outline_path()) is not None
    assert len(_outline_points()) > 100


def test_the_outline_file_stays_small() -> None:
    size = len(resources.files("campaign.towns").joinpath("data", "outline.json").read_bytes())
    assert size <= 6 * 1024


def test_every_place_lies_inside_the_outline_or_at_its_very_edge() -> None:
    ring = _outline_points()
    spots = [(place.name, *project(place.lat, place.lon)) for place in load_gazetteer().municipalities]
    # Natural Earth draws the border up to 2.3 km too far inside; a unit of the map is 0.2 km.
    strays = [name for name, x, y in spots if not _is_inside(x, y, ring) and _distance(x, y, ring) > 12]
    assert strays == []
