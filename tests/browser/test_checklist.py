"""What must be said before a picture is published, at the desk in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.moderation.queries import history_of
from campaign.staff.models import RoleName
from tests.browser.live import live_server
from tests.browser.test_moderation import expect_entry, expect_saved, log_in, send_log_in, statuses, violations
from tests.factories import make_entry
from tests.staff.people import make_staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MISSING = "Sag zuerst, ob Menschen zu erkennen sind (Tasten 1 bis 4)."


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    """Three waiting photos that nobody has looked at yet."""
    return [make_entry(public=False, picture=True, people=None, alt_text=None).number for _ in range(3)]


@pytest.fixture
def url(app: Flask, numbers: list[int]) -> Iterator[str]:
    make_staff(RoleName.ORGANISER)
    with live_server(app) as address:
        yield address


@pytest.fixture
def desk(page: Page, url: str) -> Page:
    log_in(page, url)
    return page


def said(number: int) -> tuple[str | None, str | None, str | None]:
    db.session.rollback()
    db.session.expire_all()
    entry = db.session.get_one(Entry, number)
    found = entry.people.value if entry.people else None, entry.people_note, entry.alt_text
    db.session.rollback()
    return found


def test_two_keys_publish_a_photo_without_people(desk: Page, numbers: list[int]) -> None:
    for number, following in ((numbers[0], numbers[1]), (numbers[1], numbers[2])):
        expect_entry(desk, number)
        desk.keyboard.press("1")
        desk.keyboard.press("a")
        expect_entry(desk, following)
    expect_saved(desk, f"Bild {numbers[1]} freigegeben")
    assert statuses(numbers) == ["approved", "approved", "pending"]
    assert said(numbers[0]) == ("none", None, "Blick auf Erfurt: Abendlicht über den Dächern")


def test_approving_with_nothing_said_decides_nothing_and_leads_to_the_row(desk: Page, numbers: list[int]) -> None:
    desk.keyboard.press("a")
    expect(desk.get_by_role("alert")).to_have_text(MISSING)
    expect(desk.get_by_role("radio", name="niemand")).to_be_focused()
    expect_entry(desk, numbers[0])
    assert statuses(numbers) == ["pending"] * 3
    desk.keyboard.press("2")
    expect(desk.get_by_role("alert")).to_have_count(0)
    desk.keyboard.press("a")
    expect_entry(desk, numbers[1])
    expect_saved(desk, f"Bild {numbers[0]} freigegeben")
    assert (statuses(numbers)[0], said(numbers[0])[0]) == ("approved", "incidental")


def test_digits_choose_reasons_while_the_reasons_are_open(desk: Page, numbers: list[int]) -> None:
    desk.keyboard.press("r")
    desk.keyboard.press("3")
    expect(desk.get_by_role("radio", name="Einwilligung")).not_to_be_checked()
    desk.keyboard.press("Enter")
    expect_entry(desk, numbers[1])
    expect_saved(desk, f"Bild {numbers[0]} abgelehnt")
    assert [one.reason for one in history_of(numbers[0])] == ["people"]


def test_consent_is_typed_right_behind_its_key_and_needs_a_proof(desk: Page, numbers: list[int]) -> None:
    desk.keyboard.press("3")
    expect(desk.get_by_label("Wie ist sie belegt?")).to_be_focused()
    desk.keyboard.press("Escape")
    desk.keyboard.press("a")
    expect(desk.get_by_role("alert")).to_have_text("Schreib dazu, wie die Einwilligung belegt ist.")
    desk.keyboard.type("Mail vom 3. Juni")
    desk.keyboard.press("Enter")
    expect_entry(desk, numbers[1])
    expect_saved(desk, f"Bild {numbers[0]} freigegeben")
    assert said(numbers[0])[:2] == ("consent", "Mail vom 3. Juni")


def test_nobody_is_unrecognisable_in_a_picture_that_was_not_blurred(desk: Page, numbers: list[int]) -> None:
    desk.keyboard.press("4")
    expect(desk.get_by_role("alert")).to_have_text("Mach die Menschen zuerst unkenntlich: Taste M.")
    expect(desk.get_by_role("radio", name="unkenntlich")).to_be_disabled()


def test_x_goes_to_the_description_and_escape_back(desk: Page, numbers: list[int]) -> None:
    desk.keyboard.press("x")
    field = desk.get_by_label("Bildbeschreibung")
    expect(field).to_be_focused()
    expect(field).to_have_value("Blick auf Erfurt: Abendlicht über den Dächern")
    desk.keyboard.press("Control+a")
    desk.keyboard.type("Rosa Himmel über dem Dom")
    desk.keyboard.press("Escape")
    desk.keyboard.press("1")
    desk.keyboard.press("a")
    expect_entry(desk, numbers[1])
    expect_saved(desk, f"Bild {numbers[0]} freigegeben")
    assert said(numbers[0])[2] == "Rosa Himmel über dem Dom"


def test_an_emptied_description_decides_nothing(desk: Page, numbers: list[int]) -> None:
    desk.keyboard.press("1")
    desk.get_by_label("Bildbeschreibung").fill(" ")
    desk.keyboard.press("Escape")
    desk.keyboard.press("a")
    expect(desk.get_by_role("alert")).to_have_text("Schreib zuerst, was auf dem Bild zu sehen ist: Taste X.")
    expect(desk.get_by_label("Bildbeschreibung")).to_be_focused()
    assert statuses(numbers) == ["pending"] * 3


def test_undo_takes_back_what_was_said_with_the_approval(desk: Page, numbers: list[int]) -> None:
    desk.keyboard.press("1")
    desk.keyboard.press("a")
    expect_saved(desk, f"Bild {numbers[0]} freigegeben")
    desk.keyboard.press("u")
    expect_entry(desk, numbers[0])
    expect(desk.locator("[data-people]:checked")).to_have_count(0)
    assert (statuses(numbers)[0], said(numbers[0])) == ("pending", (None, None, None))


def test_the_checklist_works_by_touch_on_a_phone(phone: Page, url: str, numbers: list[int]) -> None:
    log_in(phone, url)
    phone.get_by_role("button", name="Freigeben").tap()
    expect(phone.get_by_role("alert")).to_have_text(MISSING)
    phone.get_by_role("radio", name="Beiwerk").tap()
    phone.get_by_role("button", name="Freigeben").tap()
    expect_entry(phone, numbers[1])
    expect_saved(phone, f"Bild {numbers[0]} freigegeben")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert said(numbers[0])[0] == "incidental"


def test_the_checklist_works_without_javascript(browser: Browser, url: str, numbers: list[int]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    send_log_in(page, url)
    page.get_by_role("button", name="Nächste Bilder holen").click()
    page.locator("form[data-act=approve] button").click()
    expect_entry(page, numbers[0])
    page.get_by_label("niemand").check()
    page.get_by_label("Bildbeschreibung").fill("Der Dom")
    page.locator("form[data-act=approve] button").click()
    expect_entry(page, numbers[1])
    context.close()
    assert said(numbers[0]) == ("none", None, "Der Dom")


def test_axe_finds_no_barrier_in_any_state_of_the_checklist(desk: Page, numbers: list[int]) -> None:
    found = []
    for key in ("1", "3", "Escape", "a", "x"):
        desk.keyboard.press(key)
        found.append(violations(desk))
    assert found == [[]] * len(found)
