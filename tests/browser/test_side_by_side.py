"""Deciding beside a picture that looks alike, and beside a colleague: nothing typed is lost, nobody is overruled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from campaign.entries.models import Entry
from campaign.entries.similar import note_similar
from campaign.extensions import db
from campaign.staff.models import RoleName
from tests.browser.live import LAPTOP, live_server, new_visitor
from tests.browser.people import log_in, send_log_in
from tests.browser.test_moderation import expect_entry, expect_saved
from tests.entries.likenesses import make_shown, photo
from tests.factories import NOW, make_entry
from tests.staff.people import make_staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BERT = "bert@example.org"


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    """Two that wait, of which nothing is said yet: the first looks like one that is public."""
    make_shown(photo(1))
    twin = make_shown(photo(1, quality=50), public=False, people=None, alt_text=None).number
    note_similar(twin, NOW)
    return [twin, make_entry(public=False, picture=True, people=None, alt_text=None).number]


@pytest.fixture
def url(app: Flask, numbers: list[int]) -> Iterator[str]:
    make_staff(RoleName.ORGANISER)
    make_staff(RoleName.MODERATOR, BERT)
    with live_server(app) as address:
        yield address


def said_of(number: int) -> tuple[str, str | None, str | None]:
    db.session.expire_all()
    entry = db.session.get_one(Entry, number)
    found = (entry.status.value, entry.people and entry.people.value, entry.alt_text)
    db.session.rollback()
    return found


def test_what_is_typed_on_the_card_goes_along_when_the_comparison_approves(
    page: Page, url: str, numbers: list[int]
) -> None:
    log_in(page, url)
    page.keyboard.press("2")
    page.keyboard.press("x")
    page.keyboard.press("Control+a")
    page.keyboard.type("Ein Turm im Nebel")
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    expect(page.get_by_role("dialog", name="Vergleich")).to_be_visible()
    page.keyboard.press("a")
    expect_entry(page, numbers[1])
    expect_saved(page, f"Bild {numbers[0]} freigegeben")
    assert said_of(numbers[0]) == ("approved", "incidental", "Ein Turm im Nebel")


def test_what_the_comparison_misses_is_said_on_the_card_where_the_cursor_stands(
    page: Page, url: str, numbers: list[int]
) -> None:
    log_in(page, url)
    page.keyboard.press("v")
    expect(page.get_by_role("dialog", name="Vergleich")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_role("dialog", name="Vergleich")).to_be_hidden()
    expect(page.get_by_role("alert")).to_have_text("Sag zuerst, ob Menschen zu erkennen sind (Tasten 1 bis 4).")
    expect(page.get_by_role("radio", name="niemand")).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("a")
    expect_entry(page, numbers[1])


def test_without_javascript_the_comparison_leads_to_what_is_missing(
    browser: Browser, url: str, numbers: list[int]
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="de-DE", viewport=LAPTOP)  # type: ignore[arg-type]
    page = context.new_page()
    send_log_in(page, url)
    page.get_by_role("button", name="Nächste Bilder holen").click()
    page.get_by_role("link", name="Vergleichen").click()
    page.get_by_role("button", name="Dieses freigeben").click()
    expect(page.get_by_role("alert")).to_contain_text("Sag zuerst, ob Menschen zu erkennen sind")
    expect(page.get_by_role("radio", name="niemand")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Freigeben").click()
    expect(page.get_by_text(f"Bild {numbers[0]} freigegeben")).to_be_visible()
    assert said_of(numbers[0])[:2] == ("approved", "none")
    context.close()


def test_a_colleague_who_has_the_picture_is_named_and_what_was_typed_stays(
    browser: Browser, page: Page, url: str, numbers: list[int]
) -> None:
    there = f"/moderation/eintrag/{numbers[0]}"
    log_in(page, url, BERT, wanted=there)
    other = new_visitor(browser)
    log_in(other.new_page(), url)
    page.get_by_label("Wer hat sie gegeben?").fill("Karl")
    page.get_by_label("Womit lässt sie sich belegen?").fill("Kommentar vom 3. Mai")
    page.get_by_role("button", name="Erlaubnis eintragen").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(f"Bild {numbers[0]} ist gerade bei organiser@example.org.")
    expect(page.get_by_label("Womit lässt sie sich belegen?")).to_have_value("Kommentar vom 3. Mai")
    other.close()
