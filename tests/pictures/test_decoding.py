"""Pictures become clean derivatives, or are refused with the reason."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from campaign.demo.drawing import Shot, photo_bytes
from campaign.pictures.checks import DOWNLOAD, UPLOAD, PictureRefused, check_bytes
from campaign.pictures.decoding import decode
from tests.factories import NOW, jpeg
from tests.pictures.bombs import box, png_header
from tests.pictures.corpus import SAMPLES, encode


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def test_three_sizes_in_two_formats_by_the_long_edge() -> None:
    decoded = decode(jpeg(2400, 1600))
    assert sorted((item.size, item.type, item.width, item.height) for item in decoded.renditions) == [
        (320, "image/webp", 320, 213),
        (800, "image/jpeg", 800, 533),
        (800, "image/webp", 800, 533),
        (1600, "image/webp", 1600, 1067),
    ]
    assert (decoded.type, decoded.width, decoded.height) == ("image/jpeg", 2400, 1600)


def test_a_small_picture_is_not_enlarged() -> None:
    assert {(item.width, item.height) for item in decode(jpeg(100, 60)).renditions} == {(100, 60)}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_are_taken_by_their_content(form: str) -> None:
    assert decode(encode(Image.new("RGB", (64, 48), "teal"), form)).type == f"image/{form.lower()}"


@pytest.mark.parametrize("form", ["GIF", "TIFF", "BMP", "PPM"])
def test_other_formats_are_refused_whatever_their_name(form: str) -> None:
    with pytest.raises(PictureRefused, match="kein Bild im Format"):
        decode(encode(Image.new("RGB", (64, 48)), form))


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html></html>", b"GIF89a<script>", b"\xff\xd8\xff"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureRefused):
        decode(data)


@pytest.mark.parametrize("size", [(65535, 65535), (8000, 8000), (30000, 10)])
def test_a_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(PictureRefused) as caught:
        decode(png_header(*size))
    assert str(caught.value) == f"Das Bild hat zu viele Pixel ({size[0]} × {size[1]})."


def test_too_many_bytes_and_too_few_pixels_are_refused() -> None:
    with pytest.raises(PictureRefused, match="größer als 15 MB"):
        decode(b"\xff\xd8\xff" + bytes(DOWNLOAD.max_bytes))
    with pytest.raises(PictureRefused, match="zu klein"):
        decode(jpeg(200, 4))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7, 0.99])
def test_a_truncated_picture_is_refused(share: float) -> None:
    data = encode(Image.effect_noise((300, 200), 60).convert("RGB"), "JPEG")
    with pytest.raises(PictureRefused, match="beschädigt oder unvollständig"):
        decode(data[: int(len(data) * share)])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_stands_upright(orientation: int) -> None:
    upright = Image.new("RGB", (60, 40), "white")
    upright.paste("red", (0, 0, 30, 20))
    turn_back = {
        1: (),
        2: (Image.Transpose.FLIP_LEFT_RIGHT,),
        3: (Image.Transpose.ROTATE_180,),
        4: (Image.Transpose.FLIP_TOP_BOTTOM,),
        5: (Image.Transpose.TRANSPOSE,),
        6: (Image.Transpose.ROTATE_90,),
        7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_270,),
    }
    stored = upright
    for step in turn_back[orientation]:
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    decoded = decode(encode(stored, "JPEG", exif=exif, quality=95))
    assert (decoded.width, decoded.height) == (60, 40)
    picture = opened(decoded.renditions[-1].data)
    assert picture.size == (60, 40)
    red, _, blue = picture.getpixel((5, 5))  # type: ignore[misc]
    assert (red > 200, blue < 90) == (True, True)


def test_broken_exif_costs_no_picture() -> None:
    # Orientation 6, and a tag whose type is not what its number promises.
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0) + struct.pack("<HHI4s", 0xA005, 2, 4, b"ab")
    exif = b"Exif\0\0" + struct.pack("<2sHIH", b"II", 42, 8, 2) + entries + bytes(4)
    decoded = decode(encode(Image.new("RGB", (60, 40), "red"), "JPEG", exif=exif))
    assert (decoded.width, decoded.height) == (40, 60)


def test_the_size_is_that_of_the_original_however_it_was_decoded() -> None:
    decoded = decode(jpeg(4000, 3000))
    assert (decoded.width, decoded.height) == (4000, 3000)
    assert max(item.width for item in decoded.renditions) == 1600


def test_no_derivative_holds_exif_gps_xmp_or_comments() -> None:
    data = photo_bytes(Shot(5, NOW, None, (50.98, 11.03)), width=400)
    original = opened(data)
    assert original.getexif()
    assert b"http://ns.adobe.com/xap/1.0/" in data
    assert original.info["comment"]
    for item in decode(data).renditions:
        derivative = opened(item.data)
        assert dict(derivative.getexif()) == {}
        assert {"exif", "xmp", "comment", "photoshop", "icc_profile"} & set(derivative.info) == set()
        assert b"Exif" not in item.data
        assert b"xap/1.0" not in item.data


def test_heic_is_taken_from_people_and_not_from_instagram() -> None:
    data = (SAMPLES / "plain.heic").read_bytes()
    decoded = decode(data, UPLOAD)
    assert (decoded.type, decoded.width, decoded.height, len(decoded.renditions)) == ("image/heic", 96, 64, 4)
    with pytest.raises(PictureRefused, match="JPEG, PNG oder WebP"):
        decode(data)
    with pytest.raises(PictureRefused, match="JPEG, PNG, WebP oder HEIC"):
        decode(b"GIF89a", UPLOAD)


@pytest.mark.parametrize("brand", ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"])
def test_the_brands_of_heic_are_known(brand: str) -> None:
    assert check_bytes(box(b"ftyp", brand.encode() + bytes(8)), UPLOAD) == "HEIC"


@pytest.mark.parametrize("brand", ["avif", "isom", "mp42", "qt  ", "heif", "\0\0\0\0"])
def test_other_files_with_boxes_are_refused(brand: str) -> None:
    with pytest.raises(PictureRefused):
        check_bytes(box(b"ftyp", brand.encode() + bytes(8)), UPLOAD)


@pytest.mark.parametrize("name", ["plain", "private", "turned-3", "turned-6"])
def test_heic_stands_upright_and_says_nothing_about_its_author(name: str) -> None:
    data = (SAMPLES / f"{name}.heic").read_bytes()
    assert (b"Musterstrasse" in data) == (name == "private")
    decoded = decode(data, UPLOAD)
    assert (decoded.width, decoded.height) == (96, 64)
    for item in decoded.renditions:
        picture = opened(item.data)
        red, blue = picture.getpixel((20, 12)), picture.getpixel((76, 52))
        assert isinstance(red, tuple)
        assert isinstance(blue, tuple)
        assert (red[0] > 150, red[2] < 90, blue[0] < 90, blue[2] > 150) == (True, True, True, True)
        assert {"exif", "xmp", "comment", "icc_profile"} & set(picture.info) == set()
        assert b"Musterstrasse" not in item.data


def test_uploads_may_be_larger_than_downloads() -> None:
    data = jpeg() + bytes(16_000_000)
    assert decode(data, UPLOAD).width == 60
    with pytest.raises(PictureRefused, match="größer als 15 MB"):
        decode(data, DOWNLOAD)
    with pytest.raises(PictureRefused, match="größer als 25 MB"):
        check_bytes(bytes(25_000_001), UPLOAD)


def test_texts_within_a_png_are_gone() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Wohnt in der Musterstraße 1")
    data = encode(Image.new("RGB", (64, 48)), "PNG", pnginfo=texts)
    assert all(b"Musterstra" not in item.data for item in decode(data).renditions)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1", "I;16"])
def test_every_colour_mode_becomes_a_picture_for_screens(mode: str) -> None:
    source = Image.new("RGB", (64, 48), "orange").convert("L" if mode == "I;16" else mode)
    data = encode(source.convert(mode) if mode != "I;16" else Image.new("I;16", (64, 48)), _form(mode))
    assert {opened(item.data).mode for item in decode(data).renditions} == {"RGB"}


def _form(mode: str) -> str:
    return "JPEG" if mode == "CMYK" else "PNG"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bytes_that_were_bent_are_decoded_or_refused(data: st.DataObject) -> None:
    base = bytearray(data.draw(st.sampled_from(BASES)))
    for _ in range(data.draw(st.integers(1, 12))):
        base[data.draw(st.integers(12, len(base) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = decode(bytes(base))
    except PictureRefused:
        return
    assert len(decoded.renditions) == 4


_NOISE = Image.effect_noise((80, 60), 50).convert("RGB")
BASES = [encode(_NOISE, form) for form in ("JPEG", "PNG", "WEBP")]


@pytest.mark.parametrize(
    ("make", "drone"),
    [
        ("DJI", "DJI"),
        ("Parrot Drones SAS", "Parrot"),
        ("Autel Robotics", "Autel"),
        ("Canon", None),
        ("", None),
        (7, None),
    ],
)
def test_the_maker_of_a_drone_is_the_only_thing_that_is_kept_of_the_camera(make: object, drone: str | None) -> None:
    exif = Image.Exif()
    exif[0x010F] = make
    stream = io.BytesIO()
    Image.new("RGB", (60, 40)).save(stream, "JPEG", exif=exif)
    assert decode(stream.getvalue()).drone == drone
