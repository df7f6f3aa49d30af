"""Colours stay what the photographer saw: profiles are turned into sRGB, then thrown away."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from campaign.pictures.checks import UPLOAD
from campaign.pictures.decoding import decode
from tests.pictures.corpus import SAMPLES, encode
from tests.pictures.profiles import ADOBE_RGB, DISPLAY_P3

Pixel = tuple[int, int, int]


def shown(data: bytes) -> Pixel:
    """The middle of the largest derivative, as a screen without colour management shows it."""
    rendition = next(item for item in decode(data, UPLOAD).renditions if item.type == "image/jpeg")
    picture = Image.open(io.BytesIO(rendition.data))
    assert "icc_profile" not in picture.info
    pixel = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(pixel, tuple)
    return (round(pixel[0]), round(pixel[1]), round(pixel[2]))


def is_near(one: Pixel, other: Pixel, distance: int = 24) -> bool:
    return all(abs(a - b) <= distance for a, b in zip(one, other, strict=True))


def flat(colour: Pixel, mode: str = "RGB") -> Image.Image:
    return Image.new("RGB", (64, 48), colour).convert(mode)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("profile", "stored", "seen"),
    [
        # The numbers of the red and the green of sRGB in the wider spaces.
        (DISPLAY_P3, (234, 51, 35), (255, 0, 0)),
        (DISPLAY_P3, (117, 251, 76), (0, 255, 0)),
        (ADOBE_RGB, (219, 0, 0), (255, 0, 0)),
        (ADOBE_RGB, (144, 255, 60), (0, 255, 0)),
        (DISPLAY_P3, (128, 128, 128), (128, 128, 128)),
    ],
)
def test_wide_colours_are_turned_into_those_of_screens(form: str, profile: bytes, stored: Pixel, seen: Pixel) -> None:
    plain = encode(flat(stored), form, quality=95)
    assert is_near(shown(plain), stored)
    assert is_near(shown(encode(flat(stored), form, quality=95, icc_profile=profile)), seen)


def test_heic_of_a_phone_keeps_its_colours() -> None:
    assert is_near(shown((SAMPLES / "display-p3.heic").read_bytes()), (255, 0, 0))


def test_transparent_pictures_keep_their_colours_and_stand_on_white() -> None:
    picture = flat((234, 51, 35), "RGBA")
    assert is_near(shown(encode(picture, "PNG", icc_profile=DISPLAY_P3)), (255, 0, 0))
    picture.putalpha(0)
    assert is_near(shown(encode(picture, "PNG", icc_profile=DISPLAY_P3)), (255, 255, 255))


@pytest.mark.parametrize(
    "profile",
    [b"x", bytes(128), bytes(5000), DISPLAY_P3[:200], DISPLAY_P3[:-40], DISPLAY_P3[:128] + b"\xff" * 300],
    ids=["a byte", "a head", "zeros", "cut", "without its end", "a wild table"],
)
def test_a_broken_profile_costs_no_picture(profile: bytes) -> None:
    assert is_near(shown(encode(flat((200, 100, 50)), "PNG", icc_profile=profile)), (200, 100, 50))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_profile_of_another_space_is_not_applied(mode: str) -> None:
    picture = flat((120, 120, 120), mode)
    with_profile = encode(picture, "JPEG", quality=95, icc_profile=DISPLAY_P3)
    assert is_near(shown(with_profile), shown(encode(picture, "JPEG", quality=95)), 2)


def test_sixteen_bits_become_eight_and_not_white() -> None:
    assert is_near(shown(encode(Image.new("I;16", (64, 48), 0x8000), "PNG")), (128, 128, 128), 2)
