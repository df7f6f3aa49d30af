"""The queue as plain forms: fetching, filters that stay, parking, comparing, many at once, two for an exclusion."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry, SimilarEntry
from campaign.extensions import db
from campaign.moderation.models import Claim
from campaign.moderation.queries import history_of
from campaign.moderation.reasons import REASONS
from campaign.staff.models import RoleName
from tests.factories import NOW, WEIMAR, make_entry
from tests.moderation.test_views import shown, status_of
from tests.staff.people import StaffClient, logged_in, make_staff


@pytest.fixture
def staff(app: Flask) -> StaffClient:
    return logged_in(app)


def colleague(app: Flask, email: str = "bert@example.org") -> StaffClient:
    return StaffClient(app.test_client(), make_staff(RoleName.MODERATOR, email))


def waiting(count: int = 1, **values: object) -> list[int]:
    return [make_entry(**{"public": False, "picture": True, **values}).number for _ in range(count)]


def view(page: str) -> str:
    found = re.search(r'data-view="(\w+)"', page)
    assert found
    return found[1]


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_looking_takes_nothing_and_a_button_fetches(staff: StaffClient) -> None:
    numbers = waiting(2)
    page = staff.client.get("/moderation").text
    assert (view(page), db.session.query(Claim).count()) == ("fetch", 0)
    assert staff.post("/moderation/holen") == (303, f"/moderation?bild={numbers[0]}")
    assert shown(staff.client.get("/moderation").text) == numbers[0]


def test_two_people_see_different_photos_and_that_the_other_is_there(app: Flask, staff: StaffClient) -> None:
    numbers = waiting(7)
    bert = colleague(app)
    mine, theirs = staff.get("/moderation")[1], bert.get("/moderation")[1]
    assert (shown(mine), shown(theirs)) == (numbers[0], numbers[5])
    assert text_of(theirs).count("Außer dir: 1 Person, 5 Bilder in Arbeit") == 1


def test_what_others_have_is_not_called_done(app: Flask, staff: StaffClient) -> None:
    waiting(2)
    staff.get("/moderation")
    page = colleague(app).get("/moderation")[1]
    assert view(page) == "others"
    assert text_of(page).count("Die letzten 2 Bilder sind bei anderen.") == 1


def test_a_decision_about_what_somebody_else_has_is_refused(app: Flask, staff: StaffClient) -> None:
    [number] = waiting()
    staff.get("/moderation")
    for form in ({}, {"from": "entry"}):
        status, page = colleague_posts(app, number, form)
        assert (status, text_of(page).count(f"Bild {number} ist gerade bei moderator@example.org.")) == (409, 1)
    assert status_of(number) == "pending"


def colleague_posts(app: Flask, number: int, form: dict[str, str]) -> tuple[int, str]:
    email = f"{'entry' if form else 'desk'}@example.org"
    return colleague(app, email).post(f"/moderation/eintrag/{number}/freigeben", **form)


def test_a_filter_stays_through_every_decision(staff: StaffClient) -> None:
    waiting()
    first, second = waiting(2, town=WEIMAR)
    page = staff.get("/moderation?ort=Weimar&alter=1")[1]
    act = f"/moderation/eintrag/{first}/freigeben?ort=Weimar&amp;alter=1"
    assert (shown(page), page.count(f'action="{act}"')) == (first, 1)
    there = staff.post(html.unescape(act))[1]
    assert there == f"/moderation?nach={first}&ort=Weimar&alter=1"
    assert shown(staff.get(there)[1]) == second
    there = staff.post(f"/moderation/eintrag/{second}/freigeben?ort=Weimar")[1]
    assert text_of(staff.get(there)[1]).count("Zu diesem Filter wartet nichts.") == 1


def test_what_is_parked_leaves_the_queue_says_why_and_comes_back(staff: StaffClient) -> None:
    [number] = waiting()
    answer = staff.post(f"/moderation/eintrag/{number}/parken", reason="waits_for_right", text="Mail")
    assert answer == (303, f"/moderation?nach={number}")
    page = staff.get("/moderation")[1]
    assert (view(page), text_of(page).count("Geparkt sind noch: 1.")) == ("parked", 1)
    page = staff.get("/moderation?geparkt=ja")[1]
    assert (shown(page), text_of(page).count("Erlaubnis ist angefragt, Mail")) == (number, 1)
    assert staff.post(f"/moderation/eintrag/{number}/wieder-aufnehmen")[1] == f"/moderation?bild={number}"
    assert shown(staff.get("/moderation")[1]) == number


def test_the_last_five_decisions_can_be_undone_from_the_desk(staff: StaffClient) -> None:
    numbers = waiting(7)
    for number in numbers[:6]:
        staff.post(f"/moderation/eintrag/{number}/ablehnen", reason="quality")
    page = staff.get("/moderation")[1]
    undo = re.findall(r'action="(/moderation/rueckgaengig/\d+)"', page)
    assert len(undo) == 5
    assert staff.post(undo[4], number=numbers[1]) == (303, f"/moderation?bild={numbers[1]}")
    assert (status_of(numbers[1]), shown(staff.get(f"/moderation?bild={numbers[1]}")[1])) == ("pending", numbers[1])


def test_each_reason_is_shown_as_the_entrant_will_read_it(staff: StaffClient) -> None:
    waiting()
    page = html.unescape(staff.get("/moderation")[1])
    assert [(page.count(words.de), page.count(words.en)) for words in REASONS.values()] == [(1, 1)] * len(REASONS)


def test_the_card_tells_why_the_photo_is_here(staff: StaffClient) -> None:
    waiting(evidence=[{"words": "Erfurt", "matched": "erfurt", "kind": "name"}], username="anna")
    said = text_of(staff.get("/moderation")[1])
    assert [said.count(words) for words in ("aus dem Text: „Erfurt“", "@anna, 0 weitere Bilder")] == [1, 1]


def test_alike_pictures_stand_side_by_side_with_the_earlier_one_named(staff: StaffClient) -> None:
    [first], [number], [lonely] = waiting(status=Status.APPROVED, caption="Das Original"), waiting(), waiting()
    db.session.add(SimilarEntry(entry_number=number, other_number=first, distance=2, found_at=NOW))
    db.session.get_one(Entry, first).taken_at = NOW.replace(day=1)
    db.session.commit()
    page = staff.get(f"/moderation/eintrag/{number}/vergleich")[1]
    said = text_of(page)
    assert (said.count("Das Original"), said.count("war zuerst da"), page.count('value="duplicate"')) == (1, 1, 1)
    assert said.index("war zuerst da") > said.index("Das andere: Bild")
    assert staff.get(f"/moderation/eintrag/{lonely}/vergleich")[0] == 404
    assert staff.get(f"/moderation/eintrag/{number}/vergleich?mit={lonely}")[0] == 404


def test_many_are_counted_and_shown_before_anything_happens_and_taken_back_after(staff: StaffClient) -> None:
    numbers, [townless] = waiting(3), waiting(town=None)
    query = "&".join(f"bild={one}" for one in [*numbers, townless])
    page = staff.get(f"/moderation/sammeln?welche=gewaehlt&was=approve&{query}")[1]
    said = text_of(page)
    assert [said.count(words) for words in ("Noch ist nichts geschehen.", "1 Bild geht nicht")] == [1, 1]
    assert [int(one) for one in re.findall(r'name="bild" value="(\d+)"', page)] == numbers
    assert "Ohne Ort lässt sich das Bild nicht freigeben." in said
    mark = re.findall(r'name="marke" value="(\w+)"', page)[0]
    assert [status_of(one) for one in numbers] == ["pending"] * 3
    there = staff.post("/moderation/sammeln", was="approve", marke=mark, bild=numbers)[1]
    assert (there, [status_of(one) for one in numbers]) == (f"/moderation/sammlung/{mark}", ["approved"] * 3)
    assert text_of(staff.get(there)[1]).count("Alle 3 rückgängig machen") == 1
    assert staff.post(f"{there}/rueckgaengig") == (303, there)
    assert [status_of(one) for one in numbers] == ["pending"] * 3
    assert text_of(staff.get(there)[1]).count("rückgängig gemacht von moderator@example.org") == 3
    assert {one.batch for one in history_of(numbers[0])} == {mark}


def test_a_whole_page_or_all_of_a_filter_can_be_chosen(staff: StaffClient) -> None:
    here, there = waiting(2), waiting(2, town=WEIMAR)
    base = "/moderation/sammeln?was=park&"
    hidden = "&".join(f"hier={one}" for one in here)

    def chosen(query: str) -> list[int]:
        return sorted(int(one) for one in re.findall(r'name="bild" value="(\d+)"', staff.get(base + query)[1]))

    assert chosen(f"welche=seite&{hidden}&bild={there[0]}") == here
    assert chosen("welche=alle&ort=Weimar") == there
    assert chosen("welche=alle") == here + there
    assert chosen("welche=gewaehlt") == []
    assert staff.get("/moderation/sammeln?was=nonsense")[0] == 404


def test_a_batch_without_its_reason_is_asked_again_and_one_that_is_not_there_not_found(staff: StaffClient) -> None:
    [number] = waiting()
    status, page = staff.post("/moderation/sammeln", was="reject", marke="a" * 32, bild=number)
    assert (status, status_of(number), page.count(f'name="bild" value="{number}"')) == (422, "pending", 1)
    assert [staff.get(f"/moderation/sammlung/{mark}")[0] for mark in ("a" * 32, "x", "0")] == [404] * 3


def test_what_was_left_out_of_a_batch_is_named(staff: StaffClient) -> None:
    [good], [out] = waiting(), waiting(status=Status.WITHDRAWN)
    there = staff.post("/moderation/sammeln", was="reject", reason="quality", marke="b" * 32, bild=[good, out])[1]
    assert there == f"/moderation/sammlung/{'b' * 32}?nicht={out}"
    assert text_of(staff.get(there)[1]).count("1 Bild ging nicht") == 1


def test_an_exclusion_waits_for_a_second_person_who_finds_it_listed(app: Flask) -> None:
    number = make_entry(picture=True).number
    here = f"/moderation/eintrag/{number}"
    anna, bert = logged_in(app, RoleName.ORGANISER), logged_in(app, RoleName.SCRUTINEER)
    assert anna.post(f"{here}/ausschliessen", reason="rights") == (303, here)
    for reader in (anna, bert):
        assert text_of(reader.get("/verwaltung")[1]).count(f"Bild {number} , Erfurt: Ausschluss vorgeschlagen") == 1
    assert [one.get(here)[1].count("ausschluss/bestaetigen") for one in (anna, bert)] == [0, 1]
    status, page = anna.post(f"{here}/ausschluss/bestaetigen")
    assert (status, text_of(page).count("Das hast du selbst vorgeschlagen.")) == (403, 1)
    assert bert.post(f"{here}/ausschluss/bestaetigen") == (303, here)
    assert status_of(number) == "disqualified"
    assert anna.post(f"{here}/ausschluss/aufheben", text="Erlaubnis kam") == (303, here)
    assert bert.post(f"{here}/ausschluss/verwerfen") == (303, here)
    assert (status_of(number), text_of(bert.get("/verwaltung")[1]).count("Braucht eine zweite Person")) == (
        "disqualified",
        0,
    )


def test_the_history_leads_from_an_undo_to_what_it_undid_and_back(staff: StaffClient) -> None:
    [number] = waiting()
    here = f"/moderation/eintrag/{number}"
    staff.post(f"{here}/ablehnen", reason="people", text="links", **{"from": "entry"})
    [rejected] = history_of(number)
    page = staff.get(here)[1]
    assert page.count(f'action="/moderation/rueckgaengig/{rejected.id}"') == 1
    assert text_of(page).count("Die Person liest: „Menschen sind deutlich zu erkennen.") == 1
    staff.post(f"/moderation/rueckgaengig/{rejected.id}", number=number, **{"from": "entry"})
    page = staff.get(here)[1]
    undo = history_of(number)[0].id
    assert (page.count(f'href="#entscheidung-{undo}"'), page.count(f'href="#entscheidung-{rejected.id}"')) == (1, 1)


def test_a_sign_of_life_answers_nothing(staff: StaffClient) -> None:
    assert staff.post("/moderation/da") == (204, "")
