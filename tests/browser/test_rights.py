"""The page of a request in a real browser: a phone of 360 px, both languages, no script, axe; and the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from campaign.counters import counters
from campaign.extensions import db
from campaign.staff.models import RoleName
from tests.browser.live import PHONE, live_server, new_visitor
from tests.browser.people import send_log_in
from tests.entries.test_pages_browser import AXE
from tests.factories import NOW, WEIMAR, make_entry
from tests.rights.requests import requested, without_right
from tests.staff.people import make_staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WORDS = {
    "": ("Ja, ihr dürft", "Danke, du hast Ja gesagt.", "Erlaubnis zurücknehmen", "Deine Erlaubnis ist zurückgenommen."),
    "/en": ("Yes, you may", "Thank you, you said yes.", "Take the permission back", "Your permission is taken back."),
}


@pytest.fixture
def code(app: Flask) -> str:
    """The code of a request for a picture of Weimar."""
    made = requested(without_right(town=WEIMAR, creator="anna.sieht"))
    db.session.rollback()
    counters.begin_anew()
    return made


@pytest.fixture
def site(app: Flask, code: str) -> Iterator[str]:
    """A site on which somebody is asked."""
    with time_machine.travel(NOW), live_server(app) as url:
        yield url


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def check(page: Page) -> None:
    found = Axe().run(page, options=AXE).response["violations"]
    assert (page.url, [one["id"] for one in found], fits(page)) == (page.url, [], True)


def answer(page: Page, site: str, root: str, code: str) -> None:
    """Say yes with a missing tick first, see what holds, take it back; look at every page on the way."""
    yes, thanks, back, gone = WORDS[root]
    page.goto(f"{site}{root}/rechte/{code}")
    assert page.locator(".asked img").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    check(page)
    for box in ("rechte", "alter"):
        page.locator(f"#{box}").check()
    page.locator("#name").fill("Anna Berg")
    page.locator("form").first.evaluate("form => (form.noValidate = true)")
    page.get_by_role("button", name=yes).click()
    assert page.get_by_role("alert").count() == 1
    check(page)
    page.locator("#selbst").check()
    page.get_by_role("button", name=yes).click()
    assert page.locator("h1").inner_text() == thanks
    check(page)
    page.get_by_role("button", name=back).click()
    assert page.locator("h1").inner_text() == gone
    check(page)


@pytest.mark.parametrize("root", ["", "/en"])
def test_somebody_answers_on_a_phone_and_takes_it_back(phone: Page, site: str, code: str, root: str) -> None:
    answer(phone, site, root, code)
    assert phone.context.cookies() == []


def test_it_works_without_scripts_and_in_the_dark(browser: Browser, site: str, code: str) -> None:
    context = browser.new_context(
        java_script_enabled=False,
        viewport=PHONE,
        color_scheme="dark",
        timezone_id="Europe/Berlin",  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(f"{site}/rechte/{code}")
    page.get_by_role("button", name="Nein, zeigt es nicht").click()
    assert page.locator("h1").inner_text() == "Wir zeigen dein Foto nicht."
    context.close()


def test_every_control_is_large_enough_for_a_thumb(phone: Page, site: str, code: str) -> None:
    phone.goto(f"{site}/rechte/{code}")
    sizes = phone.locator("main button, main input:not([type=hidden]):not([type=checkbox]), main .choice").evaluate_all(
        "found => found.map(one => Math.round(one.getBoundingClientRect().height))"
    )
    assert [size for size in sizes if size < 44] == []


@pytest.fixture
def desk(app: Flask) -> Iterator[str]:
    """A site with a moderator and something of each list."""
    make_staff(RoleName.ORGANISER, "eva@example.org")
    requested(without_right())
    without_right()
    make_entry(picture=True)
    db.session.rollback()
    counters.begin_anew()
    with live_server(app) as url:
        yield url


@pytest.mark.parametrize("touch", [False, True])
def test_staff_ask_copy_and_find_it_again(browser: Browser, desk: str, touch: bool) -> None:
    context = new_visitor(browser, touch=touch)
    page = context.new_page()
    send_log_in(page, desk, "eva@example.org", "/moderation/eintrag/2")
    check(page)
    page.get_by_role("button", name="Um Erlaubnis bitten").click()
    assert "/rechte/" in page.locator("#frage-de").input_value()
    check(page)
    for listing in ("offen", "erinnern", "antworten", "enden"):
        page.goto(f"{desk}/moderation/rechte?zeige={listing}")
        check(page)
    page.goto(f"{desk}/verwaltung/ergebnisse")
    check(page)
    context.close()
