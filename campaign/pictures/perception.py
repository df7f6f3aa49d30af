"""What a picture looks like, as 64-bit numbers that survive a new encoding, another size and a crop.

Written on Pillow alone: the usual package for it brings numpy and scipy, 179 MB, and has one hash for the whole
picture, which a crop of 5 % on each side changes beyond recognition. So a picture that comes in is tried in many crops
against the pictures that are there, and the centre of each of those is looked for where it would lie in this one. Of a
wide picture Instagram leaves less than that centre: the parts that are likely to be left are kept with each picture.

The hash is that of C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), 3.2.1, with
three changes that the measurements asked for: the signs of the 64 lowest frequencies without the constant one, so that
no median is needed; integers throughout, so that every machine gives the same; brightness is evened out before, or all
night skies would be alike. All crops are transformed at once, side by side in large integers.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from itertools import islice, product
from operator import add, mul, sub
from typing import Final

from PIL import Image, ImageOps

from campaign.pictures.renditions import LOOK_SIDE
from campaign.pictures.similarity import BITS, Views

Crop = tuple[float, float, float, float]
Box = tuple[float, float, float, float]

# A picture whose greys are all this close shows nothing that could be recognised.
PLAIN: Final = 8
# What may have been cut from the left, top, right and bottom. A hash forgives 3.5 % on each side, so that all up to
# 17 % is covered; those with 19 % make a square of 3:2 and 2:3, those with 23 % one of 4:3 at one end.
_CUTS: Final = (0.0, 0.07, 0.14)
CROPS: Final[tuple[Crop, ...]] = (
    *product(_CUTS, _CUTS, _CUTS, _CUTS),
    (0.19, 0.0, 0.19, 0.0),
    (0.0, 0.19, 0.0, 0.19),
    (0.23, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.23, 0.0),
)
# What leaves less than the centre: 3:2 and 4:3 cut to 4:5 and 3:4, and 3:2 to a square at one end.
DEEP_CROPS: Final[tuple[Crop, ...]] = (
    (0.22, 0.0, 0.22, 0.0),
    (0.25, 0.0, 0.25, 0.0),
    (0.28, 0.0, 0.0, 0.0),
    (0.33, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.28, 0.0),
    (0.0, 0.0, 0.33, 0.0),
)
# The parts that are kept, and what a picture that is one may have more than it.
PARTS: Final[tuple[Crop, ...]] = ((0.24, 0.0, 0.24, 0.0), (0.32, 0.0, 0.0, 0.0), (0.0, 0.0, 0.32, 0.0))
PART_CROPS: Final[tuple[Crop, ...]] = (
    (0.0, 0.0, 0.0, 0.0),
    (0.06, 0.0, 0.06, 0.0),
    (0.06, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.06, 0.0),
)
# What is left of a picture's centre when this much of each side is away.
MARGIN: Final = 0.18

_NOTHING_CUT: Final[Crop] = (0.0, 0.0, 0.0, 0.0)
_CELLS: Final = 16
_HALF: Final = _CELLS // 2
_BY_HEIGHT: Final = sorted(product(range(_CELLS), repeat=2), key=lambda uv: (uv[0] ** 2 + uv[1] ** 2, uv))
_FREQUENCIES: Final = _BY_HEIGHT[1 : BITS + 1]
_HIGHEST: Final = max(max(uv) for uv in _FREQUENCIES)
# Half of each row is enough: even frequencies are symmetric, odd ones antisymmetric.
_COSINES: Final = [
    [round(1024 * math.cos(math.pi * (2 * x + 1) * u / (2 * _CELLS))) for x in range(_HALF)]
    for u in range(_HIGHEST + 1)
]
# Coefficients stay below 2 ** 36 (255 * 16 * 16 * 1024 * 1024); with this added, bit 40 tells their sign.
_SIGN: Final = 40


def look_of(picture: Image.Image) -> bytes:
    """Return a picture (mode RGB or L) as a square of greys: `LOOK_BYTES`, row by row from the top."""
    return picture.convert("L").resize((LOOK_SIDE, LOOK_SIDE), Image.Resampling.BOX).tobytes()


def hashes_of(look: bytes) -> tuple[int, ...]:
    """Return the hashes of the whole, of the centre and of the parts; none for a picture that shows nothing.

    Raises:
        ValueError: the look has another size than `LOOK_BYTES`.
    """
    square = _evened(look)
    return _hashes(square, [_cropped(_NOTHING_CUT), _centre(_NOTHING_CUT), *map(_cropped, PARTS)]) if square else ()


def views_of(look: bytes) -> Views:
    """Return what a picture asks with: its crops, and the centres and parts of pictures that it may be a crop of.

    Raises:
        ValueError: the look has another size than `LOOK_BYTES`.
    """
    square = _evened(look)
    if square is None:
        return Views((), ())
    boxes = [*map(_cropped, CROPS + DEEP_CROPS), *map(_centre, CROPS), *map(_cropped, PART_CROPS)]
    hashes = iter(_hashes(square, boxes))
    wholes, centres = (tuple(islice(hashes, count)) for count in (len(CROPS + DEEP_CROPS), len(CROPS)))
    return Views(wholes, centres, tuple(hashes))


def _evened(look: bytes) -> Image.Image | None:
    """Return the square with its brightness spread evenly, or None when it is plain."""
    square = Image.frombytes("L", (LOOK_SIDE, LOOK_SIDE), look)
    return ImageOps.equalize(square) if max(look) - min(look) >= PLAIN else None


def _cropped(crop: Crop) -> Box:
    """Return the part of the square that is left after the crop."""
    left, top, right, bottom = crop
    return left * LOOK_SIDE, top * LOOK_SIDE, (1 - right) * LOOK_SIDE, (1 - bottom) * LOOK_SIDE


def _centre(crop: Crop) -> Box:
    """Return where the centre of the picture lies of which the square is this crop."""
    left, top, right, bottom = crop
    x, wide = _within(left, right)
    y, high = _within(top, bottom)
    return x, y, wide, high


def _within(before: float, after: float) -> tuple[float, float]:
    scale = LOOK_SIDE / (1 - before - after)
    return max(0.0, (MARGIN - before) * scale), min(LOOK_SIDE, (1 - MARGIN - before) * scale)


def _hashes(square: Image.Image, boxes: Sequence[Box]) -> tuple[int, ...]:
    """Return the hash of each part of the square: a bit for each frequency, set where it is positive."""
    count = len(boxes)
    ones = int.from_bytes(b"\1\0\0\0\0\0\0\0" * count, "little")
    bits = 0
    for place, frequency in enumerate(_frequencies(_lanes(square, boxes))):
        bits |= ((frequency + (ones << _SIGN)) >> _SIGN & ones) << place
    return struct.unpack(f"<{count}Q", bits.to_bytes(8 * count, "little"))


def _lanes(square: Image.Image, boxes: Sequence[Box]) -> list[int]:
    """Return for each of 16 by 16 cells its grey in all parts: 64 bits a part, side by side in one integer."""
    cells = b"".join(square.resize((_CELLS, _CELLS), Image.Resampling.BOX, box=box).tobytes() for box in boxes)
    lanes = []
    for cell in range(_CELLS * _CELLS):
        spaced = bytearray(8 * len(boxes))
        spaced[::8] = cells[cell :: _CELLS * _CELLS]
        lanes.append(int.from_bytes(spaced, "little"))
    return lanes


def _frequencies(lanes: Sequence[int]) -> Iterator[int]:
    """Yield the 64 lowest coefficients of the two-dimensional cosine transform (DCT-II), for all parts at once."""
    rows = [_transformed(lanes[start : start + _CELLS]) for start in range(0, len(lanes), _CELLS)]
    columns = [_transformed(column) for column in zip(*rows, strict=True)]
    return (columns[u][v] for u, v in _FREQUENCIES)


def _transformed(values: Sequence[int]) -> list[int]:
    """Return the lowest coefficients of 16 values, each 1024 times as large."""
    first, last = values[:_HALF], values[: _HALF - 1 : -1]
    folded = list(map(add, first, last)), list(map(sub, first, last))
    return [sum(map(mul, cosines, folded[u % 2])) for u, cosines in enumerate(_COSINES)]
