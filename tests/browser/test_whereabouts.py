"""„Wo ist mein Bild?“ and the tombstone in a real browser: keyboard, narrow screens, no script, axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from campaign.contests.services import current_contest
from campaign.counters import counters
from campaign.entries.lifecycle import Source
from campaign.extensions import db
from campaign.moderation.reasons import Reason
from campaign.moderation.services import reject
from campaign.staff.actors import COMMAND_LINE
from tests.browser.live import live_server
from tests.entries.test_pages_browser import AXE
from tests.factories import NOW, make_entry
from tests.moderation.creators import make_upload, shown

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGE = "/wo-ist-mein-bild"
CODE = "7K3M-9QWT-C4XD-R02H"
CODES = ("Cshown00000", "Cwaiting000", "Crejected00", "Chidden0000", "Cnever00000", CODE)


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """A site with a post in each state, and an upload."""
    shown(shortcode=CODES[0])
    make_entry(public=False, shortcode=CODES[1], received_at=NOW)
    rejected = make_entry(public=False, shortcode=CODES[2])
    reject(rejected.number, Reason.NO_TOWN, None, COMMAND_LINE, NOW)
    shown(shortcode=CODES[3], gone_at=NOW)
    make_upload(shown(shortcode=None, media_id=None, permalink=None, source=Source.UPLOAD), None, CODE)
    assert current_contest().mention
    db.session.rollback()
    counters.begin_anew()
    with time_machine.travel(NOW), live_server(app) as url:
        yield url


def look(page: Page, site: str, typed: str, path: str = PAGE) -> None:
    page.goto(f"{site}{path}")
    page.get_by_role("textbox").fill(typed)
    page.locator("main form button").click()


def walk(page: Page, site: str, act: Callable[[str], None]) -> None:
    """Open the form, its refusal, every answer, the way to withdraw, and the tombstone."""
    page.goto(f"{site}{PAGE}")
    act("form")
    look(page, site, "https://www.instagram.com/anna.sieht/")
    act("refused")
    for typed in CODES:
        look(page, site, typed if typed == CODE else f"https://www.instagram.com/p/{typed}/?igsh=MzRlODBiNWFlZA==")
        act(typed)
    look(page, site, CODES[0])
    page.get_by_role("button", name="Code holen").click()
    page.locator(".receipt__code").wait_for()
    act("code")
    page.goto(f"{site}/bild/4")
    act("tombstone")


def test_by_keyboard_alone_a_post_is_found_and_a_code_fetched(site: str, page: Page) -> None:
    page.goto(f"{site}{PAGE}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(f"instagram.com/p/{CODES[0]}")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Dein Bild hängt in der Galerie.").wait_for()
    page.locator("main button").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="So ziehst du dein Bild zurück").wait_for()
    assert page.locator(".receipt__code").inner_text().count("-") == 1


def test_without_javascript_an_upload_is_withdrawn(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    look(page, site, CODE.lower().replace("-", " "))
    page.get_by_role("button", name="Endgültig zurückziehen").click()
    page.get_by_text("Wir löschen die Datei.").wait_for()
    look(page, site, CODE)
    page.get_by_text("Es ist auf keiner Seite mehr zu sehen.").wait_for()
    assert page.get_by_role("button", name="Endgültig zurückziehen").count() == 0
    context.close()


def test_a_refused_field_says_why_and_keeps_what_was_pasted(site: str, page: Page) -> None:
    look(page, site, "https://www.instagram.com/anna.sieht/")
    field = page.get_by_role("textbox")
    assert field.input_value() == "https://www.instagram.com/anna.sieht/"
    assert field.get_attribute("aria-invalid") == "true"
    named = str(field.get_attribute("aria-describedby")).split()
    assert "Das ist ein Profil." in " ".join(page.locator(f"#{one}").inner_text() for one in named)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_answer_breaks_a_rule_of_axe(site: str, browser: Browser, colours: str) -> None:
    context = browser.new_context(color_scheme=colours, viewport={"width": 360, "height": 740})  # type: ignore[arg-type]
    page, found = context.new_page(), dict[str, list[str]]()

    def check(name: str) -> None:
        found[name] = [item["id"] for item in Axe().run(page, options=AXE).response["violations"]]

    walk(page, site, check)
    context.close()
    assert found == {name: [] for name in ("form", "refused", *CODES, "code", "tombstone")}


def test_nothing_scrolls_sideways_on_narrow_screens_or_with_large_text(site: str, browser: Browser) -> None:
    context = browser.new_context()
    page, wide = context.new_page(), []

    def check(name: str) -> None:
        for width, size in ((320, "100%"), (640, "200%")):
            page.set_viewport_size({"width": width, "height": 640})
            page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append((name, size))

    walk(page, site, check)
    context.close()
    assert wide == []


def test_looking_for_a_picture_leaves_no_trace_and_asks_no_other_host(site: str, page: Page) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    walk(page, site, lambda _name: None)
    assert [url for url in asked if not url.startswith(site)] == []
    assert (page.context.cookies(), page.evaluate("localStorage.length + sessionStorage.length")) == ([], 0)
    assert [one for one in complaints if "422" not in one] == []
