"""Making people unrecognisable in a real browser: by mouse, by touch, by keyboard alone, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from campaign.entries.lifecycle import PictureState
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.pictures.models import Picture
from campaign.pictures.services import prepare_picture, store_picture
from campaign.staff.models import RoleName
from tests.browser.live import live_server, new_visitor
from tests.browser.test_moderation import expect_entry, expect_saved, log_in, send_log_in, violations
from tests.factories import NOW, make_entry
from tests.pictures.portraits import portrait
from tests.staff.people import make_staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def number(app: Flask) -> int:
    """A waiting photo of somebody."""
    entry = make_entry(public=False, people=None, alt_text=None)
    entry.picture_id = store_picture(prepare_picture(portrait()), NOW)
    entry.picture_state = PictureState.STORED
    db.session.commit()
    return entry.number


@pytest.fixture
def url(app: Flask, number: int) -> Iterator[str]:
    make_staff(RoleName.ORGANISER)
    with live_server(app) as address:
        yield address


def open_tool(page: Page, url: str) -> None:
    log_in(page, url)
    page.keyboard.press("m")
    page.wait_for_url("**/unkenntlich")


def areas(page: Page) -> list[list[float]]:
    """Left, top, width and height of each row of the form, in percent."""
    rows = page.locator("[data-area]").all()
    names = ("left", "top", "width", "height")
    return [[float(row.locator(f"[name={name}]").input_value()) for name in names] for row in rows]


def shown(number: int) -> tuple[bool, str | None]:
    """Whether the entry shows a blurred picture, and what is said about people."""
    db.session.rollback()
    db.session.expire_all()
    entry = db.session.get_one(Entry, number)
    picture = db.session.get_one(Picture, entry.picture_id)
    found = picture.made_from is not None, entry.people.value if entry.people else None
    db.session.rollback()
    return found


def test_a_shift_blurs_and_publishes_by_keyboard_alone(page: Page, url: str, number: int) -> None:
    open_tool(page, url)
    page.keyboard.press("n")
    mark = page.locator(".mark")
    expect(mark).to_be_focused()
    [before] = areas(page)
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "+", "Shift+ArrowRight", "Shift+ArrowDown", "-"):
        page.keyboard.press(key)
    left, top, width, height = before
    assert areas(page) == [pytest.approx([left - 2, top - 1, width + 1, height + 1], abs=0.2)]
    expect(page.get_by_role("status")).to_contain_text("Fläche 1: links")
    page.keyboard.press("n")
    page.keyboard.press("Delete")
    expect(page.locator(".mark")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/moderation?bild={number}")
    expect_entry(page, number)
    expect_saved(page, f"Bild {number} unkenntlich gemacht")
    page.keyboard.press("4")
    page.keyboard.press("a")
    expect_saved(page, f"Bild {number} freigegeben")
    assert shown(number) == (True, "unrecognisable")


def test_escape_leads_back_and_undo_takes_the_blur_back(page: Page, url: str, number: int) -> None:
    open_tool(page, url)
    page.keyboard.press("Escape")
    page.wait_for_url(f"**/moderation?bild={number}")
    page.keyboard.press("m")
    page.wait_for_url("**/unkenntlich")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/moderation?bild={number}")
    assert shown(number)[0]
    page.keyboard.press("u")
    expect(page.get_by_role("radio", name="unkenntlich")).to_be_disabled()
    assert not shown(number)[0]


def test_areas_are_drawn_moved_and_resized_by_mouse(page: Page, url: str, number: int) -> None:
    open_tool(page, url)
    frame = page.locator("[data-stage]").bounding_box()
    assert frame is not None

    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        points = [(frame["x"] + frame["width"] * x, frame["y"] + frame["height"] * y) for x, y in (start, end)]
        page.mouse.move(*points[0])
        page.mouse.down()
        page.mouse.move(*points[1], steps=4)
        page.mouse.up()

    drag((0.6, 0.7), (0.4, 0.2))
    assert areas(page) == [pytest.approx([40, 20, 20, 50], abs=0.5)]
    drag((0.5, 0.4), (0.4, 0.3))
    assert areas(page) == [pytest.approx([30, 10, 20, 50], abs=0.5)]
    drag((0.5, 0.6), (0.7, 0.8))
    assert areas(page) == [pytest.approx([30, 10, 40, 70], abs=0.5)]
    drag((0.9, 0.9), (0.9, 0.9))
    assert len(areas(page)) == 2
    page.locator("[data-area]").nth(1).get_by_role("button", name="Entfernen").click()
    page.locator("select[name=shape]").select_option("rectangle")
    expect(page.locator(".mark--ellipse")).to_have_count(0)
    page.get_by_role("button", name="Unkenntlich machen").click()
    page.wait_for_url(f"**/moderation?bild={number}")
    assert shown(number) == (True, None)


def test_a_tap_on_a_phone_places_an_area(phone: Page, url: str, number: int) -> None:
    log_in(phone, url)
    phone.get_by_role("link", name="Unkenntlich machen").tap()
    phone.wait_for_url("**/unkenntlich")
    stage = phone.locator("[data-stage]")
    stage.scroll_into_view_if_needed()
    frame = stage.bounding_box()
    assert frame is not None
    phone.touchscreen.tap(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] * 0.45)
    [[left, top, width, height]] = areas(phone)
    assert (left + width / 2, top + height / 2) == pytest.approx((50, 45), abs=1)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    phone.get_by_role("button", name="Unkenntlich machen").tap()
    phone.wait_for_url(f"**/moderation?bild={number}")
    assert shown(number)[0]


def test_the_tool_works_without_javascript(browser: Browser, url: str, number: int) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    send_log_in(page, url)
    page.get_by_role("button", name="Nächste Bilder holen").click()
    page.get_by_role("link", name="Unkenntlich machen").click()
    first = page.locator("[data-area]").first
    for name, value in (("links", "35"), ("oben", "15"), ("breit", "30"), ("Höhe", "60")):
        first.get_by_label(name).fill(value)
    page.get_by_role("button", name="Unkenntlich machen").click()
    expect_entry(page, number)
    context.close()
    assert shown(number)[0]


@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_no_barrier_in_any_state_of_the_tool(browser: Browser, url: str, number: int, width: int) -> None:
    context = new_visitor(browser, touch=width == 360)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    open_tool(page, url)
    found = [violations(page)]
    page.keyboard.press("n")
    found.append(violations(page))
    page.locator("[name=left]").fill("viel")
    page.get_by_role("button", name="Unkenntlich machen").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found.append(violations(page))
    context.close()
    # What the browser itself says of the refused form.
    assert (found, [one for one in complaints if "422" not in one]) == ([[]] * 3, [])
