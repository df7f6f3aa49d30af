"""The way of a ballot through the pages, as a browser without cookies and JavaScript walks it."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from time_machine import Traveller

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.voting.models import BallotStatus
from tests.factories import ERFURT, GERA, JENA, NOW, WEIMAR, make_entry
from tests.voting.people import Person, counters, found, link_of, mails, newest_mail, pin_of, request_code, statuses

COUNTED, SUPERSEDED, WITHDRAWN = BallotStatus.COUNTED, BallotStatus.SUPERSEDED, BallotStatus.WITHDRAWN


def heading(page: str) -> str:
    return found(r"<h1>([^<]+)</h1>", page)


def test_a_ballot_goes_from_the_form_by_mail_and_pin_to_its_receipt(anna: Person, numbers: list[int]) -> None:
    query = "&".join(f"bild={number}" for number in numbers)
    form = anna.get(f"/abstimmen?{query}")
    assert (form.status_code, heading(form.text)) == (200, "Dein Stimmzettel")

    asked = anna.ask(*numbers)
    assert (asked.status_code, heading(asked.text)) == (200, "Schau in deine Mails")
    assert counters() == ({}, {})

    confirmed = anna.confirm(request_code(asked), pin_of(newest_mail()))
    assert confirmed.status_code == 303
    receipt = anna.get(confirmed.headers["Location"])
    assert (receipt.status_code, heading(receipt.text)) == (200, "Deine Stimme ist da.")
    assert counters() == (dict.fromkeys(numbers, 1), {ERFURT: 1, WEIMAR: 1, JENA: 1})


def test_the_link_opens_a_page_whose_button_confirms(anna: Person, numbers: list[int], clock: Traveller) -> None:
    anna.ask(*numbers)
    link = link_of(newest_mail())
    clock.shift(timedelta(seconds=20))
    page = anna.get(link)
    assert (page.status_code, heading(page.text)) == (200, "Stimme abgeben?")
    code = found(r'name="code" value="([^"]+)"', page.text)
    confirmed = anna.post("/abstimmen/bestaetigen", anfrage=request_code(page), code=code)
    assert heading(anna.get(confirmed.headers["Location"]).text) == "Deine Stimme ist da."
    assert heading(anna.get(link).text) == "Das ist schon bestätigt"


def test_opening_links_confirms_nothing(anna: Person, numbers: list[int]) -> None:
    anna.ask(*numbers)
    link = link_of(newest_mail())
    for _ in range(3):
        anna.get(link)
        anna.head(link)
    assert statuses() == [BallotStatus.REQUESTED]


def test_the_same_pin_gives_the_same_receipt_and_counts_once(anna: Person, numbers: list[int]) -> None:
    code = request_code(anna.ask(*numbers))
    pin = pin_of(newest_mail())
    receipts = {anna.confirm(code, pin).headers["Location"] for _ in range(3)}
    assert len(receipts) == 1
    assert counters()[0] == dict.fromkeys(numbers, 1)


def test_going_back_to_the_pin_after_confirming_says_that_it_is_done(anna: Person, numbers: list[int]) -> None:
    code = request_code(anna.ask(*numbers))
    receipt = anna.confirm(code, pin_of(newest_mail())).headers["Location"]
    page = anna.get(f"/abstimmen/bestaetigen?anfrage={code}").text
    assert (heading(page), page.count("Es kommt keine Mail?")) == ("Das ist schon bestätigt", 0)
    assert anna.confirm(code, pin_of(newest_mail())).headers["Location"] == receipt


def test_a_receipt_offers_to_take_back_only_while_the_vote_is_open(
    anna: Person, numbers: list[int], clock: Traveller
) -> None:
    receipt = anna.vote(*numbers)
    offers = [anna.get(receipt).text.count("/abstimmen/zurueckziehen")]
    clock.move_to(NOW.replace(month=7))
    page = anna.get(receipt).text
    assert [*offers, page.count("/abstimmen/zurueckziehen")] == [1, 0]
    assert page.count("Die Abstimmung ist vorbei.") == 1


def test_a_new_ballot_of_the_same_person_replaces_the_old_one(
    app: Flask, anna: Person, numbers: list[int], clock: Traveller
) -> None:
    other = make_entry(town=GERA).number
    old = anna.vote(*numbers)
    clock.shift(timedelta(days=1))
    new = Person(app, "ANNA+stadt@example.com").vote(numbers[0], other)
    assert statuses() == [SUPERSEDED, COUNTED]
    assert counters() == ({numbers[0]: 1, other: 1}, {ERFURT: 1, GERA: 1})
    assert heading(anna.get(old).text) == "Dieser Stimmzettel ist ersetzt."
    assert heading(anna.get(new).text) == "Deine Stimme ist da."


def test_a_vote_can_be_taken_back_and_cast_anew(anna: Person, numbers: list[int], clock: Traveller) -> None:
    old = anna.vote(*numbers)
    withdrawn = anna.withdraw()
    assert counters() == ({}, {})
    assert heading(anna.get(old).text) == "Die Stimme ist zurückgezogen."
    assert heading(anna.get(withdrawn).text) == "Die Stimme ist zurückgezogen."
    clock.shift(timedelta(days=1))
    anna.vote(numbers[0])
    assert statuses() == [WITHDRAWN, WITHDRAWN, COUNTED]


def test_taking_back_what_was_never_cast_looks_the_same(anna: Person, numbers: list[int]) -> None:
    page = anna.get(anna.withdraw())
    assert (heading(page.text), counters()) == ("Die Stimme ist zurückgezogen.", ({}, {}))


def test_six_wrong_pins_end_a_request(anna: Person, numbers: list[int]) -> None:
    code = request_code(anna.ask(*numbers))
    pin = pin_of(newest_mail())
    wrong = "000000" if pin != "000 000" else "000001"
    answers = [anna.confirm(code, wrong) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [410]
    left = [found(r"Versuche, die noch bleiben: (\d)", answer.text) for answer in answers[:5]]
    assert left == ["5", "4", "3", "2", "1"]
    assert anna.confirm(code, pin).status_code == 410
    assert statuses() == [BallotStatus.REQUESTED]


def test_a_pin_that_is_not_six_digits_costs_no_try(anna: Person, numbers: list[int]) -> None:
    code = request_code(anna.ask(*numbers))
    assert [anna.confirm(code, "12345").status_code for _ in range(7)] == [422] * 7
    assert anna.confirm(code, pin_of(newest_mail())).status_code == 303


def test_an_expired_pin_leads_back_to_the_same_picks(anna: Person, numbers: list[int], clock: Traveller) -> None:
    code = request_code(anna.ask(*numbers))
    pin = pin_of(newest_mail())
    clock.shift(timedelta(hours=48, seconds=10))
    gone = anna.confirm(code, pin)
    query = "&amp;".join(f"bild={number}" for number in numbers)
    assert gone.status_code == 410
    assert found(r'href="(/abstimmen\?[^"]+)"', gone.text) == f"/abstimmen?{query}"
    assert anna.get(f"/abstimmen/bestaetigen?anfrage={code}").status_code == 410


def test_a_request_from_before_the_close_counts_when_confirmed_the_day_after(
    anna: Person, numbers: list[int], clock: Traveller
) -> None:
    clock.move_to(NOW.replace(day=29, hour=21))
    code = request_code(anna.ask(*numbers))
    pin = pin_of(newest_mail())
    clock.move_to(NOW.replace(day=30, hour=20))
    assert anna.confirm(code, pin).status_code == 303
    assert anna.ask(*numbers).status_code == 403


def test_a_request_that_was_not_confirmed_24_hours_after_the_close_is_over(
    anna: Person, numbers: list[int], clock: Traveller
) -> None:
    clock.move_to(NOW.replace(day=29, hour=21))
    code = request_code(anna.ask(*numbers))
    pin = pin_of(newest_mail())
    clock.move_to(NOW.replace(day=30, hour=22))
    answer = anna.confirm(code, pin)
    assert (answer.status_code, statuses()) == (403, [BallotStatus.REQUESTED])


@pytest.mark.parametrize("path", ["/abstimmen", "/abstimmen/zurueckziehen", "/en/abstimmen"])
def test_after_the_close_the_forms_say_so(anna: Person, clock: Traveller, path: str) -> None:
    clock.move_to(NOW.replace(month=7))
    assert anna.get(path).status_code == 403
    assert anna.post(path, email=anna.email, regeln="y").status_code == 403
    assert statuses() == []


@pytest.mark.parametrize("value", ["999999", "0", "-1", "abc", "99999999999999999999", "1 OR 1=1"])
def test_a_number_that_no_picture_has_is_a_page_that_says_so(anna: Person, value: str) -> None:
    assert anna.get(f"/abstimmen?bild={value}").status_code == 404
    assert anna.ask(bild=value).status_code == 404
    assert statuses() == []


def test_an_entry_that_is_not_public_cannot_be_picked(anna: Person) -> None:
    hidden = make_entry(public=False).number
    assert [anna.get(f"/abstimmen?bild={hidden}").status_code, anna.ask(hidden).status_code] == [404, 404]


def test_two_views_of_one_town_are_explained_and_refused(anna: Person, numbers: list[int]) -> None:
    second = make_entry(town=ERFURT).number
    page = anna.get(f"/abstimmen?bild={numbers[0]}&bild={second}")
    sentence = "Zwei Bilder sind aus derselben Stadt. Nimm eines heraus: jede Stadt nur einmal."
    assert (page.status_code, found(r'role="alert">.*?<p>([^<]+)</p>', page.text.replace("\n", ""))) == (200, sentence)
    assert anna.ask(numbers[0], second).status_code == 422
    assert statuses() == []


def test_a_wrong_form_comes_back_with_what_was_typed(anna: Person, numbers: list[int]) -> None:
    page = anna.ask(*numbers, email="anna@", regeln="")
    assert page.status_code == 422
    assert found(r'name="email"[^>]* value="([^"]*)"', page.text) == "anna@"
    assert re.findall(r'name="bild" value="(\d+)"', page.text) == [str(number) for number in numbers]
    assert (statuses(), mails()) == ([], [])


def test_without_a_pick_the_form_leads_to_the_gallery(anna: Person) -> None:
    page = anna.get("/abstimmen")
    assert (page.status_code, page.text.count("<form")) == (200, 0)


def test_a_picture_that_left_the_contest_meanwhile_does_not_stop_the_ballot(anna: Person, numbers: list[int]) -> None:
    code = request_code(anna.ask(*numbers))
    db.session.execute(sa.update(Entry).values(status=Status.WITHDRAWN).filter_by(number=numbers[0]))
    db.session.commit()
    assert anna.confirm(code, pin_of(newest_mail())).status_code == 303
    assert counters() == (dict.fromkeys(numbers, 1), {WEIMAR: 1, JENA: 1})


def test_an_unknown_request_or_receipt_is_a_page_that_says_so(anna: Person) -> None:
    assert anna.confirm("unknown", "123456").status_code == 404
    assert anna.get("/abstimmen/bestaetigen?anfrage=unknown").status_code == 404
    assert anna.get("/beleg/7K3M-9QWT-C4XD-R02H").status_code == 404


@pytest.mark.parametrize("junk", ["\0", "a\0b", "ü" * 22, "' OR 1=1 --", "x" * 5000, "\ud83d\ude00", "% %s"])
def test_junk_never_leads_to_a_crash(anna: Person, numbers: list[int], junk: str) -> None:
    junk = junk.encode("utf-16", "surrogatepass").decode("utf-16")
    code = request_code(anna.ask(numbers[0]))
    answers = [
        anna.get("/abstimmen/bestaetigen?" + urlencode({"anfrage": junk})),
        anna.get("/abstimmen/bestaetigen?" + urlencode({"anfrage": code, "code": junk})),
        anna.get("/beleg/" + quote(junk, safe="")),
        anna.get("/abstimmen?" + urlencode({"bild": junk})),
        anna.ask(numbers[0], email=junk),
        anna.post("/abstimmen/zurueckziehen", email=f"{junk}@example.com"),
        anna.confirm(junk, "123456"),
        anna.confirm(code, junk),
        anna.post("/abstimmen/bestaetigen", anfrage=code, code=junk),
    ]
    assert [answer.status_code for answer in answers] == [404, 422, 404, 404, 422, 422, 404, 422, 422]


def test_a_link_that_a_mail_program_broke_is_explained_and_costs_no_try(anna: Person, numbers: list[int]) -> None:
    anna.ask(*numbers)
    link = link_of(newest_mail())
    assert anna.get(link[:-3]).status_code == 422
    code = found(r"anfrage=([^&]+)", link)
    answers = [anna.post("/abstimmen/bestaetigen", anfrage=code, code="broken").status_code for _ in range(7)]
    assert answers == [422] * 7
    assert anna.get(link).status_code == 200


def test_the_receipt_never_names_what_was_picked(anna: Person, numbers: list[int]) -> None:
    receipt = anna.get(anna.vote(*numbers)).text
    named = [town for town in ("Erfurt", "Weimar", "Jena") if town in receipt]
    linked = [number for number in numbers if f"bild={number}" in receipt or f"/bild/{number}" in receipt]
    assert (named, linked) == ([], [])


def test_a_receipt_is_found_however_its_code_is_typed(anna: Person, numbers: list[int]) -> None:
    address = anna.vote(*numbers)
    typed = address.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert heading(anna.get(typed.replace("bei.eg", "beleg")).text) == "Deine Stimme ist da."


def test_pages_of_a_ballot_set_no_cookie_and_are_not_cached(anna: Person, numbers: list[int]) -> None:
    asked = anna.ask(*numbers)
    confirmed = anna.confirm(request_code(asked), pin_of(newest_mail()))
    pages = [anna.get(f"/abstimmen?bild={numbers[0]}"), asked, confirmed, anna.get(confirmed.headers["Location"])]
    assert [page.headers.get("Set-Cookie") for page in pages] == [None] * 4
    assert [page.headers["Cache-Control"] for page in pages] == ["no-store"] * 4


def test_the_mail_comes_in_the_language_of_the_page(app: Flask, clock: Traveller, numbers: list[int]) -> None:
    Person(app, lang="/en").ask(numbers[0])
    mail = newest_mail()
    assert link_of(mail).partition("?")[0] == "/en/abstimmen/bestaetigen"
    assert mail.text.splitlines()[0] == "Hello,"
    assert found(r"http://127\.0\.0\.1:8000(/\S*impressum)", mail.text) == "/en/impressum"
