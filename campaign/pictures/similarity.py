"""Which of very many pictures look like this one: a search over 64-bit hashes, in memory.

A stored picture has a hash of its whole, one of its centre and some of its parts. A picture that is asked about has
many: what its whole would be after this or that crop, where the centre of a larger picture would lie in it, and how
such a part would look. It is like a stored one when one of them differs from its counterpart in at most `THRESHOLD` of
64 bits. `perception` makes the hashes.

The index keeps the hashes as 64 planes, one a bit: plane 7 holds bit 7 of every picture, side by side in one large
integer. A few hundred operations on such integers count the differing bits of all pictures at once. Hashes that are
asked together and differ little are first counted together, over the bits that they share: what differs there in more
than the threshold is near to none of them. Families of such groups share a part of that work.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

BITS: Final = 64
# How many hashes of parts are kept with a picture, besides those of its whole and of its centre.
PART_HASHES: Final = 3
# Measured: as near are 6 of 42,230 pairs of different drawn views; of pictures encoded anew, resized, made brighter or
# darker all are found, of cropped ones 91 to 100 %, as the crop may be.
THRESHOLD: Final = 10
# How many bits may differ within a group: fewer make more groups, more let more pictures through to the comparison.
SPREAD: Final = 18
FAMILY_SPREAD: Final = 30

_ALL: Final = (1 << BITS) - 1
_BIT_OF: Final = tuple(bytes(48 + (value >> bit & 1) for value in range(256)) for bit in range(8))
_NOT_NULL: Final = re.compile(rb"[^\0]")


@dataclass(frozen=True)
class Views:
    """What a picture asks with: hashes to hold against the wholes, the centres and the parts of others."""

    wholes: tuple[int, ...]
    centres: tuple[int, ...]
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Near:
    """A picture found, and by how many of 64 bits it differs."""

    number: int
    distance: int


def distance_of(views: Views, whole: int, centre: int, *parts: int) -> int:
    """Return by how many of 64 bits a picture with these hashes differs from what is asked."""
    of_parts = (_nearest(views.parts, part) for part in parts)
    return min(_nearest(views.wholes, whole), _nearest(views.centres, centre), *of_parts)


class SimilarityIndex:
    """Pictures by their hashes; grows only. One number may stand for several sets of hashes."""

    def __init__(self) -> None:
        self._wholes, self._centres, self._parts = _Shelf(), _Shelf(), _Shelf()

    def __len__(self) -> int:
        return len(self._wholes)

    def add(self, number: int, whole: int, centre: int, *parts: int) -> None:
        """Add a picture with the hashes of its whole, of its centre and of its parts."""
        self._wholes.add(number, whole)
        self._centres.add(number, centre)
        for part in parts:
            self._parts.add(number, part)

    def near(self, views: Views, threshold: int = THRESHOLD) -> list[Near]:
        """Return the pictures that differ in at most `threshold` bits, the nearest first, each number once."""
        found: dict[int, int] = {}
        shelves = (self._wholes, views.wholes), (self._centres, views.centres), (self._parts, views.parts)
        for shelf, asked in shelves:
            for number, distance in shelf.near(asked, threshold):
                found[number] = min(distance, found.get(number, BITS))
        return [Near(number, distance) for number, distance in sorted(found.items(), key=lambda item: item[::-1])]


class _Shelf:
    """Hashes, and of which picture each is; its place is the order of adding."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._hashes = array("Q")
        self._sliced = 0
        # For each bit the pictures that have it, and those that have it not.
        self._with, self._without = [0] * BITS, [0] * BITS

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, number: int, value: int) -> None:
        self._numbers.append(number)
        self._hashes.append(value)

    def near(self, asked: Sequence[int], threshold: int) -> Iterator[tuple[int, int]]:
        """Yield number and distance of what is near to one of these hashes, a number perhaps more than once."""
        self._slice()
        everything = (1 << self._sliced) - 1
        for family in grouped(asked, FAMILY_SPREAD):
            shared = shared_bits(family)
            counted = total(self._differing(shared, family[0]))
            for group in grouped(family, SPREAD):
                digits = total(self._differing(shared_bits(group) & ~shared, group[0]), counted)
                for place in places(everything ^ exceeding(digits, threshold, everything)):
                    distance = _nearest(group, self._hashes[place])
                    if distance <= threshold:
                        yield self._numbers[place], distance

    def _differing(self, bits: int, value: int) -> list[int]:
        """Return for each of these bits the places whose hash has another one than the value."""
        return [self._without[bit] if value >> bit & 1 else self._with[bit] for bit in range(BITS) if bits >> bit & 1]

    def _slice(self) -> None:
        """Lay what was added since into the planes."""
        start, end = self._sliced, len(self._hashes)
        if start == end:
            return
        data = b"".join(value.to_bytes(8, "little") for value in self._hashes[start:end])
        block = (1 << (end - start)) - 1
        for bit in range(BITS):
            # The first picture is the lowest digit, so the column is read backwards.
            have = int(data[bit // 8 :: 8][::-1].translate(_BIT_OF[bit % 8]), 2)
            self._with[bit] |= have << start
            self._without[bit] |= (have ^ block) << start
        self._sliced = end


def grouped(hashes: Sequence[int], spread: int) -> list[list[int]]:
    """Return the hashes, each once, in groups whose members differ among themselves in at most `spread` bits."""
    left, groups = list(dict.fromkeys(hashes)), []
    while left:
        group, varying = [left.pop(0)], 0
        while left:
            best = min(left, key=lambda value: (varying | value ^ group[0]).bit_count())
            wider = varying | best ^ group[0]
            if wider.bit_count() > spread:
                break
            varying = wider
            group.append(best)
            left.remove(best)
        groups.append(group)
    return groups


def shared_bits(group: Sequence[int]) -> int:
    """Return the bits that have one value in all these hashes."""
    varying = 0
    for value in group:
        varying |= value ^ group[0]
    return _ALL ^ varying


def total(planes: Sequence[int], counted: Sequence[int] = ()) -> list[int]:
    """Return how many planes have a bit, for every place at once: planes of the binary digits, the lowest first.

    `counted` are the digits of what was counted before. Three planes of one weight become a sum and a carry
    (carry-save adders), until one plane a weight is left.
    """
    digits: list[int] = []
    same = list(planes)
    while same or len(digits) < len(counted):
        same += counted[len(digits) : len(digits) + 1]
        carries = []
        while len(same) > 2:
            one, two, three = same.pop(), same.pop(), same.pop()
            half = one ^ two
            same.append(half ^ three)
            carries.append(one & two | half & three)
        if len(same) == 2:
            carries.append(same[0] & same[1])
            same = [same[0] ^ same[1]]
        digits.append(same[0])
        same = carries
    return digits


def exceeding(digits: Sequence[int], limit: int, everything: int) -> int:
    """Return the places whose number is larger than `limit`; `digits` as `total` gives them."""
    larger, equal = 0, everything
    if limit >= 1 << len(digits):
        return larger
    for place in reversed(range(len(digits))):
        if limit >> place & 1:
            equal &= digits[place]
        else:
            larger |= equal & digits[place]
            equal &= digits[place] ^ everything
    return larger


def places(lanes: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set, the lowest first."""
    data = lanes.to_bytes((lanes.bit_length() + 7) // 8, "little")
    for found in _NOT_NULL.finditer(data):
        start, byte = found.start() * 8, data[found.start()]
        yield from (start + bit for bit in range(8) if byte >> bit & 1)


def _nearest(asked: Sequence[int], value: int) -> int:
    return min(((value ^ one).bit_count() for one in asked), default=BITS)
