"""Whoever sends slowly, or stops in the middle, keeps nobody else waiting: real sockets against a real server."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from campaign.arrivals import DESKS, FORM_BYTES, FORM_PLACES, PHOTO_PLACES, RETRY_SECONDS, THREADS
from campaign.codes import new_secret
from tests.processes import Processes, Running, eventually, free_ports, is_listening, write_config

pytestmark = [
    pytest.mark.fault,
    pytest.mark.timeout(180),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
PHOTO = f"/mitmachen/datei/{new_secret()}?ab=0&groesse=700000&pruefsumme={'a' * 64}"
LOOK_FOR = "/wo-ist-mein-bild"
OVERLOADED = "Wir sind gerade überlastet. Versuch es in ein paar Minuten noch einmal."
LATE = "Das hat zu lange gedauert. Schick es noch einmal ab, am besten mit besserem Netz."
# The same site with less patience.
IMPATIENT = """
import sys
from granian import Granian
from granian.constants import Interfaces
from campaign import create_app
from campaign.arrivals import THREADS, Arrivals
from campaign.config import load_settings

def create():
    return Arrivals(create_app(load_settings()), patience=1.0, look=0.5)

if __name__ == "__main__":
    port, interface = int(sys.argv[1]), Interfaces.WSGI
    Granian("impatient:create", factory=True, port=port, interface=interface, blocking_threads=THREADS).serve()
"""


@pytest.fixture
def port() -> int:
    return free_ports()


@pytest.fixture
def config(tmp_path: Path, database_url: str, port: int) -> Path:
    return write_config(tmp_path, database_url, site={"base_url": f"http://127.0.0.1:{port}"})


@pytest.fixture
def hanging() -> Iterator[ExitStack]:
    """Closes the connections that a test leaves hanging."""
    with ExitStack() as connections:
        yield connections


def begin(hanging: ExitStack, port: int, path: str, length: int) -> socket.socket:
    """Send the head of a form and three bytes of it, and then nothing."""
    sender = hanging.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    sender.sendall(f"{head}{kind}bei".encode())
    return sender


def status(port: int, path: str) -> int:
    return requests.get(f"http://127.0.0.1:{port}{path}", timeout=20).status_code


def send(port: int, path: str, length: int) -> requests.Response:
    """Send a whole form of that length."""
    form = {"beitrag": "nichts".ljust(length, ".")}
    return requests.post(f"http://127.0.0.1:{port}{path}", data=form, timeout=20)


def until_refused(port: int, path: str, length: int) -> requests.Response:
    """Wait until all places are taken, and return the answer to whoever comes then."""

    def refusals() -> list[requests.Response]:
        answer = send(port, path, length)
        return [answer] if answer.status_code == 503 else []

    return eventually(refusals, "a refusal")[0]


def test_photos_that_hang_keep_neither_pages_nor_forms_waiting(
    processes: Processes, config: Path, port: int, hanging: ExitStack
) -> None:
    processes.start(config, "web").until(lambda: is_listening(port), "the web site")
    for _ in range(PHOTO_PLACES + DESKS):
        begin(hanging, port, PHOTO, 700_000)
    refusal = until_refused(port, PHOTO, FORM_BYTES + 1)
    assert (refusal.headers["Retry-After"], refusal.text.count(OVERLOADED)) == (str(RETRY_SECONDS), 1)
    assert [status(port, path) for path in ("/healthz", "/", "/galerie")] == [200, 200, 200]
    assert send(port, LOOK_FOR, 6).status_code == 422


def test_forms_and_photos_that_hang_leave_the_pages_alone_and_their_places_when_they_go(
    processes: Processes, config: Path, port: int, hanging: ExitStack
) -> None:
    processes.start(config, "web").until(lambda: is_listening(port), "the web site")
    for number in range(2 * THREADS):
        begin(hanging, port, *((PHOTO, 700_000) if number % 2 else (LOOK_FOR, 1000)))
    until_refused(port, PHOTO, FORM_BYTES + 1)
    refusal = until_refused(port, LOOK_FOR, 6)
    assert (refusal.headers["Retry-After"], refusal.text.count(OVERLOADED)) == (str(RETRY_SECONDS), 1)
    assert [status(port, path) for path in ("/healthz", "/", "/galerie")] == [200, 200, 200]
    hanging.close()
    eventually(lambda: send(port, LOOK_FOR, 6).status_code == 422, "the places to be free")


@pytest.fixture
def impatient(processes: Processes, tmp_path: Path, config: Path, port: int) -> Running:
    (tmp_path / "impatient.py").write_text(IMPATIENT, encoding="utf-8")
    command = [sys.executable, "impatient.py", str(port)]
    running = processes.run(command, cwd=tmp_path, CAMPAIGN_CONFIG=str(config))
    running.until(lambda: is_listening(port), "the web site")
    return running


@pytest.mark.usefixtures("impatient")
def test_senders_who_fall_silent_are_hung_up_on(port: int, hanging: ExitStack) -> None:
    senders = [begin(hanging, port, LOOK_FOR, 1000) for _ in range(FORM_PLACES)]
    assert [sender.recv(1) for sender in senders] == [b""] * FORM_PLACES
    eventually(lambda: send(port, LOOK_FOR, 6).status_code == 422, "the places to be free")


@pytest.mark.usefixtures("impatient")
def test_a_photo_that_trickles_in_is_refused_when_its_time_is_over(port: int, hanging: ExitStack) -> None:
    sender = begin(hanging, port, PHOTO, 100_000)
    for _ in range(12):
        sender.sendall(b"." * 6000)
        # The pace of a slow network, which is what the test is about.
        time.sleep(0.3)
    answer = read_all(sender)
    assert (answer.partition("\r\n")[0], answer.count(LATE)) == ("HTTP/1.1 408 Request Timeout", 1)


def read_all(sender: socket.socket) -> str:
    """Return an answer up to the end of its page."""
    answer = b""
    while b"</html>" not in answer:
        answer += sender.recv(65536)
    return answer.decode()
