"""Builders of hostile files: small, whole in their outer form, and expensive or wrong within."""

from __future__ import annotations

import struct
import zlib
from itertools import product

PNG = b"\x89PNG\r\n\x1a\n"
END = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def head(width: int, height: int, *, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    """The beginning of a PNG."""
    return PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def png_header(width: int, height: int) -> bytes:
    """A PNG that only claims its size: a bomb costs its sender a few bytes."""
    return head(width, height) + chunk(b"IDAT", zlib.compress(b"\0")) + END


def zeros(size: int) -> bytes:
    """So many zero bytes, packed."""
    packer = zlib.compressobj(9)
    block = bytes(1_000_000)
    packed = b"".join(packer.compress(block[: min(len(block), size - at)]) for at in range(0, size, len(block)))
    return packed + packer.flush()


def slow_png(width: int, height: int) -> bytes:
    """A whole PNG in RGBA, less than a megabyte that costs seconds: each byte is predicted from three others."""
    packer = zlib.compressobj(1)
    row = b"\x04" + bytes(4 * width)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return head(width, height, colour=6) + chunk(b"IDAT", body) + END


def pngs() -> dict[str, bytes]:
    """PNG: sizes, texts and profiles that unpack without end, chunks without number, wrong headers."""
    pixels = chunk(b"IDAT", zeros(64 * (1 + 3 * 64)))
    plain = head(64, 64)
    bomb = zeros(60_000_000)
    made = {f"claims-{w}x{h}.png": png_header(w, h) for w, h in product((1, 65535, 2**31 - 1), (0, 65535, 2**31))}
    made |= {
        "long-and-thin.png": png_header(1_000_000, 17),
        "too-much-data.png": plain + chunk(b"IDAT", bomb) + END,
        "real-large.png": head(7000, 7000, depth=1, colour=0) + chunk(b"IDAT", zeros(7000 * 876)) + END,
        "interlaced-large.png": head(6900, 6900, interlace=1) + chunk(b"IDAT", zeros(150_000_000)) + END,
        "icc-bomb.png": plain + chunk(b"iCCP", b"x\0\0" + bomb) + pixels + END,
        "text-bomb.png": plain + chunk(b"zTXt", b"x\0\0" + bomb) + pixels + END,
        "itext-bomb.png": plain + chunk(b"iTXt", b"x\0\1\0\0\0" + bomb) + pixels + END,
        "texts.png": plain + chunk(b"zTXt", b"x\0\0" + zeros(900_000)) * 90 + pixels + END,
        "chunks.png": plain + chunk(b"tEXt", b"a\0b") * 100_000 + pixels + END,
        "empty-chunks.png": plain + chunk(b"IDAT", b"") * 100_000 + pixels + END,
        "negative-chunk.png": plain + b"\xff\xff\xff\xffIDAT" + END,
        "no-data.png": plain + END,
        "no-end.png": plain + pixels,
        "wrong-sum.png": plain[:-4] + b"\0\0\0\0" + pixels + END,
        "exif-bomb.png": plain + chunk(b"eXIf", exif_loop()) + pixels + END,
        "exif-large.png": plain + chunk(b"eXIf", b"II*\0" + b"\xff" * 5_000_000) + pixels + END,
        "palette-none.png": head(64, 64, colour=3) + pixels + END,
        "palette-long.png": head(64, 64, colour=3) + chunk(b"PLTE", bytes(3000)) + pixels + END,
        "frames.png": plain + chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)) + pixels + END,
        "frame-large.png": plain
        + chunk(b"acTL", struct.pack(">II", 2, 0))
        + chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 2**31 - 1, 2**31 - 1, 0, 0, 0, 0, 0, 0))
        + pixels
        + END,
    }
    for depth, colour in product((0, 3, 8, 16, 255), (0, 1, 2, 3, 4, 5, 6, 7)):
        made[f"depth-{depth}-colour-{colour}.png"] = head(64, 64, depth=depth, colour=colour) + pixels + END
    return made


def exif_loop() -> bytes:
    """EXIF whose directories point at themselves."""
    entry = struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<HHII", 0x8825, 4, 1, 8)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + entry + struct.pack("<I", 8)


def exif(kind: int, value: bytes, count: int = 1) -> bytes:
    """EXIF with an orientation of any type."""
    entry = struct.pack("<HHI", 0x0112, kind, count) + value.ljust(4, b"\0")[:4]
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + bytes(4)


