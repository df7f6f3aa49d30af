"""Degrees to the units of the map: plate carrée with the aspect of Thuringia's middle latitude."""

import json
import math
from functools import cache
from importlib import resources

WIDTH = 1000.0
MARGIN = 12.0
# The state's extent in degrees (WGS84), from the outline in data/outline.json.
WEST, EAST, SOUTH, NORTH = 9.878, 12.647, 50.207, 51.637

_SCALE_X = (WIDTH - 2 * MARGIN) / (EAST - WEST)
_SCALE_Y = _SCALE_X / math.cos(math.radians((SOUTH + NORTH) / 2))
HEIGHT = round((NORTH - SOUTH) * _SCALE_Y + 2 * MARGIN, 1)

VIEW_BOX = f"0 0 {WIDTH:g} {HEIGHT:g}"


def project(lat: float, lon: float) -> tuple[float, float]:
    """Return x to the right and y downwards, in units of `VIEW_BOX`, for WGS84 degrees.

    Equirectangular projection with the standard parallel in the middle of the state:
    a kilometre is equally long in both directions there.
    """
    return MARGIN + (lon - WEST) * _SCALE_X, MARGIN + (NORTH - lat) * _SCALE_Y


@cache
def outline_path() -> str:
    """Return the outline of Thuringia as SVG path data in units of `VIEW_BOX`."""
    source = resources.files("campaign.towns").joinpath("data").joinpath("outline.json")
    rings = json.loads(source.read_text(encoding="utf-8"))
    return "".join(_ring_path(ring) for ring in rings)


def _ring_path(ring: list[list[float]]) -> str:
    points = (project(lat, lon) for lon, lat in ring)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
