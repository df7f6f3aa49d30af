"""Moderators see what looks like the picture that they decide about."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask import Flask

from campaign.clock import utc_now
from campaign.entries.lifecycle import Status
from campaign.entries.similar import note_similar
from tests.entries.likenesses import make_shown, photo
from tests.factories import NOW
from tests.staff.people import StaffClient, logged_in


@pytest.fixture
def staff(app: Flask) -> StaffClient:
    return logged_in(app)


def page_of(staff: StaffClient, address: str) -> str:
    status, page = staff.get(address)
    assert status == 200
    return page


def alike(page: str) -> list[str]:
    """The words of each picture in the section of those that look alike."""
    section = re.search(r'<section class="alike".*?</section>', page, re.DOTALL)
    items = re.findall(r"<li.*?</li>", section[0], re.DOTALL) if section else []
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", item)).split()) for item in items]


@pytest.mark.parametrize("address", ["/moderation?bild={}", "/moderation/eintrag/{}"])
def test_the_pictures_stand_side_by_side_with_status_age_and_credit(staff: StaffClient, address: str) -> None:
    three_days_ago = utc_now() - timedelta(days=3, minutes=1)
    first = make_shown(photo(), creator="anna.wiese", received_at=three_days_ago).number
    second = make_shown(
        photo(cut=0.05), public=False, status=Status.PENDING, creator="Karl", received_at=utc_now()
    ).number
    note_similar(second, NOW)
    page = page_of(staff, address.format(second))
    assert alike(page) == [
        "Dieses Bild , vor 1 Minute Foto: Karl",
        f"Sehr ähnlich: Bild {first} freigegeben vor 3 Tagen Foto: anna.wiese · Erfurt",
    ]
    assert "Ein Bild sieht sehr ähnlich aus" in page
    assert f'<a href="/moderation/eintrag/{first}"><span class="alike__picture">' in page


def test_three_pictures_are_counted_and_the_nearest_comes_first(staff: StaffClient) -> None:
    others = [make_shown(photo(cut=cut)).number for cut in (0.1, 0.0, 0.05)]
    number = make_shown(photo(quality=60), public=False).number
    note_similar(number, NOW)
    page = page_of(staff, f"/moderation?bild={number}")
    assert "3 Bilder sehen sehr ähnlich aus" in page
    shown = [int(word) for words in alike(page)[1:] for word in re.findall(r"Bild (\d+)", words)]
    assert (sorted(shown), shown[0]) == (sorted(others), others[1])


def test_a_picture_that_is_like_no_other_has_no_such_section(staff: StaffClient) -> None:
    make_shown(photo(2))
    number = make_shown(photo(), public=False).number
    note_similar(number, NOW)
    assert alike(page_of(staff, f"/moderation?bild={number}")) == []
