"""Making parts of a picture unrecognisable. Runs in the child process of `sandbox` only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from campaign.pictures.areas import Area, Shape, box_of

# A mosaic alone or a blur alone can be guessed back where much of it is left (Hill et al., "On the (In)effectiveness of
# Mosaicing and Blurring as Tools for Document Redaction", PETS 2016). So first everything but a handful of averages is
# thrown away, then the edges between them.
CELLS: Final = 5
SMALLEST_CELL: Final = 8


def blur(picture: Image.Image, areas: Iterable[Area]) -> None:
    """Replace the areas of a picture (mode RGB) for good: by the means of five cells on the shorter side, softened."""
    for area in areas:
        box = box_of(area, *picture.size)
        part = picture.crop(box)
        cell = max(SMALLEST_CELL, -(-min(part.size) // CELLS))
        cells = max(1, -(-part.width // cell)), max(1, -(-part.height // cell))
        coarse = part.resize(cells, Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)
        picture.paste(coarse.filter(ImageFilter.GaussianBlur(cell / 2)), box[:2], _mask(area.shape, part.size))


def _mask(shape: Shape, size: tuple[int, int]) -> Image.Image:
    if shape is Shape.RECTANGLE:
        return Image.new("L", size, 255)
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=255)
    return mask
