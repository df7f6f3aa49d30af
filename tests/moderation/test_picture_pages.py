"""Albums and stills on the pages of the staff, as plain forms without JavaScript."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask

from campaign.entries.albums import parts_of
from campaign.entries.lifecycle import PictureState, Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.moderation.queries import history_of
from campaign.staff.models import RoleName
from tests.factories import jpeg, make_entry
from tests.moderation.albums import make_album
from tests.moderation.forms import send_file
from tests.staff.people import StaffClient, logged_in


@pytest.fixture
def staff(app: Flask) -> StaffClient:
    return logged_in(app)


def film(**values: object) -> int:
    return make_entry(
        **{"public": False, "media_type": "VIDEO", "picture_state": PictureState.MISSING, **values}
    ).number


def picture_of(number: int) -> int | None:
    db.session.expire_all()
    return db.session.get_one(Entry, number).picture_id


def choices(page: str) -> list[int]:
    """The parts that a page offers to choose."""
    return [int(part) for part in re.findall(r'name="part" value="(\d+)"', page)]


def test_the_desk_offers_every_part_but_the_one_that_stands(staff: StaffClient) -> None:
    number = make_album(3, films=1).number
    first, second, third, _ = parts_of(number)
    page = staff.get("/moderation")[1]
    assert (choices(page), page.count('aria-current="true">')) == ([second.id, third.id], 1)
    target = staff.post(f"/moderation/eintrag/{number}/bildwahl", part=third.id)
    assert target == (303, f"/moderation?bild={number}")
    assert choices(staff.get(target[1])[1]) == [first.id, second.id]
    assert picture_of(number) == third.picture_id
    [decision] = history_of(number)
    assert decision.actor == "moderator@example.org"


def test_a_choice_is_undone_at_the_desk(staff: StaffClient) -> None:
    number = make_album(2).number
    first, second = parts_of(number)
    staff.post(f"/moderation/eintrag/{number}/bildwahl", part=second.id)
    [decision] = history_of(number)
    page = staff.get("/moderation")[1]
    assert page.count("Motiv gewählt") == 1
    assert staff.post(f"/moderation/rueckgaengig/{decision.id}", number=number)[0] == 303
    assert picture_of(number) == first.picture_id


def test_the_picture_of_a_published_entry_is_chosen_on_its_page(staff: StaffClient) -> None:
    number = make_album(2, public=True).number
    second = parts_of(number)[1]
    here = f"/moderation/eintrag/{number}"
    assert choices(staff.get(here)[1]) == [second.id]
    assert staff.post(f"{here}/bildwahl", part=second.id, **{"from": "entry"})[0] == 409
    assert picture_of(number) != second.picture_id
    unproven = {"people": "consent", "alt_text": "Der Dom von hinten"}
    status, page = staff.post(f"{here}/bildwahl", part=second.id, **{"from": "entry"}, **unproven)
    # What was typed stays in its own form: of the picture that shows, nothing else is said.
    assert (status, page.count("Der Dom von hinten"), page.count('value="consent" selected')) == (422, 1, 1)
    said = {"people": "none", "alt_text": "Der Dom von hinten"}
    assert staff.post(f"{here}/bildwahl", part=second.id, **{"from": "entry"}, **said) == (303, here)
    assert picture_of(number) == second.picture_id


def test_a_choice_that_cannot_be_made_is_said_where_it_was_made(staff: StaffClient) -> None:
    number = make_album(2).number
    here = f"/moderation/eintrag/{number}/bildwahl"
    shown = parts_of(number)[0].id
    for part, status, sentence in (
        (shown, 409, "Dieses Bild steht schon für den Beitrag."),
        (10**30, 404, "Dieses Bild gehört nicht zu dem Beitrag."),
        ("junk", 404, "Dieses Bild gehört nicht zu dem Beitrag."),
    ):
        answer, page = staff.post(here, part=part)
        assert (answer, page.count(sentence)) == (status, 1)


def test_an_entry_with_one_picture_has_no_strip(staff: StaffClient) -> None:
    number = make_entry(public=False, picture=True).number
    for path in ("/moderation", f"/moderation/eintrag/{number}"):
        assert staff.get(path)[1].count("data-part") == 0


def test_whoever_only_reads_and_whoever_comes_too_late_chooses_nothing(app: Flask, staff: StaffClient) -> None:
    open_one, closed = make_album(2).number, make_album(2, status=Status.WITHDRAWN).number
    reader = logged_in(app, RoleName.SCRUTINEER)
    pages = [reader.get(f"/moderation/eintrag/{open_one}")[1], staff.get(f"/moderation/eintrag/{closed}")[1]]
    assert [(choices(page), page.count("data-part")) for page in pages] == [([], 2)] * 2


def test_a_still_is_sent_from_the_page_of_a_film(staff: StaffClient) -> None:
    number = film()
    here = f"/moderation/eintrag/{number}"
    assert staff.get("/moderation")[1].count(f"{here}#standbild") == 1
    assert staff.get(here)[1].count('id="standbild" open') == 1
    # More than any other form may bring.
    large = jpeg(1200, 800, "#336699") + b"\0" * 2_000_000
    assert send_file(staff, f"{here}/standbild", "bild", large) == (303, here)
    assert picture_of(number) is not None
    page = staff.get(here)[1]
    assert (page.count("<strong>Standbild hinzugefügt</strong>"), page.count("Anderes Standbild hinzufügen")) == (1, 1)


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        (None, 422, "Wähl zuerst eine Bilddatei aus."),
        (b"%PDF-1.7 no picture", 422, "Die Datei ist kein Bild im Format JPEG, PNG, WebP oder HEIC."),
        (b"\0" * 25_100_000, 422, "Die Datei ist größer als 25 MB."),
        (b"\0" * 25_300_000, 413, "Die Datei ist größer als 25 MB."),
    ],
    ids=["none", "pdf", "large", "larger"],
)
def test_a_file_that_is_no_still_is_refused_in_one_sentence(
    staff: StaffClient, data: bytes | None, status: int, sentence: str
) -> None:
    number = film()
    answer, page = send_file(staff, f"/moderation/eintrag/{number}/standbild", "bild", data)
    assert (answer, html.unescape(page).count(sentence), page.count('role="alert"')) == (status, 1, 1)
    assert (picture_of(number), list(history_of(number))) == (None, [])


def test_no_still_is_offered_where_the_post_has_its_picture(app: Flask, staff: StaffClient) -> None:
    own = make_entry(public=False, picture=True).number
    gone = film(status=Status.WITHDRAWN)
    for number in (own, gone):
        here = f"/moderation/eintrag/{number}"
        assert staff.get(here)[1].count("standbild") == 0
        assert send_file(staff, f"{here}/standbild", "bild", jpeg())[0] == 409
    reader = logged_in(app, RoleName.SCRUTINEER)
    assert reader.get(f"/moderation/eintrag/{film()}")[1].count("standbild") == 0


def test_a_large_form_of_somebody_without_an_account_is_turned_away_unread(app: Flask) -> None:
    number = film()
    answer = app.test_client().post(f"/moderation/eintrag/{number}/standbild", data=b"\0" * 2_000_000)
    assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/anmelden")
