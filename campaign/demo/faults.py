"""Faults of the simulated Instagram that tests switch on from outside."""

import json
import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from campaign.clock import utc_now
from campaign.demo.graph_errors import GraphError, known_error
from campaign.demo.graph_media import to_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WIRE_KINDS = ("down", "http_500", "http_503", "slow", "html", "broken_json", "error")
PICTURE_KINDS = ("picture_bomb", "picture_truncated", "picture_not", "picture_huge")
LIST_KINDS = ("item_broken", "repeat_pages", "duplicate_items")
KINDS = (*WIRE_KINDS, *PICTURE_KINDS, *LIST_KINDS)
BUSINESS_LIMIT = 80002
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_VERSION = re.compile(r"^/v\d+\.\d+(?=/)")
_HTML = (
    b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1></body></html>"
)


@dataclass
class Fault:
    """One fault: what happens, where (`graph`, `cdn` or the start of a path), how often (None: until removed).

    `status`, `code`, `subcode`, `message`, `headers` shape the answer of `error` and `html`; `pause` is the wait in
    seconds between two bytes of `slow`; `form` is html or text for `picture_not`, and no_id, types, null or fields
    (only id and address can be read) for `item_broken`. `begin` and `end` (ISO 8601 with an offset) limit it to a span
    of the server's clock.
    """

    kind: str
    where: str = "graph"
    times: int | None = 1
    status: int | None = None
    code: int | None = None
    subcode: int | None = None
    message: str | None = None
    pause: float = 1.0
    form: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    begin: str | None = None
    end: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is not a fault."""
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}.")
        if self.kind == "error" and self.code is None:
            raise ValueError("An error needs a code.")
        if any(moment.tzinfo is None for moment in self._span()):
            raise ValueError("begin and end need an offset.")

    def _span(self) -> tuple[datetime, datetime]:
        begin, end = (datetime.fromisoformat(text) if text else None for text in (self.begin, self.end))
        return begin or _FIRST, end or _LAST

    def is_on(self, now: datetime) -> bool:
        """Tell whether the fault's span holds a moment; it ends just before `end`."""
        begin, end = self._span()
        return begin <= now < end

    def hits(self, path: str) -> bool:
        """Tell whether the fault concerns a path (given without the version)."""
        if self.where in ("graph", "cdn"):
            return (self.where == "cdn") == path.startswith("/cdn/")
        return path.startswith(_VERSION.sub("", self.where))

    def error(self) -> GraphError:
        """Return the Graph error that this fault stands for."""
        usual = known_error(self.code or 1, self.subcode)
        subcode = usual.subcode if self.subcode is None else self.subcode
        return GraphError(self.message or usual.message, usual.code, subcode, self.status or usual.status, usual.more)


class Faults:
    """The faults that are switched on; each request takes the first that concerns it."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._faults: list[Fault] = []
        self._clock = clock
        self._lock = Lock()

    def add(self, **wish: Any) -> Fault:
        """Switch a fault on; raises ValueError or TypeError when it is not one.

        With `begin` or `end` it hits every time within that span, unless `times` says otherwise.
        """
        if wish.get("begin") or wish.get("end"):
            wish.setdefault("times", None)
        if wish.get("kind") in PICTURE_KINDS:
            wish.setdefault("where", "cdn")
        fault = Fault(**wish)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._faults.clear()

    def listed(self) -> list[dict[str, Any]]:
        """Return the faults that are on, with the times left."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, kinds: Iterable[str], path: str) -> Fault | None:
        """Return the first fault of these kinds that concerns a path, and count it."""
        plain, now = without_version(path), self._clock()
        with self._lock:
            for fault in self._faults:
                if fault.kind in kinds and fault.hits(plain) and fault.is_on(now):
                    self._count(fault)
                    return fault
        return None

    def _count(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._faults.remove(fault)


def without_version(path: str) -> str:
    """Return a path without its leading `/v26.0`."""
    return _VERSION.sub("", path)


class FaultGate:
    """WSGI layer that breaks answers on the wire."""

    def __init__(self, app: "WSGIApplication", faults: Faults, limited: Callable[[], dict[str, str]] = dict) -> None:
        """Put the gate before an app; `limited` gives the headers that go with error 80002."""
        self._app, self._faults, self._limited = app, faults, limited

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer a request, or break the answer when a fault is on."""
        path = str(environ.get("PATH_INFO", ""))
        fault = None if path.startswith("/_") else self._faults.take(WIRE_KINDS, path)
        if fault is None:
            return self._app(environ, start)
        if fault.kind == "down":
            hang_up(environ)
        if fault.kind == "slow":
            return self._slowly(environ, start, fault.pause)
        if fault.kind == "broken_json":
            return self._cut(environ, start)
        return _answer(fault, start, self._limited() if fault.code == BUSINESS_LIMIT else {})

    def _slowly(self, environ: "WSGIEnvironment", start: "StartResponse", pause: float) -> Iterator[bytes]:
        for chunk in self._app(environ, start):
            for place in range(len(chunk)):
                yield chunk[place : place + 1]
                time.sleep(pause)

    def _cut(self, environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
        """Answer with the first two thirds of the body, as a whole answer."""
        seen: list[Any] = []

        def keep(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            seen[:] = [status, headers, exc_info]
            return lambda _: None

        body = b"".join(self._app(environ, keep))
        half = body[: len(body) * 2 // 3]
        status, headers, _ = seen
        kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
        start(status, [*kept, ("Content-Length", str(len(half)))])
        return [half]


def hang_up(environ: "WSGIEnvironment") -> None:
    """Close the connection without an answer; raises ConnectionResetError where there is no socket."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("The connection was closed by a fault.")


def _answer(fault: Fault, start: "StartResponse", usage: dict[str, str]) -> list[bytes]:
    body, kind, status = _HTML, "text/html; charset=utf-8", fault.status or 502
    if fault.kind in ("http_500", "http_503"):
        status, body, kind = int(fault.kind[-3:]), b"", "text/plain"
    elif fault.kind == "error":
        error = fault.error()
        status, kind = error.status, "application/json; charset=UTF-8"
        body = to_json(error.body(f"fault {json.dumps(asdict(fault))}")).encode()
    headers = usage | fault.headers
    start(f"{status} Fault", [("Content-Type", kind), ("Content-Length", str(len(body))), *headers.items()])
    return [body]
