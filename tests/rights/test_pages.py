"""The page of a request, as somebody opens it from the comment under their post; and the pages of the staff."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from campaign.codes import new_receipt_code
from campaign.entries.albums import add_blurred, keep_shown
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.pictures.models import Derivative, Picture
from campaign.rights.services import grant, grants_of
from campaign.staff.models import RoleName
from tests.contests.page_check import Page
from tests.factories import NOW, WEIMAR, make_entry, make_picture
from tests.rights.requests import EVA, YES, requested, stand_in, state_of, without_right
from tests.staff.people import StaffClient, logged_in

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def moderator(app: Flask) -> StaffClient:
    """A moderator at the desk."""
    return logged_in(app, RoleName.MODERATOR)


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Derivative.name)))


@pytest.mark.parametrize(("root", "lang", "head"), [("", "de", "Dürfen wir"), ("/en", "en", "May we show")])
def test_the_page_asks_with_the_picture_the_wording_and_three_ticks(
    client: FlaskClient, root: str, lang: str, head: str
) -> None:
    code = requested(without_right(town=WEIMAR))
    answer = client.get(f"{root}/rechte/{code}")
    page = Page(answer.text)
    assert (answer.status_code, page.faults(lang), page.title.startswith(head)) == (200, [], True)
    assert [name for name in ("selbst", "rechte", "alter", "werbung") if f'name="{name}"' not in answer.text] == []
    assert (" checked" in answer.text, "Weimar" in page.words) == (False, True)
    assert {name for name in names() if f"/rechte/{code}/bild/{name}" in answer.text} == set(names())


def test_the_page_is_kept_by_nobody_and_tells_no_other_site_its_address(client: FlaskClient) -> None:
    code = requested()
    for path in (f"/rechte/{code}", f"/rechte/{code}/bild/{names()[0]}", f"/rechte/{new_receipt_code()}"):
        headers = client.get(path).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert (headers["X-Robots-Tag"], headers.getlist("Set-Cookie")) == ("noindex, nofollow", [])


def test_the_way_from_the_question_to_the_yes_and_back(client: FlaskClient) -> None:
    entry = without_right(creator="anna.sieht")
    number, code = entry.number, requested(entry)
    path = f"/rechte/{code}"
    assert client.get(f"/bild/{number}").status_code == 404
    form = {**YES, "stand": stand_in(client.get(path))}
    sent = client.post(path, data=form)
    assert (sent.status_code, sent.headers["Location"]) == (303, path)
    said = Page(client.get(path).text)
    assert (said.faults("de"), "im Internet: bis zum 7. Juli 2031" in said.words) == ([], True)
    assert ("in der Werbung" in said.words, f"/bild/{number}" in said.links) == (False, True)
    assert "Foto: Anna Berg" in Page(client.get(f"/bild/{number}").text).words
    assert client.get(f"/bilder/{names()[0]}").status_code == 200
    back = client.post(path, data={"antwort": "zuruecknehmen"})
    assert (back.status_code, client.get(f"/bild/{number}").status_code) == (303, 404)
    assert {client.get(f"{root}/{names()[0]}").status_code for root in ("/bilder", f"{path}/bild")} == {404}
    assert "Deine Erlaubnis ist zurückgenommen." in Page(client.get(path).text).words


def test_opening_the_page_changes_nothing(client: FlaskClient) -> None:
    code = requested()
    for _ in range(2):
        client.get(f"/rechte/{code}?antwort=ja")
        client.head(f"/rechte/{code}")
    assert state_of(code) == "requested"


@pytest.mark.parametrize("missing", ["name", "selbst", "rechte", "alter"])
def test_a_yes_without_name_or_ticks_is_no_yes(client: FlaskClient, missing: str) -> None:
    code = requested()
    form = {**YES, "stand": stand_in(client.get(f"/rechte/{code}"))}
    form[missing] = ""
    answer = client.post(f"/rechte/{code}", data=form)
    page = Page(answer.text)
    assert (answer.status_code, page.faults("de"), state_of(code)) == (422, [], "requested")
    assert f'href="#{missing}"' in answer.text


def test_who_saw_another_picture_sees_the_new_one_before_saying_yes(client: FlaskClient) -> None:
    code = requested()
    answer = client.post(f"/rechte/{code}", data={**YES, "stand": "0" * 16})
    assert (answer.status_code, state_of(code)) == (409, "requested")
    assert "Sieh bitte noch einmal nach und antworte dann." in Page(answer.text).words


def test_a_no_says_that_the_copy_is_gone(client: FlaskClient) -> None:
    code = requested()
    assert client.post(f"/rechte/{code}", data={"antwort": "nein"}).status_code == 303
    page = Page(client.get(f"/rechte/{code}").text)
    assert (page.faults("de"), names()) == ([], [])
    assert "Du hast Nein gesagt. Unsere Kopie ist gelöscht." in page.words


def test_a_second_answer_changes_nothing(client: FlaskClient) -> None:
    code = requested()
    client.post(f"/rechte/{code}", data={"antwort": "nein"})
    answer = client.post(f"/rechte/{code}", data={**YES, "stand": "0" * 16})
    assert (answer.status_code, state_of(code)) == (409, "declined")


@pytest.mark.parametrize("status", [Status.REJECTED, Status.WITHDRAWN])
def test_the_picture_of_an_entry_that_is_out_is_shown_to_nobody(client: FlaskClient, status: Status) -> None:
    entry = without_right()
    code = requested(entry)
    entry.status = status
    db.session.commit()
    page = client.get(f"/rechte/{code}").text
    assert [name for name in names() if name in page] == []
    assert client.get(f"/rechte/{code}/bild/{names()[0]}").status_code == 404


def test_after_the_yes_the_code_shows_no_picture_any_more(client: FlaskClient) -> None:
    path = f"/rechte/{requested()}"
    client.post(path, data={**YES, "stand": stand_in(client.get(path))})
    page = client.get(path).text
    assert [name for name in names() if name in page] == []
    assert client.get(f"{path}/bild/{names()[0]}").status_code == 404


def test_whoever_has_the_code_of_a_vanished_post_sees_nothing_and_allows_nothing(client: FlaskClient) -> None:
    entry = without_right()
    code = requested(entry)
    form = {**YES, "stand": stand_in(client.get(f"/rechte/{code}"))}
    entry.gone_at = NOW
    db.session.commit()
    assert client.get(f"/rechte/{code}/bild/{names()[0]}").status_code == 404
    assert (client.post(f"/rechte/{code}", data=form).status_code, state_of(code)) == (409, "requested")


def test_a_code_shows_the_blurred_copy_and_never_what_it_was_made_from(client: FlaskClient) -> None:
    entry = without_right()
    first, before = db.session.get_one(Picture, entry.picture_id), set(names())
    path = f"/rechte/{requested(entry)}"
    copy = make_picture()
    copy.made_from = first.sha256
    keep_shown(entry)
    entry.picture_id = copy.id
    add_blurred(entry, copy.id)
    db.session.commit()
    page = client.get(path).text
    assert {name for name in names() if name in page} == set(names()) - before
    assert {client.get(f"{path}/bild/{name}").status_code for name in before} == {404}


def test_a_code_shows_the_pictures_of_its_entry_and_of_no_other(client: FlaskClient) -> None:
    code, others = requested(), set(names())
    make_entry(picture=True)
    foreign = next(name for name in names() if name not in others)
    assert client.get(f"/rechte/{code}/bild/{foreign}").status_code == 404


def test_codes_cannot_be_tried_out(client: FlaskClient) -> None:
    code = requested()
    answers = [client.get(f"/rechte/{new_receipt_code()}").status_code for _ in range(60)]
    assert (set(answers), client.get(f"/rechte/{new_receipt_code()}").status_code) == ({404}, 429)
    assert client.get(f"/rechte/{code}").status_code == 429


def test_staff_ask_and_copy_the_words_under_the_post(moderator: StaffClient) -> None:
    entry = without_right()
    status, place = moderator.post(f"/moderation/eintrag/{entry.number}/anfrage")
    assert (status, place) == (303, f"/moderation/eintrag/{entry.number}#erlaubnis")
    [asked] = grants_of(entry.number)
    page = moderator.get(f"/moderation/eintrag/{entry.number}")[1]
    texts = re.findall(r"<textarea[^>]* lang=\"(..)\"[^>]*>([^<]+)", page)
    assert [lang for lang, _ in texts] == ["de", "en"]
    assert [f"/rechte/{asked.code}" in text and "@anna.sieht" in text for _, text in texts] == [True, True]
    assert (asked.asked_by, asked.answer_until) == (moderator.email, NOW + 14 * DAY)


def test_the_list_tells_whom_to_remind_and_keeps_that_they_were(moderator: StaffClient) -> None:
    entry = without_right()
    code = requested(entry, NOW - 8 * DAY)
    request_id = grants_of(entry.number)[0].id
    _, page = moderator.get("/moderation/rechte?zeige=erinnern")
    assert (code in page, f"/moderation/rechte/{request_id}/erinnert" in page) == (True, True)
    assert moderator.post(f"/moderation/rechte/{request_id}/erinnert")[0] == 303
    _, page = moderator.get("/moderation/rechte?zeige=erinnern")
    assert "Niemand ist zu erinnern." in Page(page).words


@pytest.mark.parametrize("listing", ["offen", "erinnern", "antworten", "enden", "unsinn"])
@pytest.mark.parametrize("filled", [False, True])
def test_every_list_is_a_whole_page(moderator: StaffClient, listing: str, filled: bool) -> None:
    if filled:
        requested(at=NOW - 8 * DAY)
        for days in (1, 30, 60):
            grant(without_right().number, "Anna", "Mail", EVA, NOW, expires_at=NOW + days * DAY)
    status, page = moderator.get(f"/moderation/rechte?zeige={listing}")
    # The small pictures stand beside the number that they are linked by.
    faults = [one for one in Page(page).faults("de") if not one.startswith("no alt text: /moderation/bild/")]
    assert (status, faults) == (200, [])


def test_staff_record_what_was_allowed_and_until_when(moderator: StaffClient) -> None:
    entry = without_right()
    form = {"by": "Anna", "proof": "Mail", "verwendung": ["web", "advertising"], "bis": "2027-12-31"}
    assert moderator.post(f"/moderation/eintrag/{entry.number}/erlaubnis", **form)[0] == 303
    [kept] = grants_of(entry.number)
    assert (kept.uses, kept.expires_at.isoformat() if kept.expires_at else None) == (
        ["web", "advertising"],
        "2027-12-31T23:00:00+00:00",
    )
    _, page = moderator.get(f"/moderation/eintrag/{entry.number}")
    assert ("in der Werbung: ja, bis 1. Januar 2028" in Page(page).words, kept.pictures[0][:12] in page) == (True, True)


@pytest.mark.parametrize(
    "change", [{"verwendung": []}, {"bis": "31.12.2027"}, {"bis": "2020-01-01"}, {"by": ""}, {"proof": " "}]
)
def test_a_form_that_says_too_little_records_nothing(moderator: StaffClient, change: dict[str, object]) -> None:
    entry = without_right()
    form = {"by": "Anna", "proof": "Mail", "verwendung": ["web"], **change}
    assert (moderator.post(f"/moderation/eintrag/{entry.number}/erlaubnis", **form)[0], grants_of(entry.number)) == (
        422,
        [],
    )


def test_staff_take_one_grant_back(moderator: StaffClient) -> None:
    entry = without_right()
    one = grant(entry.number, "Anna", "Mail", EVA, NOW)
    path = f"/moderation/eintrag/{entry.number}/widerruf"
    assert moderator.post(path, erlaubnis=one.id + 1)[0] == 409
    assert moderator.post(path, erlaubnis=one.id)[0] == 303
    db.session.expire_all()
    assert (grants_of(entry.number)[0].status.value, db.session.get_one(Entry, entry.number).web_until) == (
        "revoked",
        None,
    )
