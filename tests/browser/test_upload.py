"""Handing in a photo in a real browser: on a phone, over a network that breaks, without JavaScript, by keyboard."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from limits import parse
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.pictures.models import Picture
from campaign.uploads import throttle
from campaign.uploads.models import Upload
from tests.browser.live import live_server, new_visitor
from tests.factories import NOW, jpeg
from tests.uploads.people import rows
from tests.voting.people import link_of, newest_mail, pin_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEIC = Path(__file__).parents[1] / "pictures" / "samples" / "plain.heic"
PIECES = re.compile(r"/mitmachen/datei/.+\?ab=")
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of a site that collects photos."""
    with time_machine.travel(NOW), live_server(app) as url:
        yield url


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of some megabytes: every pixel is another one."""
    size = (1100, 900)
    stream = io.BytesIO()
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(stream, "JPEG", quality=95)
    path = tmp_path / "blick.jpg"
    path.write_bytes(stream.getvalue())
    return path


def open_form(page: Page, site: str) -> None:
    """Open the form and wait until its script has taken over."""
    page.goto(f"{site}/mitmachen")
    page.locator("[data-module=upload][data-started]").wait_for(state="attached")


def fill_in(page: Page) -> None:
    """Fill in everything but the photo."""
    page.get_by_label("Welche Stadt oder Gemeinde").fill("Erfurt")
    page.get_by_label("Beschreib das Bild").fill("Abendlicht auf der Krämerbrücke")
    page.get_by_label("Nein, niemand").check()
    page.get_by_label("Dein Name").fill("Anna Berg")
    page.get_by_label("Deine E-Mail-Adresse").fill("anna@example.com")
    for label in ("Ich gebe diese Erlaubnis", "Ich bin mindestens 14", "Ich stimme den"):
        page.get_by_label(label).check()


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Foto einreichen").click()


def type_pin(page: Page) -> None:
    page.get_by_role("heading", name="Schau in deine Mails").wait_for()
    page.get_by_label("PIN aus der Mail").fill(pin_of(newest_mail()))
    hand_in(page)
    page.get_by_role("heading", name="Dein Foto ist eingereicht.").wait_for()


def state_of(page: Page, text: str) -> None:
    """Wait until the line below the photo says something."""
    expect(page.locator("[data-state]")).to_contain_text(text, timeout=20_000)


def offsets(page: Page) -> list[int]:
    """Collect where the pieces begin that the page sends from now on."""
    found: list[int] = []

    def note(address: str) -> None:
        if PIECES.search(address):
            found.append(int(parse_qs(urlsplit(address).query)["ab"][0]))

    page.on("request", lambda request: note(request.url))
    return found


def stored_size() -> int:
    """Return the size of the only picture that was kept."""
    size = db.session.scalars(sa.select(Picture.size)).one()
    db.session.rollback()
    return size


def test_a_photo_is_handed_in_on_a_phone(site: str, phone: Page, photo: Path) -> None:
    open_form(phone, site)
    phone.get_by_label("Dein Foto").set_input_files(photo)
    fill_in(phone)
    state_of(phone, "Dein Foto ist da.")
    sent = []
    phone.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    hand_in(phone)
    phone.get_by_role("heading", name="Schau in deine Mails").wait_for()
    assert [len(request.post_data_buffer or b"") < 5000 for request in sent] == [True]
    type_pin(phone)
    assert (rows(Entry), stored_size()) == (1, photo.stat().st_size)
    assert phone.context.cookies() == []
    assert phone.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_photo_from_an_iphone_is_taken_as_it_is(site: str, phone: Page) -> None:
    open_form(phone, site)
    phone.get_by_label("Dein Foto").set_input_files(HEIC)
    state_of(phone, "Dein Foto ist da.")
    fill_in(phone)
    hand_in(phone)
    type_pin(phone)
    assert list(db.session.scalars(sa.select(Picture.type))) == ["image/heic"]


def test_a_break_of_the_network_costs_one_piece_and_nothing_that_was_typed(site: str, phone: Page, photo: Path) -> None:
    open_form(phone, site)
    begun = offsets(phone)

    def break_off(route: Route) -> None:
        if len(begun) == 2:
            phone.context.set_offline(True)
        route.continue_()

    phone.route(PIECES, break_off)
    phone.get_by_label("Dein Foto").set_input_files(photo)
    state_of(phone, "Die Verbindung ist weg.")
    fill_in(phone)
    hand_in(phone)
    state_of(phone, "Wir schicken alles ab, sobald das Foto da ist.")
    phone.context.set_offline(False)
    type_pin(phone)
    assert begun.count(0) == 1
    assert stored_size() == photo.stat().st_size


def test_answers_that_get_lost_change_nothing(site: str, page: Page, photo: Path) -> None:
    open_form(page, site)
    begun, lost = offsets(page), []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            # The server has it, its answer never arrives.
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(PIECES, lose)
    page.get_by_label("Dein Foto").set_input_files(photo)
    state_of(page, "Dein Foto ist da.")
    assert (lost, begun[:3]) == ([200, 200], [0, 0, 0])
    assert stored_size() == photo.stat().st_size


def test_after_a_reload_the_photo_goes_on_where_it_was(site: str, page: Page, photo: Path) -> None:
    open_form(page, site)
    begun = offsets(page)
    page.route(PIECES, lambda route: route.abort() if len(begun) > 2 else route.continue_())
    page.get_by_label("Dein Foto").set_input_files(photo)
    state_of(page, "Die Verbindung ist weg.")
    page.unroute(PIECES)
    page.reload()
    page.locator("[data-module=upload][data-started]").wait_for(state="attached")
    expect(page.locator("#foto-da")).to_contain_text("deines Fotos sind schon da.")
    begun.clear()
    page.get_by_label("Dein Foto").set_input_files(photo)
    state_of(page, "Dein Foto ist da.")
    assert begun[0] > 0
    page.reload()
    expect(page.locator("#foto-da")).to_contain_text("Dein Foto ist schon da (1.100 × 900 Pixel).")
    fill_in(page)
    hand_in(page)
    type_pin(page)


def test_where_pieces_do_not_pass_the_form_carries_the_photo_itself(site: str, page: Page, photo: Path) -> None:
    open_form(page, site)
    page.route(PIECES, lambda route: route.fulfill(status=200, body="<html>Hotel WLAN</html>"))
    page.get_by_label("Dein Foto").set_input_files(photo)
    state_of(page, "Das Foto geht gleich zusammen mit dem Formular ab.")
    fill_in(page)
    hand_in(page)
    type_pin(page)
    assert stored_size() == photo.stat().st_size


def test_a_file_that_is_no_photo_is_named_at_once(site: str, page: Page, tmp_path: Path, photo: Path) -> None:
    document = tmp_path / "blick.pdf"
    document.write_bytes(b"%PDF-1.7" + bytes(5000))
    open_form(page, site)
    page.get_by_label("Dein Foto").set_input_files(document)
    state_of(page, "Die Datei ist kein Bild im Format JPEG, PNG, WebP oder HEIC. Wähl bitte ein anderes Foto.")
    assert page.evaluate("document.querySelector('#foto').value") == ""
    page.get_by_label("Dein Foto").set_input_files(photo)
    state_of(page, "Dein Foto ist da.")


def test_a_file_that_is_too_large_is_not_even_sent(site: str, page: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    large.write_bytes(b"\xff\xd8\xff" + bytes(25_000_000))
    open_form(page, site)
    begun = offsets(page)
    page.get_by_label("Dein Foto").set_input_files(large)
    state_of(page, "Die Datei ist größer als 25 MB. Wähl bitte ein kleineres Foto.")
    assert begun == []


def test_an_empty_file_is_refused_at_once(site: str, page: Page, tmp_path: Path) -> None:
    empty = tmp_path / "cloud.jpg"
    empty.write_bytes(b"")
    open_form(page, site)
    begun = offsets(page)
    page.get_by_label("Dein Foto").set_input_files(empty)
    state_of(page, "Die Datei ist leer. Wähl bitte ein anderes Foto.")
    assert (begun, page.evaluate("document.querySelector('#foto').value")) == ([], "")


def test_where_a_network_has_sent_too_many_the_form_carries_the_photo_itself(
    site: str, phone: Page, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "FILES", parse("0 per hour"))
    open_form(phone, site)
    begun = offsets(phone)
    phone.get_by_label("Dein Foto").set_input_files(photo)
    state_of(phone, "Aus deinem Netz kommen gerade sehr viele Fotos. Vorausschicken ging nicht.")
    fill_in(phone)
    hand_in(phone)
    type_pin(phone)
    assert (begun, stored_size()) == ([0], photo.stat().st_size)


def test_another_photo_after_going_back_from_the_last_page_is_a_second_one(
    site: str, phone: Page, tmp_path: Path, photo: Path
) -> None:
    other = tmp_path / "other.jpg"
    other.write_bytes(jpeg(1400, 1000))
    open_form(phone, site)
    phone.get_by_label("Dein Foto").set_input_files(photo)
    state_of(phone, "Dein Foto ist da.")
    fill_in(phone)
    hand_in(phone)
    type_pin(phone)
    while not phone.locator("form.upload").count():
        phone.go_back()
    phone.locator("[data-module=upload][data-started]").wait_for(state="attached")
    phone.locator("#foto").set_input_files(other)
    state_of(phone, "Dein Foto ist da.")
    fill_in(phone)
    hand_in(phone)
    type_pin(phone)
    assert rows(Entry) == 2


def test_another_photo_chosen_meanwhile_is_the_one_that_counts(
    site: str, page: Page, tmp_path: Path, photo: Path
) -> None:
    other = tmp_path / "other.jpg"
    other.write_bytes(jpeg(1400, 1000))
    open_form(page, site)
    held: list[Route] = []
    page.route(PIECES, lambda route: route.continue_() if held else held.append(route))
    page.get_by_label("Dein Foto").set_input_files(photo)
    state_of(page, "MB sind da.")
    expect(page.locator("progress")).to_be_visible()
    page.get_by_label("Dein Foto").set_input_files(other)
    state_of(page, "Dein Foto ist da.")
    assert stored_size() == other.stat().st_size


def test_a_double_tap_is_one_upload(site: str, phone: Page, photo: Path) -> None:
    open_form(phone, site)
    phone.get_by_label("Dein Foto").set_input_files(photo)
    fill_in(phone)
    state_of(phone, "Dein Foto ist da.")
    phone.get_by_role("button", name="Foto einreichen").dblclick()
    phone.get_by_role("heading", name="Schau in deine Mails").wait_for()
    newest_mail()
    assert rows(Upload) == 1


def test_without_javascript_a_plain_form_does_the_same(site: str, browser: Browser, photo: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/mitmachen")
    page.get_by_label("Dein Foto").set_input_files(photo)
    fill_in(page)
    page.get_by_label("Welche Stadt oder Gemeinde").fill("Entenhausen")
    hand_in(page)
    expect(page.get_by_role("alert")).to_contain_text("Was du geschrieben hast und dein Foto sind noch da.")
    page.get_by_role("link", name="„Entenhausen“ kennen wir nicht.").click()
    assert page.url.endswith("#ort")
    page.get_by_label("Welche Stadt oder Gemeinde").fill("Erfurt")
    hand_in(page)
    type_pin(page)
    assert stored_size() == photo.stat().st_size
    context.close()


def test_the_link_of_the_mail_confirms_in_another_browser(site: str, browser: Browser, page: Page, photo: Path) -> None:
    open_form(page, site)
    page.get_by_label("Dein Foto").set_input_files(photo)
    fill_in(page)
    hand_in(page)
    page.get_by_role("heading", name="Schau in deine Mails").wait_for()
    other = new_visitor(browser, touch=True)
    opened = other.new_page()
    opened.goto(site + link_of(newest_mail()))
    assert rows(Entry) == 0
    hand_in(opened)
    opened.get_by_role("heading", name="Dein Foto ist eingereicht.").wait_for()
    other.close()


def test_the_whole_way_goes_by_keyboard(site: str, page: Page, photo: Path) -> None:
    open_form(page, site)
    page.get_by_label("Dein Foto").set_input_files(photo)
    state_of(page, "Dein Foto ist da.")
    page.get_by_label("Dein Foto").focus()
    typed: tuple[Callable[[], None], ...] = (
        lambda: page.keyboard.type("Weimar"),
        lambda: page.keyboard.type("Das Goethehaus am Frauenplan"),
        lambda: page.keyboard.type("Im Herbst"),
        lambda: page.keyboard.press("Space"),
        lambda: page.keyboard.type("Berta"),
        lambda: page.keyboard.type("berta@example.com"),
        lambda: page.keyboard.press("Space"),
        lambda: page.keyboard.press("Space"),
        lambda: page.keyboard.press("Space"),
    )
    for act in typed:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "email":
            assert page.get_by_label("Nein, niemand").is_checked()
        act()
    page.get_by_role("button", name="Foto einreichen").press("Enter")
    type_pin(page)
    entry = db.session.scalars(sa.select(Entry)).one()
    assert (entry.creator, entry.town_ags, entry.caption) == ("Berta", "16055000", "Im Herbst")
    db.session.rollback()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_page_breaks_a_rule_of_axe_or_scrolls_sideways(
    site: str, browser: Browser, photo: Path, colours: str
) -> None:
    context = browser.new_context(color_scheme=colours, viewport={"width": 360, "height": 740})  # type: ignore[arg-type]
    page, found = context.new_page(), {}

    def look(name: str) -> None:
        violations = [item["id"] for item in Axe().run(page, options=AXE).response["violations"]]
        page.set_viewport_size({"width": 320, "height": 640})
        found[name] = (violations, page.evaluate("document.documentElement.scrollWidth > innerWidth"))
        page.set_viewport_size({"width": 360, "height": 740})

    open_form(page, site)
    look("empty")
    page.get_by_label("Dein Foto").set_input_files(photo)
    state_of(page, "Dein Foto ist da.")
    look("sent")
    page.evaluate("document.querySelector('form.upload').noValidate = true")
    hand_in(page)
    page.get_by_role("alert").wait_for()
    look("problems")
    fill_in(page)
    hand_in(page)
    page.get_by_role("heading", name="Schau in deine Mails").wait_for()
    look("pin")
    page.goto(site + link_of(newest_mail()))
    look("link")
    hand_in(page)
    page.get_by_role("heading", name="Dein Foto ist eingereicht.").wait_for()
    look("thanks")
    context.close()
    assert found == dict.fromkeys(("empty", "sent", "problems", "pin", "link", "thanks"), ([], False))
