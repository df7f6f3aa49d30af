"""Pictures that somebody changed are found again; different pictures are not taken for one."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from itertools import permutations, product
from math import cos, pi
from random import Random

import pytest
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from campaign.demo.drawing import SUBJECTS, draw
from campaign.pictures.perception import hashes_of, look_of, views_of
from campaign.pictures.renditions import LOOK_BYTES
from campaign.pictures.similarity import PART_HASHES, THRESHOLD, Views, distance_of

Attack = Callable[[Image.Image], Image.Image]


def encoded(picture: Image.Image, form: str, quality: int) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, form, quality=quality)
    return Image.open(stream).convert("RGB")


def cropped(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """The picture without these shares of its sides."""
    wide, high = picture.size
    return picture.crop((round(left * wide), round(top * high), round((1 - right) * wide), round((1 - bottom) * high)))


def anyhow_cropped(picture: Image.Image) -> Image.Image:
    """Up to 15 % gone from each side, on each another share."""
    shares = Random(str(picture.getpixel((5, 5)))).choices(range(16), k=4)
    return cropped(picture, *(share / 100 for share in shares))


def square(picture: Image.Image) -> Image.Image:
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))


def posted_again(picture: Image.Image) -> Image.Image:
    """Cropped, brighter, smaller and encoded badly: what an app and a person make of a picture."""
    part = ImageEnhance.Brightness(cropped(picture, 0.04, 0.09, 0.02, 0.06)).enhance(1.1)
    return encoded(part.resize((part.width * 2 // 3, part.height * 2 // 3)), "JPEG", 45)


ATTACKS: Mapping[str, tuple[Attack, float]] = {
    # what was done, and the share that is found at least
    "JPEG of quality 40": (lambda picture: encoded(picture, "JPEG", 40), 1.0),
    "WebP of quality 50": (lambda picture: encoded(picture, "WEBP", 50), 1.0),
    "half the size": (lambda picture: picture.resize((picture.width // 2, picture.height // 2)), 1.0),
    "15 % brighter": (lambda picture: ImageEnhance.Brightness(picture).enhance(1.15), 1.0),
    "25 % more contrast": (lambda picture: ImageEnhance.Contrast(picture).enhance(1.25), 1.0),
    "black and white": (lambda picture: picture.convert("L").convert("RGB"), 1.0),
    "5 % off each side": (lambda picture: cropped(picture, 0.05, 0.05, 0.05, 0.05), 0.95),
    "10 % off each side": (lambda picture: cropped(picture, 0.1, 0.1, 0.1, 0.1), 0.85),
    "15 % off each side": (lambda picture: cropped(picture, 0.15, 0.15, 0.15, 0.15), 0.95),
    "15 % off the left": (lambda picture: cropped(picture, 0.15, 0, 0, 0), 0.95),
    "12 % off a corner": (lambda picture: cropped(picture, 0.12, 0.12, 0, 0), 0.9),
    "each side anyhow": (anyhow_cropped, 0.9),
    "cut to a square": (square, 0.8),
    "4:3 cut to 4:5": (lambda picture: cropped(picture, 0.2, 0, 0.2, 0), 0.95),
    "3:2 cut to 4:5": (lambda picture: cropped(picture, 0.233, 0, 0.233, 0), 0.95),
    "3:2 cut to 3:4": (lambda picture: cropped(picture, 0.25, 0, 0.25, 0), 0.9),
    "the left square of 3:2": (lambda picture: cropped(picture, 0, 0, 0.333, 0), 0.95),
    "the right square of 3:2": (lambda picture: cropped(picture, 0.333, 0, 0, 0), 0.95),
    "the left square of 4:3": (lambda picture: cropped(picture, 0, 0, 0.25, 0), 0.9),
    "20 % off one side": (lambda picture: cropped(picture, 0.2, 0, 0, 0), 0.95),
    "all of it": (posted_again, 0.95),
}


@pytest.fixture(scope="module")
def originals() -> list[Image.Image]:
    """Two drawn views of each subject, and pictures without a subject."""
    views = [draw(seed, width=360) for seed in range(2 * len(SUBJECTS))]
    return [*views, *(texture(seed) for seed in range(12))]


@pytest.fixture(scope="module")
def views(originals: list[Image.Image]) -> list[Views]:
    return [views_of(look_of(picture)) for picture in originals]


@pytest.fixture(scope="module")
def hashes(originals: list[Image.Image]) -> list[tuple[int, ...]]:
    return [hashes_of(look_of(picture)) for picture in originals]


def texture(seed: int) -> Image.Image:
    """Soft spots, as of clouds, leaves or a meadow: noise of one of three sizes over a gradient."""
    rng = Random(seed)
    side = (6, 9, 14)[seed % 3]
    noise = Image.frombytes("RGB", (side, side), rng.randbytes(3 * side * side))
    spots = noise.resize((360, 240), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(2))
    return Image.blend(spots, Image.linear_gradient("L").resize((360, 240)).convert("RGB"), 0.3)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_changed_picture_is_found_by_its_original_and_the_other_way_round(
    name: str, originals: list[Image.Image], views: list[Views], hashes: list[tuple[int, ...]]
) -> None:
    attack, least = ATTACKS[name]
    later = earlier = 0
    for picture, original_views, original_hashes in zip(originals, views, hashes, strict=True):
        look = look_of(attack(picture))
        later += distance_of(views_of(look), *original_hashes) <= THRESHOLD
        earlier += distance_of(original_views, *hashes_of(look)) <= THRESHOLD
    print(f"{name}: {later} and {earlier} of {len(originals)}")
    assert min(later, earlier) >= least * len(originals)


def test_different_pictures_are_hardly_ever_taken_for_one(views: list[Views], hashes: list[tuple[int, ...]]) -> None:
    pairs = list(permutations(range(len(views)), 2))
    near = [(one, other) for one, other in pairs if distance_of(views[one], *hashes[other]) <= THRESHOLD]
    print(f"{len(near)} of {len(pairs)} pairs")
    assert len(near) <= len(pairs) / 1000


def test_the_hashes_of_a_picture_are_its_first_views() -> None:
    look = look_of(draw(3, width=240))
    views = views_of(look)
    assert hashes_of(look)[:2] == (views.wholes[0], views.centres[0])
    assert len(hashes_of(look)) == 2 + PART_HASHES


def test_hashes_are_the_same_on_every_machine() -> None:
    look = bytes((x * 7 + y * y * 3) % 256 for y in range(96) for x in range(96))
    assert [f"{value:016x}" for value in hashes_of(look)[:2]] == ["4155e0a241c21203", "c42930bd2dbd6471"]


def test_the_bits_are_the_signs_of_the_lowest_frequencies() -> None:
    square = ImageOps.equalize(draw(5, width=240).convert("L").resize((96, 96), Image.Resampling.BOX))
    cells = square.resize((16, 16), Image.Resampling.BOX).tobytes()
    waves = [[cos(pi * (2 * x + 1) * u / 32) for x in range(16)] for u in range(16)]

    def coefficient(u: int, v: int) -> float:
        return sum(cells[16 * y + x] * waves[u][x] * waves[v][y] for y in range(16) for x in range(16))

    lowest = sorted(product(range(16), repeat=2), key=lambda uv: (uv[0] ** 2 + uv[1] ** 2, uv))[1:65]
    whole, *_ = hashes_of(look_of(draw(5, width=240)))
    wrong = [coefficient(*uv) for bit, uv in enumerate(lowest) if (coefficient(*uv) > 0) != bool(whole >> bit & 1)]
    # The rounded cosines may turn what is all but zero.
    assert [value for value in wrong if abs(value) > 30] == []


def test_a_plain_picture_is_like_nothing() -> None:
    look = look_of(Image.new("RGB", (300, 200), "#7db0dd"))
    assert (hashes_of(look), views_of(look)) == ((), Views((), ()))


def test_a_look_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError):
        hashes_of(bytes(LOOK_BYTES - 1))
