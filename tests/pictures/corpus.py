"""Hostile files, made from code."""

from __future__ import annotations

import struct
import zlib


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_header(width: int, height: int, *extra: bytes, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG that only claims its size: a bomb costs its sender a few bytes."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
        + b"".join(extra)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def slow_png(width: int, height: int) -> bytes:
    """A whole PNG in RGBA, a few kilobytes that cost seconds: each byte is predicted from three others."""
    packer = zlib.compressobj(1)
    row = b"\x04" + bytes(4 * width)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", body) + chunk(b"IEND", b"")


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
