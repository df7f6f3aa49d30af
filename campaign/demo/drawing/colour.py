"""Colour arithmetic for the paper-cut pictures; plain 8-bit sRGB triples."""

from random import Random

RGB = tuple[int, int, int]


def rgb(code: str) -> RGB:
    """Return the colour of a `#rrggbb` code."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def palette(codes: str) -> tuple[RGB, ...]:
    """Return the colours of several `#rrggbb` codes parted by spaces."""
    return tuple(rgb(code) for code in codes.split())


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """Return the colour that lies `share` (0 to 1) of the way from the first to the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def under(colour: RGB, light: RGB) -> RGB:
    """Return the colour as it looks in coloured light (multiplied)."""
    red, green, blue = (a * b // 255 for a, b in zip(colour, light, strict=True))
    return red, green, blue


def jitter(colour: RGB, rng: Random, spread: int) -> RGB:
    """Return the colour with a small change of lightness and of each channel."""
    step = rng.uniform(-spread, spread)
    red, green, blue = (max(0, min(255, round(c + step + rng.uniform(-spread, spread) / 3))) for c in colour)
    return red, green, blue


def lighter(colour: RGB, share: float) -> RGB:
    """Return the colour mixed with white."""
    return mix(colour, (255, 255, 255), share)


def darker(colour: RGB, share: float) -> RGB:
    """Return the colour mixed with black."""
    return mix(colour, (0, 0, 0), share)
