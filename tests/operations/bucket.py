"""A bucket that speaks as much of S3 as the storage needs: put, get, head, delete, and lists in pages."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 3


class Bucket(ThreadingHTTPServer):
    """The objects by key, with the moment of their last writing; `stubborn` keys cannot be deleted."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.stubborn: set[str] = set()
        self.lists = 0

    @property
    def environment(self) -> dict[str, str]:
        """What leads there, as an operator sets it."""
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-central-1"}
        return keys | {"AWS_ENDPOINT": f"http://127.0.0.1:{self.server_port}", "AWS_ALLOW_HTTP": "true"}

    def age(self, days: float) -> None:
        """Let all objects be written so long ago."""
        moment = datetime.now(UTC) - timedelta(days=days)
        self.objects = {key: (data, moment) for key, (data, _) in self.objects.items()}


class _Handler(BaseHTTPRequestHandler):
    server: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    @property
    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).split("/", 2)[2]

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.objects[self._key] = (data, datetime.now(UTC))
        self._answer(200, ETag=f'"{md5(data, usedforsecurity=False).hexdigest()}"')

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            self._list(query)
            return
        data, moment = self.server.objects.get(self._key, (None, datetime.now(UTC)))
        if data is None:
            self._answer(404)
            return
        self._answer(200, data, Last_Modified=format_datetime(moment, usegmt=True), ETag='"x"')

    def do_DELETE(self) -> None:
        if self._key in self.server.stubborn:
            self._answer(403)
            return
        self.server.objects.pop(self._key, None)
        self._answer(204)

    def do_POST(self) -> None:
        """Delete several at once."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answers = []
        for key in re.findall(r"<Key>(.*?)</Key>", body):
            if key in self.server.stubborn:
                answers.append(f"<Error><Key>{key}</Key><Code>AccessDenied</Code><Message>No</Message></Error>")
                continue
            self.server.objects.pop(key, None)
            answers.append(f"<Deleted><Key>{key}</Key></Deleted>")
        self._answer(200, f"<DeleteResult>{''.join(answers)}</DeleteResult>".encode())

    def _list(self, query: dict[str, list[str]]) -> None:
        self.server.lists += 1
        prefix = query.get("prefix", [""])[0]
        after = query.get("continuation-token", [""])[0]
        keys = sorted(key for key in self.server.objects if key.startswith(prefix) and key > after)
        items = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.server.objects[key][0])}</Size><ETag>x</ETag>"
            f"<LastModified>{self.server.objects[key][1]:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>"
            for key in keys[:PAGE]
        )
        more = f"<NextContinuationToken>{keys[PAGE - 1]}</NextContinuationToken>" if len(keys) > PAGE else ""
        truncated = "true" if more else "false"
        body = f"<ListBucketResult><IsTruncated>{truncated}</IsTruncated>{more}{items}</ListBucketResult>"
        self._answer(200, body.encode(), Content_Type="application/xml")


@contextmanager
def running_bucket() -> Iterator[Bucket]:
    """A bucket on a port of its own."""
    bucket = Bucket()
    thread = threading.Thread(target=bucket.serve_forever, daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        bucket.shutdown()
        bucket.server_close()
        thread.join()
