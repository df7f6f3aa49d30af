"""The application behind a real socket, and a real browser in front of it.

    def test_something(app, page):
        entry = make_entry()
        with live_server(app) as url:
            page.goto(f"{url}/galerie")

Things that the server must see have to be committed; on SQLite nothing may be read between that and
`live_server`, or the reading transaction keeps the server from writing (`live_server` ends an open one).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from campaign.extensions import db

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
]
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1440, "height": 900}


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the tests speak for themselves."""


@contextmanager
def live_server(app: Flask) -> Iterator[str]:
    """Serve the application on a free port of 127.0.0.1; yields its address without a slash at the end."""
    db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    # Connections that a browser keeps open must not hold up the end of a test.
    server.daemon_threads = True  # type: ignore[attr-defined]
    server.block_on_close = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Run Chromium with an empty profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def new_visitor(browser: Browser, *, touch: bool = False, language: str = "de-DE") -> BrowserContext:
    """A visitor without cookies: on a laptop (1440 x 900), or by touch on a phone (360 x 740)."""
    context = browser.new_context(
        viewport=PHONE if touch else LAPTOP,  # type: ignore[arg-type]
        has_touch=touch,
        locale=language,
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    return context
