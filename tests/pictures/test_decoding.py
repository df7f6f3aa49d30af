"""Pictures become clean derivatives, or are refused with the reason."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from campaign.demo.drawing import Shot, photo_bytes
from campaign.pictures.checks import DOWNLOAD, PictureRefused
from campaign.pictures.decoding import decode
from tests.factories import NOW, jpeg


def encode(picture: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def png_header(width: int, height: int) -> bytes:
    """A PNG that only claims its size: a bomb costs its sender a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def test_three_sizes_in_two_formats_by_the_long_edge() -> None:
    decoded = decode(jpeg(2400, 1600))
    assert sorted((item.size, item.type, item.width, item.height) for item in decoded.renditions) == [
        (320, "image/jpeg", 320, 213),
        (320, "image/webp", 320, 213),
        (800, "image/jpeg", 800, 533),
        (800, "image/webp", 800, 533),
        (1600, "image/jpeg", 1600, 1067),
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
    base = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 12))):
        base[data.draw(st.integers(12, len(base) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = decode(bytes(base))
    except PictureRefused:
        return
    assert len(decoded.renditions) == 6


_NOISE = Image.effect_noise((80, 60), 50).convert("RGB")
SAMPLES = [encode(_NOISE, form) for form in ("JPEG", "PNG", "WEBP")]
