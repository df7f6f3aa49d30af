"""The public pages in a real browser: tray, keyboard, narrow screens, contrast, no trace left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from campaign.clock import utc_now
from campaign.contests.views import time_left
from tests.browser.live import live_server
from tests.factories import ERFURT, JENA, NOW, WEIMAR, make_entry

# Files that a browser drops half-way are closed a moment late by the test's server.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

HILDBURGHAUSEN = "16069024"
PAGES = (
    "/",
    "/galerie?bild=1&bild=5",
    "/galerie?ort=gotha",
    "/orte",
    "/orte?suche=nirgendwo",
    "/orte/erfurt",
    "/orte/hildburghausen?bild=5",
    "/bild/1?bild=1",
    "/ergebnisse",
    "/teilnahmebedingungen",
    "/datenschutz",
    "/impressum",
    "/barrierefreiheit",
    "/nirgendwo",
    "/en/galerie",
)


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of a site in the voting phase: views 1 to 5, two of them from Erfurt."""
    for town in (ERFURT, WEIMAR, JENA, ERFURT, HILDBURGHAUSEN):
        make_entry(town=town, picture=True, creator="anna.sieht")
    with time_machine.travel(NOW), live_server(app) as url:
        yield url


def _slots(page: Page) -> list[str]:
    return [slot.inner_text().strip() for slot in page.locator(".tray__slot").all()]


def _open(page: Page, address: str) -> None:
    """Open a page and wait until its script has taken over; before that the links work by themselves."""
    page.goto(address)
    page.locator("[data-module='tray'][data-started]").wait_for(state="attached")


def _choose(page: Page, number: int) -> None:
    page.locator(f"[data-pick='{number}']").click()


def test_a_chosen_view_fills_a_sign_of_the_tray_and_every_link_carries_it(site: str, page: Page) -> None:
    _open(page, f"{site}/galerie")
    _choose(page, 1)
    _choose(page, 2)
    assert _slots(page) == ["Erfurt\nherausnehmen", "Weimar\nherausnehmen", "3. Stadt"]
    assert page.url == f"{site}/galerie?bild=1&bild=2"
    assert page.get_by_role("link", name="Ergebnisse").first.get_attribute("href") == "/ergebnisse?bild=1&bild=2"
    assert page.locator(".tray [role=status]").inner_text() == "Weimar: Der Blick steht auf deinem Stimmzettel."
    page.get_by_role("link", name="Zur Abstimmung").click()
    assert page.url == f"{site}/abstimmen?bild=1&bild=2"


def test_a_second_view_of_a_town_asks_whether_to_swap(site: str, page: Page) -> None:
    _open(page, f"{site}/galerie?bild=1&bild=2")
    _choose(page, 4)
    page.get_by_role("button", name="So lassen").click()
    assert page.url == f"{site}/galerie?bild=1&bild=2"
    _choose(page, 4)
    page.get_by_role("button", name="Tauschen").click()
    page.wait_for_url(f"{site}/galerie?bild=4&bild=2")


def test_a_full_ballot_says_what_to_do(site: str, page: Page) -> None:
    _open(page, f"{site}/galerie?bild=1&bild=2&bild=3")
    _choose(page, 5)
    assert page.url == f"{site}/galerie?bild=1&bild=2&bild=3"
    expected = "Dein Stimmzettel ist voll. Nimm erst einen Blick heraus."
    assert page.locator(".tray__hint").inner_text() == expected


def test_a_sign_of_the_tray_takes_its_view_out_by_keyboard(site: str, page: Page) -> None:
    _open(page, f"{site}/galerie?bild=1&bild=2")
    page.get_by_role("link", name="Erfurt herausnehmen").press("Enter")
    assert page.url == f"{site}/galerie?bild=2"
    assert _slots(page) == ["Weimar\nherausnehmen", "2. Stadt", "3. Stadt"]
    assert page.evaluate("document.activeElement.id") == "stimmzettel"


def test_without_javascript_the_same_links_do_the_same(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/galerie")
    _choose(page, 1)
    assert page.url == f"{site}/galerie?bild=1#blick-1"
    _choose(page, 4)
    assert page.url == f"{site}/galerie?bild=4#blick-4"
    page.get_by_role("link", name="Weimar").first.click()
    _choose(page, 2)
    page.get_by_role("link", name="Zur Abstimmung").click()
    assert page.url == f"{site}/abstimmen?bild=4&bild=2"
    context.close()


def test_the_countdown_of_the_browser_speaks_like_the_server(site: str, page: Page) -> None:
    page.goto(site)
    spoken = page.evaluate(
        """async () => {
          const { words } = await import("/static/js/countdown.js");
          const said = document.querySelector("[data-module=countdown]").dataset;
          const minute = 60000, hour = 60 * minute, day = 24 * hour;
          return [0, minute, 59 * minute, hour, 47 * hour, 2 * day, 30.9 * day].map((left) => words(left, said));
        }"""
    )
    now = utc_now()
    lefts = (
        timedelta(0),
        timedelta(minutes=1),
        timedelta(minutes=59),
        timedelta(hours=1),
        timedelta(hours=47),
        timedelta(days=2),
        timedelta(days=30.9),
    )
    with time_machine.travel(now, tick=False):
        assert spoken == [time_left(now + left) for left in lefts]


def test_the_first_tab_leads_past_the_menu(site: str, page: Page) -> None:
    _open(page, f"{site}/galerie")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhalt"


def test_what_has_the_focus_is_never_hidden_by_the_tray(site: str, phone: Page) -> None:
    phone.goto(f"{site}/galerie?bild=5")
    hidden = []
    for _ in range(30):
        phone.keyboard.press("Tab")
        hidden += phone.evaluate(
            """() => {
              const focused = document.activeElement, tray = document.querySelector(".tray");
              if (tray.contains(focused) || focused === document.body) return [];
              const box = focused.getBoundingClientRect(), over = tray.getBoundingClientRect();
              return box.top >= over.top && box.bottom <= over.bottom ? [focused.outerHTML] : [];
            }"""
        )
    assert hidden == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_page_breaks_a_rule_of_axe(site: str, browser: Browser, colours: str) -> None:
    context = browser.new_context(color_scheme=colours, viewport={"width": 360, "height": 740})  # type: ignore[arg-type]
    page, found = context.new_page(), {}
    for path in PAGES:
        page.goto(f"{site}{path}")
        found[path] = [item["id"] for item in Axe().run(page, options=AXE).response["violations"]]
    context.close()
    assert found == {path: [] for path in PAGES}


def test_no_page_scrolls_sideways_on_narrow_screens_or_with_large_text(site: str, browser: Browser) -> None:
    context = browser.new_context()
    page, wide = context.new_page(), []
    for path in PAGES:
        page.goto(f"{site}{path}")
        for width, size in ((320, "100%"), (640, "200%")):
            page.set_viewport_size({"width": width, "height": 640})
            page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append((path, size))
    context.close()
    assert wide == []


def test_looking_and_choosing_leaves_no_trace_and_asks_no_other_host(site: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in PAGES[:-2]:
        page.goto(f"{site}{path}")
    _open(page, f"{site}/galerie")
    _choose(page, 2)
    assert [url for url in asked if not url.startswith(site)] == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert complaints == []


AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
