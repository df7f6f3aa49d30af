"""An Instagram of posts whose pictures do harm: the Graph answers and hosts of pictures that keep to no rule."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from campaign.clock import utc_now
from tests.instagram.hostile_pictures import Piece, Post, Reply, whole

USER_ID, TOKEN = "17841400000000001", "EAAhostile0000000000000000000000"
PAGE = 50


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