def segment(marker: int, body: bytes) -> bytes:
    """One segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def many_scans(width: int, height: int, scans: int) -> bytes:
    """A progressive JPEG whose decoder walks over all blocks once a scan, for about 50 bytes each."""
    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    frame = segment(0xC2, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    quantities = segment(0xDB, b"\x00" + b"\x01" * 64)
    # One code a table, of one bit: "no difference" for DC, "the next 32,767 blocks are empty" for AC.
    tables = segment(0xC4, b"\x00\x01" + bytes(15) + b"\x00") + segment(0xC4, b"\x10\x01" + bytes(15) + b"\xe0")
    flat = segment(0xDA, b"\x01\x01\x00\x00\x00\x00") + bytes(blocks // 8 + 1)
    bits = ("0" + "1" * 14) * (blocks // 32767 + 1)
    coded = int(bits.ljust(-(-len(bits) // 8) * 8, "1"), 2).to_bytes(-(-len(bits) // 8), "big")
    again = segment(0xDA, b"\x01\x01\x00\x01\x3f\x00") + coded.replace(b"\xff", b"\xff\x00")
    return b"\xff\xd8" + quantities + frame + tables + flat + again * (scans - 1) + b"\xff\xd9"


def jpegs(good: bytes) -> dict[str, bytes]:
    """JPEG: scans, segments, tables and metadata beyond all measure around a good picture."""
    start, rest = good[:2], good[2:]
    at = good.index(b"\xff\xc0")

    def framed(**changes: int) -> bytes:
        values = {"precision": 8, "height": 80, "width": 120, "parts": 3, **changes}
        frame = struct.pack(">BHHB", *values.values())
        return good[: at + 4] + frame + good[at + 10 :]

    app2 = b"ICC_PROFILE\0"
    made = {
        "scans-190.jpg": many_scans(4000, 3000, 190),
        "scans-10000.jpg": many_scans(2000, 1500, 10_000),
        "size-65535.jpg": framed(width=65535, height=65535),
        "size-zero.jpg": framed(height=0),
        "size-flat.jpg": framed(width=65500, height=20),
        "size-claimed.jpg": framed(width=9000, height=5500),
        "precision-12.jpg": framed(precision=12),
        "parts-255.jpg": framed(parts=255),
        "parts-none.jpg": framed(parts=0),
        "segments.jpg": start + segment(0xEF, b"x") * 100_000 + rest,
        "comments.jpg": start + segment(0xFE, b"c" * 65_000) * 100 + rest,
        "exif-loop.jpg": start + segment(0xE1, b"Exif\0\0" + exif_loop()) + rest,
        "exif-many.jpg": start + segment(0xE1, b"Exif\0\0" + b"\xff" * 65_000) * 150 + rest,
        "exif-cut.jpg": start + segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff") + rest,
        "xmp-large.jpg": start + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + b"<" * 65_000) * 100 + rest,
        "xmp-entities.jpg": start + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + laughs()) + rest,
        "icc-large.jpg": start
        + b"".join(segment(0xE2, app2 + bytes([n, 255]) + b"i" * 65_000) for n in range(1, 220))
        + rest,
        "icc-missing.jpg": start + segment(0xE2, app2 + b"\x02\x05" + bytes(200)) + rest,
        "icc-noise.jpg": start + segment(0xE2, app2 + b"\x01\x01" + bytes(range(256)) * 4) + rest,
        "mpf-loop.jpg": start + segment(0xE2, b"MPF\0" + exif_loop()) + rest,
        "photoshop.jpg": start + segment(0xED, b"Photoshop 3.0\x008BIM" + b"\xff" * 500) + rest,
        "restart.jpg": start + segment(0xDD, b"\xff\xff") + rest,
        "no-tables.jpg": good.replace(b"\xff\xc4", b"\xff\xef"),
        "no-end.jpg": good[:-2],
        "tail-large.jpg": good + bytes(9_000_000),
        "fill.jpg": start + b"\xff" * 5_000_000 + rest,
    }
    made |= {f"frame-{kind:x}.jpg": good.replace(b"\xff\xc0", bytes([0xFF, kind])) for kind in range(0xC1, 0xD0)}
    for number in (*range(10), 255, 65535):
        value = struct.pack("<H", number)
        made[f"turned-{number}.jpg"] = start + segment(0xE1, b"Exif\0\0" + exif(3, value)) + rest
    for kind in (0, 1, 2, 5, 7, 9, 12, 200):
        odd = exif(kind, b"\x06\0\0\0", 2**30 if kind == 7 else 1)
        made[f"turned-type-{kind}.jpg"] = start + segment(0xE1, b"Exif\0\0" + odd) + rest
    return made


def laughs() -> bytes:
    """XML whose entities multiply."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{levels}]><x>&l9;</x>'.encode()


