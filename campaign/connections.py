"""Connections to the outside: a name is resolved once, its addresses are checked, and exactly those are connected.

Between a check and a second resolution a hostile name server can change its answer. Here nothing resolves again:
the name stays for the Host header, for SNI and for the certificate.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util import Retry

from campaign.addresses import is_listed, is_public

# What `socket.getaddrinfo` returns: family, type, protocol, canonical name, address.
Found = tuple[Any, Any, int, str, tuple[Any, ...]]
Resolve = Callable[..., Sequence[Found]]

# A resolver that hangs leaves a thread behind for as long as it hangs: never more than these.
MAX_LOOKUPS: Final = 8
_lookups = threading.BoundedSemaphore(MAX_LOOKUPS)


class ForbiddenAddress(Exception):
    """The connection would have left the list of hosts or the public internet; nothing was connected."""


class Watchdog:
    """Shuts the sockets of one try down when its time is over."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._end = time.monotonic() + seconds
        self._sockets: list[Any] = []
        self._timer = threading.Timer(seconds, self._bite)
        self._timer.daemon = True

    def __enter__(self) -> Watchdog:
        _current.watchdog = self
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()
        _current.watchdog = None

    def remaining(self) -> float:
        """Return the seconds until the try is over, never less than a little."""
        return max(self._end - time.monotonic(), 0.001)

    def watch(self, sock: Any) -> None:
        """Shut this socket down when the time is over."""
        self._sockets.append(sock)
        if self.expired:
            self._bite()

    def _bite(self) -> None:
        self.expired = True
        for sock in list(self._sockets):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


_current = threading.local()


def _watchdog() -> Watchdog | None:
    return getattr(_current, "watchdog", None)


class Dialer:
    """Turns a host name into a connected socket.

    With `hosts` only the listed hosts are connected, at public addresses, and listed loopback entries (see
    `is_listed`); without it any address that the name has.
    """

    def __init__(self, hosts: Sequence[str] | None, resolve: Resolve | None = None) -> None:
        self._hosts, self._resolve = hosts, resolve

    def dial(self, scheme: str, host: str, port: int, seconds: float) -> socket.socket:
        """Return a socket that is connected to a checked address of the host.

        Raises:
            ForbiddenAddress: the host is not listed, or one of its addresses is not public.
            OSError: the name has no address, or none of them answers in time.
        """
        if self._hosts is not None and not is_listed(scheme, host, port, self._hosts):
            raise ForbiddenAddress("the host is not listed")
        found = _look_up(self._resolve or socket.getaddrinfo, host, port, _time_left(seconds))
        # One private address among public ones: the name is not what it says.
        if self._hosts is not None and scheme == "https" and not all(is_public(str(item[4][0])) for item in found):
            raise ForbiddenAddress("the host's name leads to an address that is not public")
        problem: OSError = OSError("the name has no address")
        for item in found:
            try:
                return _connect(item, _time_left(seconds))
            except OSError as error:
                problem = error
        raise problem


def _time_left(seconds: float) -> float:
    watchdog = _watchdog()
    return seconds if watchdog is None else min(seconds, watchdog.remaining())


def _look_up(resolve: Resolve, host: str, port: int, seconds: float) -> Sequence[Found]:
    """Ask the resolver in a thread of its own: `getaddrinfo` knows no time-out."""
    if not _lookups.acquire(timeout=seconds):
        raise TimeoutError("too many names wait for their address")
    answers: queue.SimpleQueue[Sequence[Found] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            answers.put(error)
        except Exception:
            answers.put(OSError("the name cannot be resolved"))
        finally:
            _lookups.release()

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("the name server does not answer") from None
    if isinstance(found, OSError):
        raise found
    return found


def _connect(item: Found, seconds: float) -> socket.socket:
    family, kind, protocol, _, address = item
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Bounds the TLS handshake as a whole too, before the watchdog knows the socket.
        sock.settimeout(seconds)
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


class _Dialled:
    """Connects through its dialer and shows its socket to the watchdog before anything is read from it."""

    scheme: str
    sock: Any

    def __init__(self, *args: Any, dialer: Dialer, **options: Any) -> None:
        super().__init__(*args, **options)
        self._dialer = dialer

    def _new_conn(self) -> socket.socket:
        connection: Any = self
        host = connection._dns_host.strip("[]")
        try:
            return self._dialer.dial(self.scheme, host, connection.port, connection.timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, "no connection in time") from error
        except OSError as error:
            raise NewConnectionError(connection, type(error).__name__) from error

    def getresponse(self) -> Any:
        # A connection that is used again does not connect.
        watchdog = _watchdog()
        if watchdog is not None and self.sock is not None:
            watchdog.watch(self.sock)
        return super().getresponse()  # type: ignore[misc]


class _HTTP(_Dialled, HTTPConnection):
    scheme = "http"


class _HTTPS(_Dialled, HTTPSConnection):
    scheme = "https"


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPS


class DialledAdapter(HTTPAdapter):
    """What `requests` mounts, with the dialer under every connection; nothing is retried or redirected here."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer
        super().__init__(max_retries=Retry(0, redirect=False), pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Let the pools make connections of ours."""
        super().init_poolmanager(*args, **options)
        manager: Any = self.poolmanager
        manager.pool_classes_by_scheme = {
            "http": partial(_HTTPPool, dialer=self._dialer),
            "https": partial(_HTTPSPool, dialer=self._dialer),
        }
