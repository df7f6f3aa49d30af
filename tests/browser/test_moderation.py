"""A shift at the desk in a real browser: by keyboard, by touch, and without JavaScript."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.moderation import services
from campaign.moderation.queries import history_of
from campaign.staff.actors import Actor
from campaign.staff.models import RoleName
from campaign.staff.services import disable_staff
from tests.browser.live import live_server, new_visitor
from tests.browser.people import log_in, send_log_in
from tests.factories import ERFURT, NOW, WEIMAR, make_entry
from tests.staff.people import make_staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    """Six waiting photos, the oldest first; the last one has no town."""
    towns = [ERFURT] * 5 + [None]
    return [make_entry(public=False, picture=True, town=town).number for town in towns]


@pytest.fixture
def url(app: Flask, numbers: list[int]) -> Iterator[str]:
    make_staff(RoleName.ORGANISER)
    with live_server(app) as address:
        yield address


@pytest.fixture
def desk(page: Page, url: str) -> Page:
    """The desk on a laptop, reached through the log-in by keyboard alone."""
    log_in(page, url)
    return page


def expect_entry(page: Page, number: int) -> None:
    expect(page.locator("[data-card]")).to_have_attribute("data-number", str(number))


def rest(page: Page) -> None:
    """As long as between two strokes of the same key that are both meant."""
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 170))")


def expect_saved(page: Page, text: str) -> None:
    """The bar with the way back says what is stored."""
    expect(page.locator("[data-undo] form p")).to_have_text(text)


def statuses(numbers: list[int]) -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    found = [db.session.get_one(Entry, number).status.value for number in numbers]
    db.session.rollback()
    return found


def test_a_shift_by_keyboard_alone(desk: Page, numbers: list[int]) -> None:
    first, second, third, fourth, fifth, townless = numbers
    expect_entry(desk, first)
    desk.keyboard.press("a")
    expect_entry(desk, second)
    desk.keyboard.press("r")
    desk.keyboard.press("3")
    desk.keyboard.press("Enter")
    expect_entry(desk, third)
    expect_saved(desk, f"Bild {second} abgelehnt")
    desk.keyboard.press("u")
    expect_entry(desk, second)
    desk.keyboard.press("a")
    expect_entry(desk, third)
    desk.keyboard.press("s")
    expect_entry(desk, fourth)
    desk.keyboard.press("k")
    expect_entry(desk, third)
    desk.keyboard.press("ArrowRight")
    expect_entry(desk, fourth)
    desk.keyboard.press("r")
    desk.keyboard.press("0")
    desk.keyboard.type("Wasserzeichen")
    desk.keyboard.press("Enter")
    expect_entry(desk, fifth)
    desk.keyboard.press("j")
    expect_entry(desk, townless)
    desk.keyboard.press("t")
    desk.keyboard.type("weim")
    desk.keyboard.press("Enter")
    expect(desk.locator(".desk__town .sign__name")).to_have_text("Weimar")
    desk.keyboard.press("a")
    expect_saved(desk, f"Bild {townless} freigegeben")
    assert statuses(numbers) == ["approved", "approved", "pending", "rejected", "pending", "approved"]
    [decision] = history_of(fourth)
    assert (decision.actor, decision.reason, decision.text) == (
        "organiser@example.org",
        "other",
        "Wasserzeichen",
    )
    assert db.session.get_one(Entry, townless).town_ags == WEIMAR


def test_the_next_photo_is_there_before_the_decision_is_stored(desk: Page, numbers: list[int]) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.route("**/freigeben", hold)
    desk.wait_for_load_state("networkidle")
    desk.keyboard.press("a")
    expect_entry(desk, numbers[1])
    expect(desk.locator("[data-undo]")).to_have_text(f"Bild {numbers[0]} freigegeben, wird gespeichert …")
    assert statuses(numbers)[0] == "pending"
    held[0].continue_()
    expect_saved(desk, f"Bild {numbers[0]} freigegeben")
    assert statuses(numbers)[0] == "approved"


def test_fast_fingers_decide_in_order_and_lose_nothing(desk: Page, numbers: list[int]) -> None:
    for number, following in itertools.pairwise(numbers[:5]):
        expect_entry(desk, number)
        rest(desk)
        desk.keyboard.press("a")
        expect_entry(desk, following)
    expect_saved(desk, f"Bild {numbers[3]} freigegeben")
    assert statuses(numbers) == ["approved"] * 4 + ["pending"] * 2


def test_a_photo_without_a_town_stays_and_the_cursor_is_where_the_town_is_set(desk: Page, numbers: list[int]) -> None:
    desk.goto(f"{desk.url}?bild={numbers[-1]}")
    expect_entry(desk, numbers[-1])
    desk.keyboard.press("a")
    expect(desk.get_by_role("alert")).to_contain_text("Ohne Ort lässt sich das Bild nicht freigeben.")
    expect(desk.locator("[data-panel=town] summary")).to_be_focused()
    expect_entry(desk, numbers[-1])
    assert statuses(numbers) == ["pending"] * 6


def test_a_lost_connection_brings_the_photo_back(desk: Page, numbers: list[int]) -> None:
    desk.wait_for_load_state("networkidle")
    desk.context.set_offline(True)
    desk.keyboard.press("a")
    expect(desk.get_by_role("alert")).to_contain_text("Das ließ sich nicht speichern.")
    expect_entry(desk, numbers[0])
    desk.context.set_offline(False)
    rest(desk)
    desk.keyboard.press("a")
    expect_saved(desk, f"Bild {numbers[0]} freigegeben")


def test_two_moderators_at_one_photo_the_second_is_told(desk: Page, numbers: list[int]) -> None:
    expect_entry(desk, numbers[0])
    services.approve(numbers[0], Actor(None, "bert@example.org"), NOW)
    db.session.rollback()
    desk.keyboard.press("a")
    expect(desk.get_by_role("alert")).to_contain_text("Das wurde inzwischen schon so entschieden.")
    expect_entry(desk, numbers[1])
    assert [one.actor for one in history_of(numbers[0])] == ["bert@example.org"]


def test_a_decision_can_be_undone_after_a_reload(desk: Page, numbers: list[int]) -> None:
    desk.keyboard.press("a")
    expect_saved(desk, f"Bild {numbers[0]} freigegeben")
    desk.reload()
    desk.keyboard.press("u")
    expect_entry(desk, numbers[0])
    assert statuses(numbers)[0] == "pending"


def test_the_desk_says_what_changed(desk: Page, numbers: list[int]) -> None:
    expect_entry(desk, numbers[0])
    desk.keyboard.press("a")
    said = f"Bild {numbers[0]} freigegeben. Bild {numbers[1]}, Erfurt. Noch 5"
    expect(desk.get_by_role("status")).to_have_text(said)


def test_the_question_mark_shows_all_keys_and_escape_closes_them(desk: Page, numbers: list[int]) -> None:
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.keyboard.press("a")
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_be_hidden()
    assert statuses(numbers)[0] == "pending"


def test_letters_typed_into_a_field_decide_nothing(desk: Page, numbers: list[int]) -> None:
    desk.keyboard.press("t")
    desk.keyboard.type("asuj")
    desk.keyboard.press("Escape")
    expect_entry(desk, numbers[0])
    expect(desk.locator("[data-panel=town]")).not_to_have_attribute("open", "")
    assert statuses(numbers) == ["pending"] * 6


def test_a_closed_account_is_led_to_the_log_in(desk: Page, numbers: list[int]) -> None:
    disable_staff("organiser@example.org")
    db.session.rollback()
    desk.keyboard.press("a")
    desk.locator("input[type=password]").wait_for()
    assert (desk.url.count("/anmelden?"), statuses(numbers)[0]) == (1, "pending")


def test_a_shift_by_touch_on_a_phone(phone: Page, url: str, numbers: list[int]) -> None:
    log_in(phone, url)
    phone.get_by_role("button", name="Freigeben").tap()
    expect_entry(phone, numbers[1])
    phone.locator("[data-panel=reject] summary").tap()
    phone.get_by_text("Doppelt").tap()
    phone.locator("[data-panel=reject] button").tap()
    expect_entry(phone, numbers[2])
    expect_saved(phone, f"Bild {numbers[1]} abgelehnt")
    phone.locator("[data-panel=town] summary").tap()
    phone.locator("input[name=town]").fill("jen")
    phone.get_by_role("option", name="Jena", exact=True).tap()
    expect(phone.locator(".desk__town .sign__name")).to_have_text("Jena")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert statuses(numbers)[:3] == ["approved", "rejected", "pending"]


def test_the_desk_works_without_javascript(browser: Browser, url: str, numbers: list[int]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    send_log_in(page, url)
    page.get_by_role("button", name="Nächste Bilder holen").click()
    page.locator("form[data-act=approve] button").click()
    expect_entry(page, numbers[1])
    page.locator("[data-panel=reject] summary").click()
    page.get_by_role("radio", name="Werbung").check()
    page.locator("[data-panel=reject] button").click()
    expect_entry(page, numbers[2])
    page.locator("[data-undo] button").first.click()
    expect_entry(page, numbers[1])
    page.locator("[data-panel=town] summary").click()
    page.locator("input[name=town]").fill("Weimar")
    page.locator("[data-panel=town] button").click()
    expect(page.locator(".desk__town .sign__name")).to_have_text("Weimar")
    context.close()
    assert statuses(numbers)[:2] == ["approved", "pending"]


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_of_the_staff_has_a_barrier_that_axe_finds(
    browser: Browser, app: Flask, url: str, numbers: list[int], width: int
) -> None:
    shown = make_entry(picture=True, status=Status.APPROVED).number
    db.session.rollback()
    context = new_visitor(browser, touch=width == 360)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{url}/anmelden")
    found = [violations(page)]
    log_in(page, url)
    for key in ("", "r", "t", "?"):
        if key:
            page.keyboard.press("Escape")
            page.keyboard.press(key)
        found.append(violations(page))
    for path in ("/moderation/eintraege", f"/moderation/eintrag/{shown}", "/verwaltung"):
        page.goto(url + path)
        found.append(violations(page))
    context.close()
    assert (found, complaints) == ([[]] * len(found), [])


def violations(page: Page) -> list[str]:
    """What axe complains about, with the first place of each."""
    response = Axe().run(page).response
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in response["violations"]]