def riff(*parts: tuple[bytes, bytes]) -> bytes:
    """A WebP of these chunks."""
    body = b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def webps(good: bytes) -> dict[str, bytes]:
    """WebP: canvases, frames and metadata that lie."""
    pixels = (good[12:16], good[20:])
    animation = (b"ANIM", bytes(6))
    frame = (b"ANMF", bytes(6) + b"\x77\0\0\x4f\0\0" + bytes(4) + good[12:])
    huge = (b"ANMF", bytes(6) + b"\xff\xff\xff\xff\xff\xff" + bytes(4) + good[12:])

    def canvas(flags: int, size: bytes = b"\x77\0\0\x4f\0\0") -> tuple[bytes, bytes]:
        return b"VP8X", struct.pack("<I", flags) + size

    return {
        "canvas.webp": riff(canvas(2, b"\xff\x3f\0\xff\x3f\0"), animation, frame),
        "canvas-max.webp": riff(canvas(2, b"\xff" * 6), animation, frame),
        "frame-max.webp": riff(canvas(2), animation, huge),
        "frames.webp": riff(canvas(2), animation, *[frame] * 3000),
        "lossless-claims.webp": riff((b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(20))),
        "lossy-claims.webp": riff((b"VP8 ", b"\x10\x02\x00\x9d\x01\x2a\xff\x3f\xff\x3f" + bytes(20))),
        "exif.webp": riff(canvas(8), (b"EXIF", exif_loop()), pixels),
        "icc.webp": riff(canvas(32), (b"ICCP", bytes(9_000_000)), pixels),
        "xmp.webp": riff(canvas(4), (b"XMP ", laughs() * 1000), pixels),
        "unknown.webp": riff(*[(b"ABCD", b"x")] * 100_000, pixels),
        "alpha-none.webp": riff(canvas(16), (b"ALPH", b"\x01" + b"\xff" * 50), pixels),
        "size-lies.webp": b"RIFF\xff\xff\xff\xffWEBP" + good[12:],
    }


def box(kind: bytes, body: bytes = b"") -> bytes:
    """One box of an ISO file."""
    return struct.pack(">I", len(body) + 8) + kind + body


def heics(good: bytes) -> dict[str, bytes]:
    """HEIC: boxes that lie about their size, nest without end, or claim pixels."""
    brand = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    nested = b""
    for _ in range(2000):
        nested = box(b"meta", bytes(4) + nested)
    at = good.index(b"ispe") + 8
    made = {
        "brand-only.heic": brand,
        "nested.heic": brand + nested,
        "endless-box.heic": brand + struct.pack(">I", 0) + b"meta",
        "huge-box.heic": brand + struct.pack(">I4sQ", 1, b"meta", 2**63 - 1) + bytes(64),
        "small-box.heic": brand + struct.pack(">I", 3) + b"meta",
        "boxes.heic": brand + box(b"free") * 100_000,
        "items.heic": brand + box(b"meta", bytes(4) + box(b"iinf", bytes(4) + b"\xff\xff" + bytes(50))),
        "places.heic": brand + box(b"meta", bytes(4) + box(b"iloc", b"\x01\0\0\0\x44\x44\xff\xff" + b"\xff" * 200)),
        "other-coding.heic": good.replace(b"hvc1", b"av01"),
        "no-parameters.heic": good.replace(b"hvcC", b"free"),
        "no-primary.heic": good.replace(b"pitm", b"free"),
        "mif1-only.heic": box(b"ftyp", b"mif1\0\0\0\0mif1") + good[good.index(b"meta") - 4 :],
    }
    for width, height in ((0, 0), (1, 1), (97, 64), (65535, 65535), (2**32 - 1, 2**32 - 1), (9000, 5500)):
        made[f"claims-{width}x{height}.heic"] = good[:at] + struct.pack(">II", width, height) + good[at + 8 :]
    return made
