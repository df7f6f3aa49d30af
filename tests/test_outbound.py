"""Answers from outside are whole, small and quick, or they are errors."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from campaign.outbound import Outbound, OutboundError

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@contextmanager
def answering(*handlers: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that gives each connection to the next handler, after it has read the request."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)

    def serve() -> None:
        for handle in handlers:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                try:
                    handle(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    listener.close()
    thread.join(10)


def whole(body: bytes, status: bytes = b"200 OK") -> Callable[[socket.socket], None]:
    head = b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    return lambda connection: connection.sendall(head + body)


def drip(data: bytes) -> Callable[[socket.socket], None]:
    def handle(connection: socket.socket) -> None:
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    return handle


def outbound(**changes: float) -> Outbound:
    return Outbound(**{"seconds": 0.4, "size": 1000, "retries": 0, "backoff": 0.0, **changes})  # type: ignore[arg-type]


def test_a_whole_answer_comes_with_status_headers_and_body() -> None:
    with answering(whole(b"hello")) as url:
        answer = outbound().get(url)
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"hello", "5")


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"Content-Length: 500\r\n\r\n" + b"x" * 500,
        HEAD + b"Connection: close\r\n\r\n" + b"x" * 500,
        HEAD + b"X-Long: " + b"y" * 500,
    ],
    ids=["with a length", "until the end of the connection", "within the headers"],
)
def test_one_byte_after_another_does_not_hold_us_up(data: bytes) -> None:
    started = time.monotonic()
    with answering(drip(data)) as url, pytest.raises(OutboundError, match="took too long"):
        outbound().get(url)
    assert time.monotonic() - started < 5


def test_a_slow_greeting_of_tls_does_not_hold_us_up() -> None:
    # The head of a TLS record that promises 16,000 bytes.
    started = time.monotonic()
    with (
        answering(drip(b"\x16\x03\x03\x3e\x80" + b"\x02" * 200)) as url,
        pytest.raises(OutboundError, match="took too long"),
    ):
        outbound().get(url.replace("http:", "https:"))
    assert time.monotonic() - started < 5


def test_too_many_bytes_are_refused_whether_announced_or_not() -> None:
    with answering(whole(b"x" * 2000)) as url, pytest.raises(OutboundError, match="larger than 1000 bytes"):
        outbound(retries=2).get(url)
    silent = HEAD + b"Connection: close\r\n\r\n" + b"x" * 2000
    with answering(lambda one: one.sendall(silent)) as url, pytest.raises(OutboundError, match="larger than 1000"):
        outbound(retries=2).get(url)


def test_a_broken_connection_is_tried_again() -> None:
    with answering(lambda one: None, whole(b"later")) as url:
        assert outbound(retries=1).get(url).body == b"later"


def test_a_server_error_is_tried_again_and_the_last_answer_counts() -> None:
    failing = whole(b"down", b"503 Service Unavailable")
    with answering(failing, failing, whole(b"up")) as url:
        tries = outbound(retries=2)
        assert (tries.get(url).body, tries.requests) == (b"up", 3)
    with answering(failing, failing) as url:
        assert outbound(retries=1).get(url).status == 503


def test_a_request_that_we_got_wrong_is_not_tried_again() -> None:
    with answering(whole(b"no", b"404 Not Found")) as url:
        tries = outbound(retries=2)
        assert (tries.get(url).status, tries.requests) == (404, 1)


def test_a_redirect_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with answering(lambda one: one.sendall(moved)) as url:
        assert outbound().get(url).status == 302


def test_a_cut_answer_is_an_error_and_not_a_short_answer() -> None:
    cut = HEAD + b"Content-Length: 500\r\n\r\nonly this"
    with answering(lambda one: one.sendall(cut)) as url, pytest.raises(OutboundError, match="connection"):
        outbound().get(url)


def test_nobody_there_is_an_error_without_the_address() -> None:
    with pytest.raises(OutboundError) as caught:
        outbound().get("http://127.0.0.1:9/?access_token=geheim")
    assert str(caught.value) == "no connection"
