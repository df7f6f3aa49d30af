"""A drawn face that a detector takes for one, so that no photo of anybody is needed."""

from __future__ import annotations

import io
import sys

import pytest
from PIL import Image, ImageDraw, ImageFilter

# The extra knows no newer Python; everywhere else the locked tools of development bring it.
needs_detector = pytest.mark.skipif(sys.version_info >= (3, 14), reason="the extra vision is not made for it")
SKIN, HAIR, WHITE, DARK = (224, 180, 155), (60, 40, 30), (245, 245, 245), (10, 10, 10)


def draw_face(picture: Image.Image, centre: tuple[int, int], scale: float) -> None:
    """Draw a face of about 190 by 250 pixels times `scale`."""
    draw = ImageDraw.Draw(picture)

    def oval(x: float, y: float, wide: float, high: float, colour: tuple[int, int, int]) -> None:
        draw.ellipse(_box(centre, (x - wide, y - high, x + wide, y + high), scale), fill=colour)

    draw.rectangle(_box(centre, (-45, 90, 45, 200), scale), fill=(205, 160, 135))
    oval(0, 260, 170, 110, (60, 70, 100))
    oval(0, -20, 112, 150, HAIR)
    oval(0, 0, 95, 125, SKIN)
    draw.pieslice(_box(centre, (-112, -175, 112, 20), scale), 180, 360, fill=HAIR)
    for side in (-1, 1):
        brow = _box(centre, (side * 40 - 26, -48, side * 40 + 26, -10), scale)
        draw.arc(brow, 200, 340, fill=HAIR, width=max(1, int(7 * scale)))
        oval(side * 40, -15, 20, 10, WHITE)
        oval(side * 40, -15, 9, 9, HAIR)
        oval(side * 40, -15, 4, 4, DARK)
        oval(side * 100, 0, 12, 25, (214, 165, 140))
        oval(side * 55, 35, 22, 16, (232, 165, 145))
        oval(side * 9, 33, 4, 3, (120, 70, 60))
    oval(0, 65, 34, 11, (180, 80, 80))
    lips = _box(centre, (-34, 64, 34, 64), scale)
    draw.line(lips, fill=(110, 40, 45), width=max(1, int(3 * scale)))


def portrait(width: int = 900, height: int = 600, *, faces: int = 1, scale: float = 0.9) -> bytes:
    """A JPEG with faces side by side, softened as a lens does."""
    picture = Image.new("RGB", (width, height), (150, 170, 190))
    for place in range(faces):
        draw_face(picture, (width * (2 * place + 1) // (2 * faces), height * 9 // 20), scale)
    stream = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(3 * scale)).save(stream, "JPEG", quality=92)
    return stream.getvalue()


def _box(
    centre: tuple[int, int], part: tuple[float, float, float, float], scale: float
) -> tuple[float, float, float, float]:
    x, y = centre
    left, top, right, bottom = part
    return x + left * scale, y + top * scale, x + right * scale, y + bottom * scale
