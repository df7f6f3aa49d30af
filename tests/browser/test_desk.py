"""A whole shift at the desk in a real browser: by keyboard alone, two people at once, by touch, for a screen reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from campaign.entries.lifecycle import People, Status
from campaign.entries.models import Entry
from campaign.entries.similar import note_similar
from campaign.extensions import db
from campaign.moderation import services
from campaign.moderation.queries import history_of
from campaign.pictures.models import Derivative
from campaign.staff.actors import Actor
from campaign.staff.models import RoleName
from tests.browser.live import live_server, new_visitor
from tests.browser.test_moderation import expect_entry, expect_saved, log_in, rest, statuses, violations
from tests.entries.likenesses import make_shown, photo
from tests.factories import NOW, WEIMAR, make_entry
from tests.moderation.albums import make_album
from tests.staff.people import make_staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
READY = {"people": People.NONE, "alt_text": "Dächer im Abendlicht"}
BERT = "bert@example.org"


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    """Thirty that wait, the oldest first: the third is an album, the fifth has no town, the sixth has a twin."""
    plain = [_wait() for _ in range(2)]
    album, fourth = make_album(3, **READY).number, _wait()
    townless, twin = _wait(town=None), make_shown(photo(1, quality=50), public=False, **READY).number
    note_similar(twin, NOW)
    return [*plain, album, fourth, townless, twin, *(_wait() for _ in range(24))]


def _wait(**values: object) -> int:
    return make_entry(**{"public": False, "picture": True, **READY, **values}).number


@pytest.fixture
def original(app: Flask) -> int:
    """An approved photo that the twin looks like."""
    return make_shown(photo(1), creator="anna.wiese").number


@pytest.fixture
def url(app: Flask, original: int, numbers: list[int]) -> Iterator[str]:
    make_staff(RoleName.ORGANISER)
    make_staff(RoleName.MODERATOR, BERT)
    with live_server(app) as address:
        yield address


@pytest.fixture
def desk(page: Page, url: str) -> Page:
    log_in(page, url)
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_whole_shift_by_keyboard_alone(desk: Page, numbers: list[int]) -> None:
    first, second, album, fourth, townless, twin, *rest_of_them = numbers
    expect_entry(desk, first)
    press(desk, "a")
    expect_entry(desk, second)
    press(desk, "r", "4", "Enter")
    expect_entry(desk, album)
    press(desk, "b", "Enter")
    expect(desk.locator("[data-part] [aria-current]")).to_contain_text("2")
    press(desk, "1", "a")
    expect_entry(desk, fourth)
    press(desk, "p", "2", "Enter")
    expect_entry(desk, townless)
    expect_saved(desk, f"Bild {fourth} geparkt")
    press(desk, "t")
    desk.keyboard.type("weim")
    press(desk, "Enter")
    expect(desk.locator(".desk__town .sign__name")).to_have_text("Weimar")
    press(desk, "a")
    expect_entry(desk, twin)
    press(desk, "v")
    expect(desk.get_by_role("dialog", name="Vergleich")).to_be_visible()
    press(desk, "r")
    expect_entry(desk, rest_of_them[0])
    expect_saved(desk, f"Bild {twin} abgelehnt")
    press(desk, "s")
    expect_entry(desk, rest_of_them[1])
    press(desk, "k")
    expect_entry(desk, rest_of_them[0])
    for place, number in enumerate(rest_of_them):
        expect_entry(desk, number)
        rest(desk)
        press(desk, *("a" if place % 3 else "r9"), *([] if place % 3 else ["Enter"]))
    expect(desk.get_by_role("heading", name="Nichts Neues wartet.")).to_be_visible()
    expect_saved(desk, f"Bild {rest_of_them[-1]} freigegeben")
    decided = ["rejected" if place % 3 == 0 else "approved" for place in range(24)]
    assert statuses(numbers) == ["approved", "rejected", "approved", "pending", "approved", "rejected", *decided]
    assert history_of(twin)[0].reason == "duplicate"
    db.session.rollback()


def test_a_key_that_is_held_or_struck_twice_decides_once(desk: Page, numbers: list[int]) -> None:
    expect_entry(desk, numbers[0])
    desk.keyboard.down("a")
    for _ in range(3):
        rest(desk)
        desk.keyboard.down("a")
    desk.keyboard.up("a")
    expect_saved(desk, f"Bild {numbers[0]} freigegeben")
    expect_entry(desk, numbers[1])
    desk.evaluate(
        "() => ['a', 'a'].forEach((key) => document.body.dispatchEvent("
        "new KeyboardEvent('keydown', { key, bubbles: true })))"
    )
    expect(desk.get_by_role("status")).to_contain_text("Zu schnell")
    expect_saved(desk, f"Bild {numbers[1]} freigegeben")
    assert statuses(numbers)[:3] == ["approved", "approved", "pending"]


def test_two_people_at_once_never_see_the_same_photo(
    browser: Browser, desk: Page, url: str, numbers: list[int]
) -> None:
    context = new_visitor(browser)
    other = context.new_page()
    log_in(other, url, BERT)
    seen: dict[Page, list[str]] = {desk: [], other: []}
    for _ in range(8):
        for page in (desk, other):
            number = page.locator("[data-card]").get_attribute("data-number") or ""
            seen[page].append(number)
            rest(page)
            press(page, "r", "4", "Enter")
            expect(page.locator(f'[data-card][data-number="{number}"]')).to_have_count(0)
    expect(other.get_by_text("Außer dir: 1 Person")).to_be_visible()
    context.close()
    assert set(seen[desk]) & set(seen[other]) == set()
    assert (len(set(seen[desk])), len(set(seen[other]))) == (8, 8)


def test_the_last_ones_are_with_somebody_else(browser: Browser, desk: Page, url: str, numbers: list[int]) -> None:
    for number in numbers[5:]:
        services.withdraw(number, None, Actor(None, "x"), NOW)
    db.session.rollback()
    context = new_visitor(browser)
    other = context.new_page()
    log_in(other, url, BERT)
    expect(other.get_by_text("Die letzten 5 Bilder sind bei anderen.")).to_be_visible()
    assert violations(other) == []
    context.close()


def test_an_older_decision_is_undone_after_a_reload(desk: Page, numbers: list[int]) -> None:
    for number in numbers[:2]:
        expect_entry(desk, number)
        rest(desk)
        press(desk, "a")
    expect_saved(desk, f"Bild {numbers[1]} freigegeben")
    desk.reload()
    expect_entry(desk, numbers[2])
    desk.get_by_text("Davor entschieden").press("Enter")
    desk.get_by_role("button", name=f"Bild {numbers[0]} rückgängig").press("Enter")
    expect_entry(desk, numbers[0])
    assert statuses(numbers)[:2] == ["pending", "approved"]


def test_a_photo_is_looked_at_in_full_size_and_moved_by_keys(desk: Page, numbers: list[int]) -> None:
    expect_entry(desk, numbers[0])
    press(desk, "z")
    room = desk.locator(".zoom__room")
    expect(room.locator("img")).to_be_visible()
    expect(room).to_be_focused()
    start = room.evaluate("room => [room.scrollLeft, room.scrollTop]")
    press(desk, "ArrowRight", "ArrowDown", "a")
    desk.wait_for_function(f"() => document.querySelector('.zoom__room').scrollLeft > {start[0]}")
    press(desk, "Escape")
    expect(room).to_be_hidden()
    assert statuses(numbers)[0] == "pending"


def test_filters_and_the_search_stay_while_one_works(desk: Page, numbers: list[int]) -> None:
    press(desk, "f")
    desk.get_by_label("Ort", exact=True).fill("Weimar")
    press(desk, "Enter")
    expect(desk.get_by_role("heading", name="Zu diesem Filter wartet nichts.")).to_be_visible()
    press(desk, "/")
    expect(desk.get_by_role("searchbox")).to_be_focused()
    desk.get_by_label("Ort", exact=True).fill("")
    desk.get_by_role("searchbox").fill(str(numbers[7]))
    press(desk, "Enter")
    expect_entry(desk, numbers[7])
    press(desk, "a")
    expect(desk.get_by_role("heading", name="Zu diesem Filter wartet nichts.")).to_be_visible()
    assert desk.url.endswith(f"suche={numbers[7]}&ort=&quelle=&recht=&hinweis=&alter=&geparkt=&aehnlich=&meins=")


def test_many_are_rejected_after_a_count_and_taken_back_at_once(desk: Page, url: str, numbers: list[int]) -> None:
    desk.goto(f"{url}/moderation/eintraege?status=pending")
    boxes = desk.get_by_role("checkbox")
    boxes.nth(1).press("Space")
    boxes.nth(2).press("Space")
    expect(desk.get_by_label("Auf einmal")).to_contain_text("die 2 angekreuzten")
    desk.get_by_role("button", name="Ablehnen …").press("Enter")
    expect(desk.get_by_role("heading", name="2 Bilder ablehnen")).to_be_visible()
    assert violations(desk) == []
    assert statuses(numbers[-2:]) == ["pending", "pending"]
    desk.get_by_label("Zu unscharf oder zu klein").press("Space")
    expect(desk.get_by_text("Das Foto ist zu klein, zu dunkel oder zu unscharf")).to_be_visible()
    desk.get_by_role("button", name="2 Bilder ablehnen").press("Enter")
    expect(desk.get_by_role("heading", name="Zusammen entschieden")).to_be_visible()
    assert (statuses(numbers[-2:]), violations(desk)) == (["rejected", "rejected"], [])
    desk.get_by_role("button", name="Alle 2 rückgängig machen").press("Enter")
    expect(desk.get_by_text("rückgängig gemacht von").first).to_be_visible()
    assert statuses(numbers[-2:]) == ["pending", "pending"]


def test_the_same_by_touch_on_a_phone(phone: Page, url: str, numbers: list[int]) -> None:
    log_in(phone, url)
    second, album = numbers[1:3]
    phone.get_by_role("link", name="Groß").tap()
    phone.get_by_role("button", name="Schließen").tap()
    phone.get_by_role("button", name="Freigeben").tap()
    expect_entry(phone, second)
    phone.locator("[data-panel=park] summary").tap()
    phone.get_by_text("Im Team besprechen").tap()
    phone.locator("[data-panel=park] button").tap()
    expect_entry(phone, album)
    expect_saved(phone, f"Bild {second} geparkt")
    phone.get_by_role("button", name="Bild 3 von 3 wählen").tap()
    expect(phone.locator("[data-part] [aria-current]")).to_contain_text("3")
    phone.get_by_role("link", name="Später").tap()
    expect_entry(phone, numbers[3])
    phone.locator("[data-undo] button").first.tap()
    expect_entry(phone, album)
    phone.goto(f"{url}/moderation?bild={numbers[5]}")
    expect_entry(phone, numbers[5])
    phone.get_by_role("link", name="Vergleichen").tap()
    phone.get_by_role("button", name="Dieses als doppelt ablehnen").tap()
    expect_entry(phone, numbers[6])
    expect_saved(phone, f"Bild {numbers[5]} abgelehnt")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert statuses(numbers)[:6] == ["approved", "pending", "pending", "pending", "pending", "rejected"]


STATES = {
    "card": [],
    "reject": ["r", "3"],
    "town": ["t"],
    "park": ["p", "4"],
    "filter": ["f"],
    "why": ["w"],
    "help": ["?"],
    "zoom": ["z"],
    "compare": ["v"],
}


@pytest.mark.parametrize("width", [360, 1440])
def test_no_state_of_the_desk_has_a_barrier_that_axe_finds(
    browser: Browser, url: str, original: int, numbers: list[int], width: int
) -> None:
    context = new_visitor(browser, touch=width == 360)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    log_in(page, url)
    found = {}
    for name, keys in STATES.items():
        page.goto(f"{url}/moderation?bild={numbers[5]}")
        expect_entry(page, numbers[5])
        press(page, *keys)
        if name in ("zoom", "compare"):
            page.locator("dialog[open] img").first.wait_for()
        found[name] = (violations(page), page.evaluate("document.documentElement.scrollWidth"))
    paths = {"none": "?ort=Gera", "parked": "?geparkt=ja", "comparison": f"/eintrag/{numbers[5]}/vergleich"}
    for name, path in paths.items():
        page.goto(f"{url}/moderation{path}")
        found[name] = (violations(page), page.evaluate("document.documentElement.scrollWidth"))
    context.close()
    assert (found, complaints) == (dict.fromkeys(found, ([], width)), [])


def test_an_act_is_announced_once_and_the_focus_stays_in_the_card(desk: Page, numbers: list[int]) -> None:
    expect_entry(desk, numbers[0])
    desk.evaluate(
        """() => {
            window.heard = [];
            new MutationObserver(() => window.heard.push(document.querySelector('[data-status]').textContent))
              .observe(document.querySelector('[data-status]'), { childList: true, subtree: true });
        }"""
    )
    desk.locator("form[data-act=approve] button").press("Enter")
    expect_saved(desk, f"Bild {numbers[0]} freigegeben")
    expect(desk.locator("[data-card]")).to_be_focused()
    assert desk.evaluate("window.heard") == [f"Bild {numbers[0]} freigegeben. Bild {numbers[1]}, Erfurt. Noch 29"]


def test_the_reply_to_a_key_is_there_at_once(desk: Page, numbers: list[int]) -> None:
    """Measured from the key to the picture on the screen; the bound is for a busy machine."""
    expect_entry(desk, numbers[0])
    desk.evaluate(
        """() => {
            window.replies = [];
            let struck = 0;
            addEventListener('keydown', () => (struck = performance.now()), true);
            new MutationObserver((changes) => {
              const shown = changes.some((one) => [...one.addedNodes].some((node) => node.dataset?.number));
              if (shown) requestAnimationFrame(() => window.replies.push(performance.now() - struck));
            }).observe(document.querySelector('[data-module=moderation]'), { childList: true });
        }"""
    )
    for number in numbers[:2]:
        expect_entry(desk, number)
        rest(desk)
        desk.wait_for_load_state("networkidle")
        press(desk, "a")
    expect_entry(desk, numbers[2])
    replies = sorted(desk.evaluate("window.replies"))
    print("milliseconds from the key to the next photo:", [round(one, 1) for one in replies])
    assert (len(replies), replies[0] < 100, replies[-1] < 1000) == (2, True, True)


def test_the_pictures_of_the_next_two_are_loaded_ahead(page: Page, url: str, numbers: list[int]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    log_in(page, url)
    page.wait_for_load_state("networkidle")
    pictures = {one.rpartition("/")[2] for one in asked if "/moderation/bild/" in one}
    query = sa.select(Derivative.name).join(Entry, Entry.picture_id == Derivative.picture_id)
    names = [set(db.session.scalars(query.where(Entry.number == number))) for number in numbers[:4]]
    db.session.rollback()
    assert [bool(pictures & one) for one in names] == [True, True, True, False]


def test_what_was_rejected_long_ago_waits_again_from_its_page(desk: Page, url: str, numbers: list[int]) -> None:
    number = make_entry(public=False, picture=True, status=Status.REJECTED, town=WEIMAR).number
    db.session.rollback()
    desk.goto(f"{url}/moderation/eintrag/{number}")
    desk.get_by_role("button", name="Wieder in die Warteschlange").press("Enter")
    desk.get_by_role("button", name="In der Warteschlange öffnen").press("Enter")
    expect_entry(desk, number)
