"""Staff in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.staff.people import PASSWORD, code_of


def log_in(page: Page, url: str, email: str = "organiser@example.org", wanted: str = "/moderation") -> None:
    """Log in, and wait until the page that was wanted has fetched what there is."""
    send_log_in(page, url, email, wanted)
    expect(page.locator("[data-view=fetch]")).to_have_count(0)


def send_log_in(page: Page, url: str, email: str = "organiser@example.org", wanted: str = "/moderation") -> None:
    """Log in by keyboard alone, with the code of the app, and wait for the page that was wanted."""
    page.goto(f"{url}/anmelden?next={wanted}")
    page.get_by_label("E-Mail-Adresse").press_sequentially(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    prove(page, email)
    page.wait_for_url(url + wanted)


def prove(page: Page, email: str = "organiser@example.org") -> None:
    """Type the code of the app."""
    page.get_by_label("Code aus der App").wait_for()
    page.keyboard.type(code_of(email))
    page.keyboard.press("Enter")
