"""Pictures that hosts give, as they should and as they should not; and the posts that hold them."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from tests.factories import jpeg

ALBUM = 4
# Where redirects lead: a listed host, so that nothing but the redirect itself is to be refused.
MOVED = "/moved"
_HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"

# Writes a whole HTTP answer, or what takes its place; the connection is closed behind it.
Reply = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Piece:
    """One picture of a post: its name, what the host answers, or an address elsewhere that no host of ours serves."""

    name: str
    reply: Reply | None = None
    address: str | None = None


Post = tuple[Piece, ...]


def posts_of(pieces: Sequence[Piece]) -> list[Post]:
    """Posts that hold these pictures: single ones and albums by turns."""
    posts: list[Post] = []
    rest = list(pieces)
    while rest:
        size = ALBUM if len(posts) % 2 else 1
        posts.append(tuple(rest[:size]))
        del rest[:size]
    return posts


def among_good_ones(pieces: Iterable[Piece], prefix: str, every: int = 5) -> list[Piece]:
    """The same pictures with a good one, of bytes of its own, behind every few of them."""
    found: list[Piece] = []
    for place, piece in enumerate(pieces):
        found.append(piece)
        if place % every == every - 1:
            found.append(good(f"{prefix}-{place}"))
    return found


def good(name: str) -> Piece:
    """A picture that is to be stored."""
    return Piece(f"good-{name}", whole(jpeg()))


def whole(data: bytes, *, kind: str = "image/jpeg", status: str = "200 OK", **headers: str) -> Reply:
    """An answer as it should be; `headers` as content_encoding="gzip"."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([*lines, "", ""]).encode()
    return lambda connection: connection.sendall(head + data)


def raw(*parts: bytes) -> Reply:
    """These bytes and the end of the connection."""
    return lambda connection: connection.sendall(b"".join(parts))


def endless(head: bytes, part: bytes) -> Reply:
    """The same part again and again until the other side has had enough."""

    def reply(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(part)

    return reply


def slow(data: bytes) -> Reply:
    """One byte a second."""

    def reply(connection: socket.socket) -> None:
        over = threading.Event()
        for byte in data:
            connection.sendall(bytes([byte]))
            over.wait(1)

    return reply


def silent(connection: socket.socket) -> None:
    """Not a word, until the other side has had enough."""
    connection.settimeout(60)
    connection.recv(1)


def slow_hosts() -> list[Piece]:
    """Hosts that take all the time that they are given."""
    picture = jpeg()
    length = b"Content-Length: %d\r\n\r\n" % len(picture)
    return [
        Piece("a-byte-a-second", slow(_HEAD + length + picture)),
        Piece("a-byte-a-second-of-the-body", lambda one: (one.sendall(_HEAD + length), slow(picture)(one))[0]),
        Piece("silent", silent),
        Piece("continues-for-ever", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50)),
    ]


