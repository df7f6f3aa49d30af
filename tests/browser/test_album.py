"""Albums, stills and lists of accounts in a real browser: by keyboard, by touch, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from campaign.contests.services import current_contest
from campaign.entries.accounts import set_account_rule
from campaign.entries.admission import AccountKind
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import AlbumPicture, Entry, Sighting
from campaign.extensions import db
from campaign.staff.actors import Actor
from campaign.staff.models import RoleName
from tests.browser.live import live_server, new_visitor
from tests.browser.people import log_in, send_log_in
from tests.browser.test_moderation import expect_entry, violations
from tests.factories import NOW, jpeg, make_entry
from tests.moderation.albums import make_album
from tests.staff.people import make_staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def album(app: Flask) -> int:
    """A waiting album of four pictures and a film."""
    return make_album(4, films=1, username="anna.wiese", creator="anna.wiese").number


@pytest.fixture
def film(app: Flask, album: int) -> int:
    """A waiting film, behind the album."""
    return make_entry(public=False, media_type="VIDEO", picture_state=PictureState.MISSING).number


@pytest.fixture
def url(app: Flask, album: int, film: int) -> Iterator[str]:
    make_staff(RoleName.ORGANISER)
    with live_server(app) as address:
        yield address


def place_of(number: int) -> int | None:
    """The place in its album (from 1) of the picture that stands for an entry."""
    db.session.rollback()
    db.session.expire_all()
    query = sa.select(AlbumPicture.position).join(Entry, Entry.picture_id == AlbumPicture.picture_id)
    found = db.session.scalar(query.where(AlbumPicture.entry_number == number, Entry.number == number))
    db.session.rollback()
    return None if found is None else found + 1


def expect_chosen(page: Page, place: int) -> None:
    expect(page.locator("[data-part] [aria-current]")).to_contain_text(str(place))


def test_one_key_walks_along_the_album_and_a_digit_chooses(page: Page, url: str, album: int) -> None:
    log_in(page, url)
    expect_chosen(page, 1)
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Bild 2 von 5 wählen")).to_be_focused()
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect_chosen(page, 3)
    page.keyboard.press("b")
    page.keyboard.press("2")
    expect_chosen(page, 2)
    for _ in range(3):
        page.keyboard.press("b")
    # Round the end, past the film that has no picture and the one that stands already.
    expect(page.get_by_role("button", name="Bild 1 von 5 wählen")).to_be_focused()
    assert place_of(album) == 2
    page.keyboard.press("u")
    expect_chosen(page, 3)
    expect_entry(page, album)
    assert place_of(album) == 3


def test_a_digit_beside_the_strip_and_one_without_a_picture_choose_nothing(page: Page, url: str, album: int) -> None:
    log_in(page, url)
    page.keyboard.press("2")
    page.keyboard.press("b")
    for key in ("5", "9", "1"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Bild 2 von 5 wählen")).to_be_focused()
    assert place_of(album) == 1


def test_the_chosen_picture_is_the_one_that_is_approved(page: Page, url: str, album: int, film: int) -> None:
    log_in(page, url)
    page.keyboard.press("b")
    page.keyboard.press("4")
    expect_chosen(page, 4)
    # Another picture: who can be recognised in it is asked anew.
    page.keyboard.press("1")
    page.keyboard.press("a")
    expect_entry(page, film)
    expect(page.locator("[data-undo] form p")).to_have_text(f"Bild {album} freigegeben")
    assert place_of(album) == 4


def test_a_picture_is_chosen_by_touch(phone: Page, url: str, album: int) -> None:
    log_in(phone, url)
    phone.get_by_role("button", name="Bild 3 von 5 wählen").tap()
    expect_chosen(phone, 3)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert place_of(album) == 3


def test_album_and_still_work_without_javascript(
    browser: Browser, url: str, album: int, film: int, tmp_path: Path
) -> None:
    file = tmp_path / "still.jpg"
    file.write_bytes(jpeg(800, 600))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    send_log_in(page, url)
    page.get_by_role("button", name="Nächste Bilder holen").click()
    page.get_by_role("button", name="Bild 2 von 5 wählen").click()
    expect_chosen(page, 2)
    page.goto(f"{url}/moderation?bild={film}")
    page.get_by_role("link", name="Standbild hinzufügen").click()
    page.get_by_label("Bilddatei").set_input_files(file)
    page.get_by_role("button", name="Hinzufügen").click()
    expect(page.locator(".dossier__picture img")).to_be_visible()
    context.close()
    assert (place_of(album), place_of(film)) == (2, 21)


def test_a_post_is_written_down_by_keyboard(page: Page, url: str, tmp_path: Path) -> None:
    file = tmp_path / "post.jpg"
    file.write_bytes(jpeg(800, 600))
    log_in(page, url)
    page.goto(f"{url}/moderation/eintraege")
    page.get_by_role("link", name="Bild eintragen").press("Enter")
    page.get_by_label("Adresse des Beitrags").press_sequentially("instagram.com/p/Cabc1234567/")
    page.get_by_label("Bilddatei").set_input_files(file)
    page.get_by_label("Ort", exact=True).press_sequentially("Weimar")
    page.get_by_label("Von wem ist das Foto?").press_sequentially("Anna Wiese")
    page.keyboard.press("Enter")
    page.wait_for_url("**/moderation/eintrag/*")
    expect(page.locator(".sign__name").first).to_have_text("Weimar")
    expect(page.locator(".dossier__picture img")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_has_a_barrier_that_axe_finds(
    browser: Browser, app: Flask, url: str, album: int, film: int, width: int
) -> None:
    contest, by = current_contest(), Actor(None, "organiser@example.org")
    for name, kind in (("werbung_total", AccountKind.BLOCKED), ("stadtverwaltung.jena", AccountKind.ALLOWED)):
        set_account_rule(contest, name, kind, "Macht nur Reklame für Möbel", by=by, now=NOW)
    out = make_entry(public=False, status=Status.REJECTED, intake_reasons=["too_many"], username="anna.wiese").number
    make_entry(gone_at=NOW, picture=True, username="anna.wiese")
    db.session.add(Sighting(entry_number=album, source=Source.HASHTAG, first_seen_at=NOW))
    db.session.commit()
    context = new_visitor(browser, touch=width == 360)
    page, complaints, found = context.new_page(), [], []
    page.on("console", lambda message: complaints.append(message.text))
    log_in(page, url)
    for path in (
        f"/moderation?bild={album}",
        f"/moderation?bild={film}",
        f"/moderation/eintrag/{album}",
        f"/moderation/eintrag/{film}",
        f"/moderation/eintrag/{out}",
        "/moderation/eintraege",
        "/moderation/eintraege/neu",
        "/verwaltung/konten?konto=anna.wiese",
        "/verwaltung/konten?konto=werbung_total",
        "/verwaltung",
    ):
        page.goto(url + path)
        found.append((path, violations(page), page.evaluate("document.documentElement.scrollWidth")))
    context.close()
    assert (found, complaints) == ([(path, [], width) for path, *_ in found], [])
