"""An Instagram of posts whose pictures do harm: the Graph answers and hosts of pictures that keep to no rule."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from campaign.clock import utc_now
from tests.factories import jpeg

USER_ID, TOKEN = "17841400000000001", "EAAhostile0000000000000000000000"
PAGE = 50
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


@dataclass
class HostileInstagram:
    """The running servers. Each first page of the hashtag shows the next of `batches`, and then no more posts.

    `foreign` counts connections to a port that no list names, `cookies` requests that bring a cookie back.
    """

    batches: list[list[Post]]
    port: int
    foreign_port: int
    foreign: int = 0
    cookies: int = 0
    shown: int = -1
    asked: list[str] = field(default_factory=list)
    _replies: dict[str, Reply] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def section(self) -> dict[str, Any]:
        """The `[instagram]` of a configuration that leads here."""
        hosts = [f"127.0.0.1:{self.port}"]
        return {"user_id": USER_ID, "access_token": TOKEN, "api_base_url": self.url, "media_hosts": hosts}

    def answer(self, target: str, connection: socket.socket) -> None:
        """Answer one request."""
        parts = urlsplit(target)
        self.asked.append(parts.path)
        reply = self._replies.get(parts.path)
        if reply is not None:
            reply(connection)
            return
        document = self._document(parts.path, {name: found[0] for name, found in parse_qs(parts.query).items()})
        whole(json.dumps(document).encode(), kind="application/json")(connection)

    def _document(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        if path.endswith("/ig_hashtag_search"):
            return {"data": [{"id": "17843800000000001"}]}
        if not path.endswith("/recent_media"):
            return {"data": []}
        begin = int(query.get("after", "0"))
        self.shown += not begin
        posts = self.batches[self.shown] if self.shown < len(self.batches) else []
        before = sum(len(batch) for batch in self.batches[: self.shown])
        page = [self._item(before + begin + place, post) for place, post in enumerate(posts[begin : begin + PAGE])]
        if begin + PAGE >= len(posts):
            return {"data": page}
        return {
            "data": page,
            "paging": {"cursors": {"after": str(begin + PAGE)}, "next": "https://graph.facebook.com/"},
        }

    def _item(self, number: int, post: Post) -> dict[str, Any]:
        moment = utc_now() - timedelta(hours=1, seconds=number)
        item: dict[str, Any] = {
            "id": media_id(number),
            "caption": f"Jena, Nummer {number} #schoensterblick",
            "permalink": f"https://www.instagram.com/p/D{number:010}/",
            "timestamp": _time(moment),
        }
        if len(post) == 1:
            return {**item, "media_type": "IMAGE", "media_url": self._address(post[0])}
        children = [
            {"id": media_id(number, place), "media_type": "IMAGE", "media_url": self._address(piece)}
            for place, piece in enumerate(post)
        ]
        return {**item, "media_type": "CAROUSEL_ALBUM", "children": {"data": children}}

    def _address(self, piece: Piece) -> str:
        if piece.reply is None:
            return (piece.address or "").replace("FOREIGN", str(self.foreign_port))
        path = f"/cdn/{piece.name}"
        self._replies[path] = piece.reply
        return self.url + path


def media_id(number: int, part: int | None = None) -> str:
    """The id of a post, or of a part of its album."""
    return f"18{number:012}" if part is None else f"19{number:012}{part:02}"


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


@contextmanager
def hostile_instagram(*batches: list[Post]) -> Iterator[HostileInstagram]:
    """Run the servers; each request is answered in a thread of its own."""
    with ExitStack() as stack:
        ours, foreign = (stack.enter_context(_listening()) for _ in range(2))
        host = HostileInstagram(list(batches), ours.getsockname()[1], foreign.getsockname()[1])

        def refuse(connection: socket.socket) -> None:
            host.foreign += 1
            connection.close()

        for listener, handle in ((ours, lambda one: _serve(host, one)), (foreign, refuse)):
            threading.Thread(target=_accept, args=(listener, handle), daemon=True).start()
        yield host


@contextmanager
def _listening() -> Iterator[socket.socket]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=50)
    try:
        yield listener
    finally:
        # Wakes the thread that waits in accept; closing alone would not.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _accept(listener: socket.socket, handle: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=handle, args=(connection,), daemon=True).start()


def _serve(host: HostileInstagram, connection: socket.socket) -> None:
    with connection, suppress(OSError):
        connection.settimeout(90)
        request = b""
        while b"\r\n\r\n" not in request:
            part = connection.recv(65_536)
            if not part:
                return
            request += part
        host.cookies += b"\r\ncookie:" in request.lower()
        host.answer(request.split(b" ", 2)[1].decode("latin-1"), connection)
        with suppress(OSError):
            # Unread bytes would turn the end into a reset, and the answer would be lost with it.
            connection.shutdown(socket.SHUT_WR)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")
