"""Pictures that look alike, at the desk: by keyboard, on a narrow screen, for everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from campaign.entries.similar import note_similar
from campaign.staff.models import RoleName
from tests.browser.live import live_server
from tests.browser.people import log_in
from tests.browser.test_moderation import violations
from tests.entries.likenesses import make_shown, photo
from tests.factories import NOW
from tests.staff.people import make_staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    """Three pictures of one view, the last one waits for a decision."""
    pictures = [
        make_shown(photo(1), creator="anna.wiese"),
        make_shown(photo(1, cut=0.09), creator="Die Freunde der Altstadt von Mühlhausen e. V."),
        make_shown(photo(1, quality=50), public=False, creator="karl"),
    ]
    numbers = [entry.number for entry in pictures]
    note_similar(numbers[-1], NOW)
    return numbers


@pytest.fixture
def url(app: Flask, numbers: list[int]) -> Iterator[str]:
    make_staff(RoleName.ORGANISER)
    with live_server(app) as address:
        yield address


def test_the_keyboard_leads_to_a_picture_that_looks_alike(page: Page, url: str, numbers: list[int]) -> None:
    log_in(page, url)
    link = page.get_by_role("link", name=f"Sehr ähnlich: Bild {numbers[0]}")
    for _ in range(40):
        page.keyboard.press("Tab")
        if link.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{url}/moderation/eintrag/{numbers[0]}")


@pytest.mark.parametrize("where", ["/moderation", "/moderation/eintrag/{}"])
def test_the_section_fits_a_phone_and_has_no_barrier(phone: Page, url: str, numbers: list[int], where: str) -> None:
    log_in(phone, url)
    phone.goto(url + where.format(numbers[-1]))
    section = phone.get_by_role("region", name="2 Bilder sehen sehr ähnlich aus")
    section.scroll_into_view_if_needed()
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    boxes = [item.bounding_box() for item in section.locator("li").all()[:2]]
    assert boxes[0] is not None
    assert boxes[1] is not None
    # Side by side, not one below the other.
    assert (boxes[0]["y"], boxes[0]["x"] < boxes[1]["x"]) == (boxes[1]["y"], True)
    assert violations(phone) == []
