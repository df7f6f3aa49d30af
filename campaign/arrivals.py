"""Requests arrive at the speed of their senders: how many bodies may arrive at once, how long one may take.

The server gives each request a thread, and reading a body blocks it. So there are more threads than requests that are
worked on: while its body arrives a request gives its desk to others, forms and photos have so many places to arrive at
and no more, and a thread is always left for pages.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import ClientDisconnected, RequestTimeout, ServiceUnavailable
from werkzeug.wsgi import get_content_length

from campaign.silence import hang_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# As many as a database's connections and the interpreter can bear.
DESKS: Final = 8
# Ballots must not wait for photos: what is small arrives at places of its own.
FORM_PLACES: Final = 24
PHOTO_PLACES: Final = 24
FORM_BYTES: Final = 32_000
# The places, the desks, and as many requests without a body that wait for a desk.
THREADS: Final = FORM_PLACES + PHOTO_PLACES + 2 * DESKS
PATIENCE_SECONDS: Final = 60.0
# Bytes a second: a photo of 25 MB may take five minutes.
SLOWEST: Final = 100_000
RETRY_SECONDS: Final = 20
LOOK_SECONDS: Final = 5.0


class Arrivals:
    """Middleware through which the application reads bodies: one for each process.

    `patience`: seconds that the smallest body may take; `look`: seconds between two looks for those that are late.
    """

    def __init__(self, app: WSGIApplication, patience: float = PATIENCE_SECONDS, look: float = LOOK_SECONDS) -> None:
        self._app, self._patience, self._look = app, patience, look
        self._desks = threading.Semaphore(DESKS)
        self._forms, self._photos = threading.Semaphore(FORM_PLACES), threading.Semaphore(PHOTO_PLACES)
        # Who sends, and until when it may take.
        self._due: dict[ArrivingBody, tuple[str, float]] = {}
        threading.Thread(target=self._watch, daemon=True).start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = ArrivingBody(environ["wsgi.input"], get_content_length(environ), self, environ.get("REMOTE_ADDR", ""))
        with self._desks, body:
            return self._app(environ | {"wsgi.input": body}, start_response)

    def take_place(self, body: ArrivingBody) -> float:
        """Let a body arrive; returns until when it may (by the monotonic clock), or raises ServiceUnavailable."""
        if not self._places(body).acquire(blocking=False):
            raise ServiceUnavailable(retry_after=RETRY_SECONDS)
        until = time.monotonic() + self._patience + (body.length or 0) / SLOWEST
        self._due[body] = body.sender, until
        return until

    def leave_place(self, body: ArrivingBody) -> None:
        """Let another body arrive instead."""
        if self._due.pop(body, None) is not None:
            self._places(body).release()

    @contextmanager
    def away_from_desk(self) -> Iterator[None]:
        """Let others work meanwhile."""
        self._desks.release()
        try:
            yield
        finally:
            self._desks.acquire()

    def _places(self, body: ArrivingBody) -> threading.Semaphore:
        return self._forms if body.is_form else self._photos

    def _watch(self) -> None:
        while True:
            time.sleep(self._look)
            now = time.monotonic()
            late = {sender for sender, until in list(self._due.values()) if until < now}
            if late:
                hang_up(late, 2 * self._look)


class ArrivingBody(io.RawIOBase):
    """The body of a request while it arrives; `length` is None where the sender did not say it.

    Reading raises ServiceUnavailable where all places are taken, RequestTimeout when the time is over, and
    ClientDisconnected when a form breaks off (of a photo what has come is kept).
    """

    def __init__(self, stream: Any, length: int | None, arrivals: Arrivals, sender: str) -> None:
        super().__init__()
        self._stream, self.length, self._left, self._arrivals, self.sender = stream, length, length, arrivals, sender
        self.is_form = length is not None and length <= FORM_BYTES
        self._until: float | None = None

    def readable(self) -> bool:
        """Return True: bytes can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read as many bytes as fit, fewer at the end."""
        data = b"" if self._left == 0 else self._receive(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Give the place back; nothing can be read any more."""
        self._arrivals.leave_place(self)
        super().close()

    def _receive(self, size: int) -> bytes:
        if self._until is None:
            self._until = self._arrivals.take_place(self)
        if time.monotonic() > self._until:
            raise RequestTimeout
        with self._arrivals.away_from_desk():
            data: bytes = self._stream.read(size)
        if not data and self.is_form:
            # Half a ballot would be read as a whole one.
            raise ClientDisconnected
        if self._left is not None:
            self._left = self._left - len(data) if data else 0
        if not data or self._left == 0:
            self._arrivals.leave_place(self)
        return data
