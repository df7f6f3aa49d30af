"""Several hundred hostile files, made from code: the same bytes on every run."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from PIL import Image

from tests.pictures import bombs

SAMPLES = Path(__file__).with_name("samples")
SHARES = (0.02, 0.1, 0.3, 0.5, 0.8, 0.95, 0.995)
FLIPS = 12


def encode(picture: Image.Image, form: str, **options: object) -> bytes:
    """A picture as the bytes of a file."""
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def noise(width: int = 120, height: int = 80) -> Image.Image:
    """The same picture full of detail each time."""
    return Image.frombytes("RGB", (width, height), Random(7).randbytes(width * height * 3))


def good_files() -> dict[str, bytes]:
    """Whole files of the formats that we take."""
    picture = noise()
    alpha = picture.copy()
    alpha.putalpha(picture.getchannel("R"))
    return {
        "baseline.jpg": encode(picture, "JPEG"),
        "progressive.jpg": encode(picture, "JPEG", progressive=True),
        "rgb.png": encode(picture, "PNG"),
        "palette.png": encode(picture.quantize(64), "PNG", transparency=3),
        "lossy.webp": encode(picture, "WEBP"),
        "lossless.webp": encode(alpha, "WEBP", lossless=True),
        "plain.heic": (SAMPLES / "plain.heic").read_bytes(),
        "private.heic": (SAMPLES / "private.heic").read_bytes(),
    }


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """All hostile files as (name, bytes); each name comes once."""
    good = good_files()
    yield from bombs.pngs().items()
    yield from bombs.jpegs(good["baseline.jpg"]).items()
    yield from bombs.webps(good["lossy.webp"]).items()
    yield from bombs.heics(good["plain.heic"]).items()
    yield from _unusual()
    yield from _strangers()
    yield from _polyglots(good)
    for name, data in good.items():
        yield from _bent(name, data)


def _bent(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    random = Random(name)
    for share in SHARES:
        yield f"cut-{share}-{name}", data[: int(len(data) * share)]
    for number in range(FLIPS):
        bent = bytearray(data)
        for _ in range(1 + number * 3):
            bent[random.randrange(len(bent))] ^= 1 << random.randrange(8)
        yield f"flipped-{number}-{name}", bytes(bent)
    half = len(data) // 2
    yield f"zeroed-{name}", data[:half] + bytes(half)
    yield f"twice-{name}", data + data
    yield f"swapped-{name}", data[:16] + data[half:] + data[16:half]
    yield f"head-and-noise-{name}", data[:64] + random.randbytes(5000)


def _unusual() -> Iterator[tuple[str, bytes]]:
    """Whole files in modes that few cameras write, and animations."""
    picture = noise()
    frames = [picture.rotate(angle) for angle in range(0, 300, 10)]
    for mode in ("1", "L", "LA", "P", "RGBA"):
        yield f"mode-{mode}.png", encode(picture.convert(mode), "PNG")
    yield "mode-16.png", encode(Image.frombytes("I;16", (120, 80), Random(8).randbytes(19_200)), "PNG")
    for mode in ("L", "CMYK", "YCbCr"):
        yield f"mode-{mode}.jpg", encode(picture.convert(mode), "JPEG")
    yield "colour-key.png", encode(picture, "PNG", transparency=(1, 2, 3))
    yield "animated.webp", encode(picture, "WEBP", save_all=True, append_images=frames)
    yield "animated.png", encode(picture, "PNG", save_all=True, append_images=frames)
    yield "many-pictures.jpg", encode(picture, "MPO", save_all=True, append_images=frames)
    for width, height in ((1, 1), (15, 400), (16, 16), (16, 19_999), (20_001, 16)):
        yield f"size-{width}x{height}.png", encode(Image.new("L", (width, height)), "PNG")
    for number in range(1, 9):
        turned = Image.Exif()
        turned[0x0112] = number
        yield f"turned-{number}.webp", encode(picture, "WEBP", exif=turned)


def _strangers() -> Iterator[tuple[str, bytes]]:
    """What is no picture of ours, under the name of one; and the first bytes of one with nothing behind."""
    picture = noise()
    for form in ("GIF", "TIFF", "BMP", "PPM", "ICO", "TGA", "PCX", "SGI", "JPEG2000", "DDS", "AVIF"):
        yield f"{form.lower()}-inside.jpg", encode(picture, form)
    fits = b"SIMPLE  =                    T".ljust(80) + b"BITPIX  =                    8".ljust(80) + b"END".ljust(80)
    yield "fits-inside.jpg", fits + gzip.compress(bytes(20_000_000), mtime=0)
    yield "psd-inside.jpg", b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 30000, 30000, 8, 3)
    yield "eps-inside.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n"
    yield (
        "svg-inside.jpg",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><image href='file:///etc/passwd'/></svg>",
    )
    yield "pdf-inside.jpg", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"
    yield "html-inside.jpg", b"<!doctype html><script>alert(1)</script>"
    yield "xml-inside.png", bombs.laughs()
    yield "gif-bomb.png", b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08" + b"\xff" * 500
    yield "tiff-loop.png", bombs.exif_loop()
    yield "elf.webp", b"\x7fELF\2\1\1" + bytes(500)
    yield "script.heic", b"#!/bin/sh\nrm -rf /\n"
    yield "avif-brand.heic", bombs.box(b"ftyp", b"avif\0\0\0\0mif1avif") + bytes(100)
    yield "mp4-brand.heic", bombs.box(b"ftyp", b"isom\0\0\0\0isommp42") + bytes(100)
    yield "gzip-bomb.jpg", gzip.compress(bytes(20_000_000), mtime=0)
    yield "empty.jpg", b""
    yield "too-large.jpg", b"\xff\xd8\xff" + bytes(25_000_001)
    heads = {
        "jpg": b"\xff\xd8\xff",
        "png": bombs.PNG,
        "webp": b"RIFF\xff\xff\xff\xffWEBP",
        "heic": b"\0\0\0\x18ftypheic",
    }
    for ending, magic in heads.items():
        yield f"head-only.{ending}", magic
        for size in (1, 1000, 1_000_000):
            yield f"head-{size}-zeros.{ending}", magic + bytes(size)
            yield f"head-{size}-noise.{ending}", magic + Random(size).randbytes(size)
        yield f"head-ones.{ending}", magic + b"\xff" * 1_000_000
    for size in (1, 2, 11, 12, 100_000):
        yield f"zeros-{size}.jpg", bytes(size)
        yield f"noise-{size}.jpg", Random(size).randbytes(size)


def _polyglots(good: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Files that are two things at once."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as jar:
        for name, data in (("META-INF/MANIFEST.MF", b"Main-Class: Evil\n"), ("bomb", bytes(5_000_000))):
            jar.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    page = b"<html><script>alert(document.domain)</script></html>"
    tails = {"html": page, "jar": archive.getvalue(), "php": b"<?php system($_GET[0]); ?>", "pdf": b"%PDF-1.7\n%%EOF"}
    for name, data in good.items():
        for kind, tail in tails.items():
            yield f"{kind}-behind-{name}", data + tail
    jpeg, png = good["baseline.jpg"], good["rgb.png"]
    yield "html-comment.jpg", jpeg[:2] + bombs.segment(0xFE, b"--><script>alert(1)</script>") + jpeg[2:]
    yield "html-text.png", png[:33] + bombs.chunk(b"tEXt", b"Comment\0" + page) + png[33:]
    yield "jar-in-gif.jpg", b"GIF89a" + bytes(20) + archive.getvalue()
    yield "jpeg-in-png.jpg", jpeg[:2] + bombs.segment(0xFE, png) + jpeg[2:]
    yield "html-before.jpg", page + jpeg