def lying_hosts() -> list[Piece]:
    """Hosts that answer quickly and wrongly; no picture comes of it."""
    picture, zeros = jpeg(), bytes(65_536)
    chunked = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    return [
        Piece("endless", endless(_HEAD + b"\r\n" + picture, zeros)),
        Piece("endless-chunks", endless(chunked, b"10000\r\n" + zeros + b"\r\n")),
        Piece("chunk-of-a-terabyte", endless(chunked + b"10000000000\r\n", zeros)),
        Piece("chunk-without-number", raw(chunked, b"zz\r\n", picture)),
        Piece("announces-a-terabyte", raw(_HEAD, b"Content-Length: 1000000000000\r\n\r\n", picture)),
        Piece("shorter-than-announced", raw(_HEAD, b"Content-Length: 500000\r\n\r\n", picture)),
        Piece("length-below-zero", endless(_HEAD + b"Content-Length: -1\r\n\r\n", zeros)),
        Piece("expired", whole(b"URL signature expired", status="403 Forbidden", kind="text/plain")),
        Piece("gone", whole(b"", status="404 Not Found")),
        Piece("down", whole(b"", status="503 Service Unavailable")),
        Piece("part", whole(picture[:200], status="206 Partial Content")),
        Piece("nothing", raw(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")),
        Piece("unchanged", raw(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")),
        *(
            Piece(f"moved-{status}", whole(b"", status=f"{status} Moved", location=MOVED))
            for status in (301, 302, 307, 308)
        ),
        Piece("closes", raw()),
        Piece("no-http", raw(picture)),
        Piece("no-status", raw(b"HTTP/1.1 abc\r\n\r\n", picture)),
        Piece("long-status", endless(b"HTTP/1.1 200 ", b"x" * 65_536)),
        Piece("long-header", endless(_HEAD + b"X: ", b"x" * 65_536)),
        Piece("many-headers", endless(_HEAD, b"X: x\r\n" * 1000)),
        Piece("unpacks-to-300-megabytes", whole(packed_zeros(300), content_encoding="gzip")),
        Piece("unpacks-twice", whole(gzip.compress(packed_zeros(300)), content_encoding="gzip, gzip")),
        Piece("unpacks-deflated", whole(zlib.compress(bytes(60_000_000)), content_encoding="deflate")),
        Piece("packed-in-a-hundred-layers", whole(picture, content_encoding=", ".join(["gzip"] * 100))),
        Piece("not-packed", whole(picture, content_encoding="gzip")),
        Piece("packed-and-cut", whole(gzip.compress(picture)[:-40], content_encoding="gzip")),
    ]


def dead_addresses() -> list[Piece]:
    """A dozen addresses, one after the other, behind which there is nothing any more, or too much."""
    gone = whole(b"URL signature expired", status="403 Forbidden", kind="text/plain")
    large = raw(_HEAD, b"Content-Length: 50000000\r\n\r\n")
    return [Piece(f"dead-{place}", large if place % 2 else gone) for place in range(12)]


def odd_hosts() -> list[Piece]:
    """Hosts that answer oddly with a good picture: by what it holds it is one."""
    return [
        Piece("good-as-a-page", whole(jpeg(), kind="text/html; charset=utf-16")),
        Piece("good-as-a-script", whole(jpeg(), kind="application/javascript")),
        Piece("good-packed", whole(gzip.compress(jpeg()), content_encoding="gzip")),
        Piece("good-longer-than-announced", _longer(jpeg())),
        Piece("good-with-cookies", _with_cookies(jpeg())),
        Piece("good-until-the-end", raw(_HEAD, b"\r\n", jpeg())),
    ]


def elsewhere() -> list[Piece]:
    """Addresses that lead out of the list of hosts."""
    addresses = [
        "http://127.0.0.1:FOREIGN/1.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1:FOREIGN/1.jpg",
        "https://cdninstagram.com.evil.example/1.jpg",
        "file:///etc/passwd",
        "gopher://127.0.0.1:FOREIGN/_x",
        "http://[::1]:FOREIGN/",
        "http://user@127.0.0.1:FOREIGN/",
        "//127.0.0.1:FOREIGN/",
        "",
        "x" * 100_000,
    ]
    return [Piece(f"elsewhere-{place}", address=address) for place, address in enumerate(addresses)]


@cache
def packed_zeros(megabytes: int) -> bytes:
    """Zeros in gzip: a thousandth of them, and packed again a few hundred bytes."""
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1_000_000)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def _longer(picture: bytes) -> Reply:
    return raw(_HEAD, b"Content-Length: %d\r\n\r\n" % len(picture), picture, bytes(3_000_000))


def _with_cookies(picture: bytes) -> Reply:
    crumbs = b"".join(b"Set-Cookie: c%d=%s\r\n" % (number, b"x" * 60_000) for number in range(80))
    return raw(_HEAD, crumbs, b"\r\n", picture)
