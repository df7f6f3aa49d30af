"""Parts of a picture are destroyed for good, in the sandbox; the rest stays as it is."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops, ImageStat

from campaign.demo.drawing import SUBJECTS, draw
from campaign.pictures.areas import Area, Shape, box_of
from campaign.pictures.blurring import CELLS, blur
from campaign.pictures.checks import PictureRefused
from campaign.pictures.perception import hashes_of, look_of, views_of
from campaign.pictures.renditions import BLURRED_EDGE
from campaign.pictures.sandbox import Sandbox
from campaign.pictures.similarity import THRESHOLD, distance_of
from tests.pictures.portraits import portrait

FACE = Area(Shape.RECTANGLE, 4000, 2000, 2000, 5000)
OVAL = Area(Shape.ELLIPSE, 4000, 2000, 2000, 5000)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    running = Sandbox()
    yield running
    running.close()


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def test_the_rest_of_the_picture_stays_as_it_was(sandbox: Sandbox) -> None:
    before = opened(portrait())
    after = opened(sandbox.blur(saved(before), [FACE]))
    box = box_of(FACE, *before.size)
    for one in (before, after):
        one.paste((0, 0, 0), (box[0] - 8, box[1] - 8, box[2] + 8, box[3] + 8))
    worst = ImageStat.Stat(ImageChops.difference(before, after)).extrema
    assert (after.size, max(high for _, high in worst) <= 12) == (before.size, True)


def test_inside_nothing_is_left_but_a_handful_of_means(sandbox: Sandbox) -> None:
    before = noise(500, 400)
    after = opened(sandbox.blur(saved(before), [FACE]))
    box = box_of(FACE, *before.size)
    loud, calm = (ImageStat.Stat(one.crop(box).convert("L")).stddev[0] for one in (before, after))
    assert (loud > 40, calm < 4) == (True, True)


@pytest.mark.parametrize("shape", list(Shape))
def test_pictures_of_the_same_means_become_the_same_so_that_nobody_can_tell_which_it_was(shape: Shape) -> None:
    picture, other = noise(400, 200), noise(400, 200)
    area = Area(shape, 1000, 1000, 5000, 5000)
    left, top, right, bottom = box_of(area, *picture.size)
    cell = (bottom - top) // CELLS
    for x in range(left, right, cell):
        for y in range(top, bottom, cell):
            part = other.crop((x, y, x + cell, y + cell))
            other.paste(part.transpose(Image.Transpose.ROTATE_180), (x, y))
    assert picture.tobytes() != other.tobytes()
    blur(picture, [area])
    blur(other, [area])
    # The largest rectangle within an ellipse.
    inside = (left + 30, top + 15, right - 30, bottom - 15)
    assert picture.crop(inside).tobytes() == other.crop(inside).tobytes()


def test_the_corners_around_an_ellipse_stay() -> None:
    picture = noise(300, 200)
    before = picture.copy()
    blur(picture, [OVAL])
    left, top, right, bottom = box_of(OVAL, *picture.size)
    corner, middle = (left, top, left + 4, top + 4), (left + 20, top + 40, right - 20, bottom - 40)
    assert picture.crop(corner).tobytes() == before.crop(corner).tobytes()
    assert ImageStat.Stat(picture.crop(middle).convert("L")).stddev[0] < 8


def test_a_small_area_is_as_coarse_as_a_large_one() -> None:
    picture = noise(300, 200)
    small = Area(Shape.RECTANGLE, 5000, 5000, 600, 800)
    blur(picture, [small])
    assert ImageStat.Stat(picture.crop(box_of(small, 300, 200)).convert("L")).stddev[0] < 12


def test_a_turned_picture_comes_out_upright_and_without_metadata(sandbox: Sandbox) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "DJI", {1: "N", 2: (50.0, 58.0, 0.0)}
    data = saved(noise(300, 200), "JPEG", exif=exif, comment=b"Anna", icc_profile=None)
    made = Image.open(io.BytesIO(sandbox.blur(data, [FACE])))
    assert (made.size, dict(made.getexif()), made.info.get("comment")) == ((200, 300), {}, None)


def test_a_very_large_picture_is_kept_at_the_size_of_a_poster(sandbox: Sandbox) -> None:
    data = saved(Image.new("RGB", (6000, 3000), "grey"), "JPEG")
    assert opened(sandbox.blur(data, [FACE])).size == (BLURRED_EDGE, BLURRED_EDGE // 2)


@pytest.mark.parametrize("seed", range(0, len(SUBJECTS), 3))
def test_the_blurred_picture_is_still_found_by_its_likeness(seed: int) -> None:
    view = draw(seed, width=600)
    blurred = view.copy()
    blur(blurred, [Area(Shape.ELLIPSE, left, 6000, 800, 1200) for left in (1000, 4000, 7000)])
    assert distance_of(views_of(look_of(view)), *hashes_of(look_of(blurred))) <= THRESHOLD


def test_what_is_no_picture_is_refused(sandbox: Sandbox) -> None:
    for data in (b"", b"%PDF-1.7", portrait()[:400]):
        with pytest.raises(PictureRefused):
            sandbox.blur(data, [FACE])


def test_the_process_goes_on_after_all_kinds_of_questions(sandbox: Sandbox) -> None:
    data = portrait()
    sandbox.decode(data)
    pid = sandbox.pid
    sandbox.blur(data, [FACE])
    sandbox.find_faces(data)
    assert (sandbox.decode(data).width, sandbox.pid) == (900, pid)
