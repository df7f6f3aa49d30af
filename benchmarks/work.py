"""How long a phone calculates before a form is taken, and what that costs the server.

The tools of Chromium slow only a page's own thread down, not those on which it derives keys: so the second column is
six times of what the same machine needs without. A real slow phone lies between the two.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from flask import Flask
from playwright.sync_api import Page

from campaign import create_app
from campaign.clock import utc_now
from campaign.contests.services import sync_contest
from campaign.errors import InvalidInput
from campaign.extensions import db
from campaign.operations.upgrade import upgrade_database
from campaign.voting.work import Action, challenge, check
from tests.browser.live import live_server, new_visitor, running_chromium
from tests.factories import make_entry, make_settings
from tests.voting.test_work import mutations
from tests.voting.working import ROUND, solved

ROUNDS = 40
SLOWER = 6
MUTATIONS = 100_000
LOADS = {"normal load": 0, "heaviest load": 10**6}
SOLVE = """async () => {
  const form = document.querySelector("[data-module=work]").cloneNode(true);
  const { start } = await import("/static/js/work.js");
  const began = performance.now();
  start(form);
  while (!form.elements.work.value) await new Promise((later) => setTimeout(later, 2));
  return performance.now() - began;
}"""


def main() -> None:
    """Print seconds of the form, and what making, checking and refusing costs."""
    with _application() as app:
        _show_phone(app)
        _show_server()


@contextmanager
def _application() -> Iterator[Flask]:
    with tempfile.TemporaryDirectory() as folder:
        days = ("collect_from", "vote_from"), ("collect_until", "vote_until", "publish_at")
        dates = {name: f"20{25 + 5 * late}-01-01T00:00:00" for late, names in enumerate(days) for name in names}
        app = create_app(make_settings(Path(folder), contest=dates))
        with app.app_context():
            upgrade_database()
            sync_contest(app.config["CAMPAIGN"])
            yield app
            db.session.remove()
            db.engine.dispose()


def _show_phone(app: Flask) -> None:
    number = make_entry().number
    print(f"seconds from the form to its work, of {ROUNDS} forms: half of them, 95 %, all of them")
    with live_server(app) as url, running_chromium() as browser:
        page = new_visitor(browser, touch=True).new_page()
        page.goto(f"{url}/abstimmen?bild={number}")
        tools = page.context.new_cdp_session(page)
        for name, load in LOADS.items():
            for rate in (SLOWER, 1):
                tools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
                seconds = _solve(page, load, 1 if rate > 1 else SLOWER)
                label = f"page slowed {SLOWER} times" if rate > 1 else f"{SLOWER} times of an unslowed page"
                shown = " ".join(f"{seconds[round(part * (ROUNDS - 1))]:6.2f}" for part in (0.5, 0.95, 1))
                print(f"  {name:<14} {label:<32} {shown}")


def _solve(page: Page, load: int, times: int) -> list[float]:
    with patch("campaign.voting.work_views._network_load", lambda: load):
        return sorted(page.evaluate(SOLVE) * times / 1000 for _ in range(ROUNDS))


def _show_server() -> None:
    now, chance = utc_now(), random.Random(1)
    payloads = [solved(now) for _ in range(50)]
    print("server")
    _each("make a challenge", 200, lambda: challenge(Action.BALLOT, ROUND, 0, now))
    _each("check work and mark it", 50, lambda: check(payloads.pop(), Action.BALLOT, ROUND, now))
    spent = solved(now)
    check(spent, Action.BALLOT, ROUND, now)
    changed = mutations(spent, chance, MUTATIONS)
    taken = [text for text in changed if _is_taken(text)]
    print(f"  {MUTATIONS:,} random changes of spent work: {len(taken)} taken")
    db.session.rollback()


def _is_taken(text: str) -> bool:
    try:
        check(text, Action.BALLOT, ROUND, utc_now())
    except InvalidInput:
        return False
    return True


def _each(name: str, times: int, act: Callable[[], object]) -> None:
    began = time.thread_time()
    for _ in range(times):
        act()
    print(f"  {name:<26} {1000 * (time.thread_time() - began) / times:6.2f} ms of a core")
