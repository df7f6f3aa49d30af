"""Whatever Instagram's answers say: no request to a host outside the lists, and no token anywhere."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import structlog
from flask import Flask

from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.instagram.client import GraphError
from campaign.instagram.credentials import look_after_token, open_client
from campaign.instagram.existence import check_existence
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.mentions import ingest_mentions, keep_mentions
from campaign.instagram.tags import ingest_tags
from campaign.instagram.webhooks import Mention
from campaign.logs import configure_logging
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings
from campaign.staff.models import RoleName
from tests.factories import NOW, make_entry
from tests.staff.people import logged_in
from tests.voting.test_secrecy import everything_stored

TOKEN, SECRET = "EAAB-the-token-itself", "the-secret-of-the-app"


class Evil(BaseHTTPRequestHandler):
    """A Graph API that repeats the token wherever it can and names addresses that nobody may fetch."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self) -> None:
        self.server.paths.append(self.path.partition("?")[0])  # type: ignore[attr-defined]
        body = json.dumps(self._document()).encode()
        self.send_response(302 if "redirect" in self.path else 200)
        self.send_header("Location", f"http://127.0.0.1:{self.server.trap}/redirected")  # type: ignore[attr-defined]
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _document(self) -> dict[str, Any]:
        trap = self.server.trap  # type: ignore[attr-defined]
        if "ig_hashtag_search" in self.path:
            return {"data": [{"id": "17843857450040591"}]}
        if "debug_token" in self.path:
            soon = int(NOW.timestamp()) + 86_400
            return {"data": {"is_valid": True, "type": "SYSTEM_USER", "app_id": "99", "expires_at": soon, "scopes": []}}
        if "oauth" in self.path:
            return {"error": {"code": 1, "message": f"cannot exchange {TOKEN} with {SECRET}"}}
        if "mentioned_" in self.path:
            return {"error": {"code": 2, "message": f"{TOKEN} is busy {SECRET}"}}
        if "media" in self.path or "tags" in self.path:
            items = [item(number, url) for number, url in enumerate(hostile_addresses(trap))]
            following = f"http://127.0.0.1:{trap}/next?access_token={TOKEN}"
            more = {"cursors": {"after": "QVFI"}, "next": following} if "after=" not in self.path else {}
            return {"data": items, "paging": more}
        return {"error": {"code": 190, "message": f"Error validating access token {TOKEN} ({SECRET})"}}


def item(number: int, url: str) -> dict[str, Any]:
    code = f"C{number:010}"
    return {
        "id": f"1790000000000{number:04}",
        "caption": "Der Erfurter Dom #schoensterblick",
        "media_type": "IMAGE",
        "media_url": url,
        "permalink": f"https://www.instagram.com/p/{code}/",
        "timestamp": NOW.strftime("%Y-%m-%dT%H:%M:%S+0000"),
    }


def hostile_addresses(trap: int) -> list[str]:
    return [
        f"http://127.0.0.1:{trap}/picture.jpg",
        f"https://127.0.0.1:{trap}/picture.jpg",
        f"http://localhost:{trap}/picture.jpg",
        f"http://2130706433:{trap}/picture.jpg",
        f"http://0x7f000001:{trap}/picture.jpg",
        f"http://[::1]:{trap}/picture.jpg",
        f"http://[::ffff:127.0.0.1]:{trap}/picture.jpg",
        f"https://scontent.cdninstagram.com@127.0.0.1:{trap}/",
        f"https://scontent.cdninstagram.com:{trap}/picture.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "https://cdninstagram.com.evil.example/picture.jpg",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//127.0.0.1/picture.jpg",
    ]


class Trap:
    """A listening socket that nobody may connect to."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.caught = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            try:
                connection = self.socket.accept()[0]
            except OSError:
                return
            self.caught += 1
            connection.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.socket.close()


@pytest.fixture
def evil(trap: Trap) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    server.trap, server.paths = trap.port, []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def config(evil: ThreadingHTTPServer) -> InstagramSettings:
    return InstagramSettings.model_validate(
        {
            "api_base_url": f"http://127.0.0.1:{evil.server_port}",
            "user_id": "17841",
            "access_token": TOKEN,
            "app_id": "99",
            "app_secret": SECRET,
        }
    )


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The log of a running scheduler, at its most talkative."""
    root = logging.getLogger()
    level = root.level
    monkeypatch.setattr(root, "handlers", [])
    configure_logging(level=logging.DEBUG)
    yield
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def contacts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The addresses that sockets were connected to, in order."""
    seen: list[object] = []
    connect = socket.socket.connect

    def note(self: socket.socket, address: Any) -> None:
        seen.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", note)
    return seen


def everything(config: InstagramSettings) -> list[str]:
    """Every kind of pass and look, and the words of what failed."""
    said: list[str] = []

    def client() -> Any:
        return open_client(config, outbound=Outbound(seconds=5, size=1_000_000, backoff=0), sleep=lambda _: None)

    keep_mentions([Mention("17900000000000001", "17900000000000002")], utc_now())
    contest, now = current_contest(), datetime.fromisoformat("2026-06-15T13:00:00+00:00")
    for ingest in (ingest_hashtag, ingest_tags, ingest_mentions):
        run = ingest(contest, config, now, client=client())
        said += [str(run.errors)]
    check_existence(contest, config, client=client())
    for call in (client().account, lambda: look_after_token(config, now, client=client())):
        try:
            call()
        except GraphError as error:
            said += [str(error), repr(error), repr(error.fault)]
    return said


def test_nothing_but_the_listed_hosts_is_ever_connected_to(
    app: Flask, config: InstagramSettings, evil: ThreadingHTTPServer, trap: Trap, contacts: list[object]
) -> None:
    make_entry(picture=True)
    everything(config)
    web = {address for address in contacts if isinstance(address, tuple) and address[1] != _database_port(app)}
    assert web == {("127.0.0.1", evil.server_port)}
    assert trap.caught == 0
    assert len(evil.paths) > 5  # type: ignore[attr-defined]


def test_no_token_and_no_secret_stands_in_database_log_page_or_exception(
    app: Flask, config: InstagramSettings, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    said = everything(config)
    staff = logged_in(app, RoleName.ORGANISER)
    pages = [staff.get(path)[1] for path in ("/verwaltung/erfassung", "/moderation/eintraege", "/verwaltung")]
    printed = capfd.readouterr()
    kept = "\n".join([everything_stored(), caplog.text, printed.out, printed.err, *pages, *said])
    assert [secret for secret in (TOKEN, SECRET) if secret in kept] == []
    assert "Der Erfurter Dom" in kept


def test_an_answer_with_a_broken_header_brings_no_token_into_the_log(
    app: Flask, config: InstagramSettings, log: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    headers = BaseHTTPRequestHandler.end_headers

    def with_a_broken_line(self: BaseHTTPRequestHandler) -> None:
        self._headers_buffer.append(b"this line is no header\r\n")  # type: ignore[attr-defined]
        headers(self)

    monkeypatch.setattr(Evil, "end_headers", with_a_broken_line)
    monkeypatch.setattr(Evil, "_document", lambda self: {"access_token": "the-next-one"})
    exchanged = open_client(config, sleep=lambda _: None).exchange(system_user=False)
    printed = capfd.readouterr()
    assert (exchanged, printed.out, printed.err) == ("the-next-one", "", "")


def _database_port(app: Flask) -> int | None:
    from campaign.extensions import db

    return db.engine.url.port
