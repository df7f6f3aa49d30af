"""Never again: the link in a mail ends all mails of the vote to its reader, and nobody can tell from outside."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from time_machine import Traveller

from campaign.clock import utc_now
from campaign.mail.services import send_due
from tests.voting.people import Person, found, newest_mail, statuses
from tests.voting.test_flow import heading
from tests.voting.test_secrecy import without_codes


def stop_link(anna: Person, numbers: list[int]) -> str:
    anna.ask(*numbers)
    return found(r"http://127\.0\.0\.1:8000(/\S*keine-mails\S+)", newest_mail().text)


def press(anna: Person, link: str, **more: str) -> int:
    page = anna.get(link).text
    code, request = found(r'name="code" value="([^"]+)"', page), found(r'name="anfrage" value="([^"]+)"', page)
    return anna.post("/abstimmen/keine-mails", anfrage=request, code=code, **more).status_code


def test_opening_the_link_refuses_nothing_and_its_button_ends_all_mails(
    app: Flask, anna: Person, numbers: list[int], clock: Traveller
) -> None:
    link = stop_link(anna, numbers)
    assert heading(anna.get(link).text) == "Nie wieder Mails der Abstimmung?"
    anna.head(link)
    assert [press(anna, link), press(anna, link)] == [303, 303]
    assert heading(anna.get(link).text) == "Wir schreiben dir nicht mehr"
    clock.shift(timedelta(days=1))
    asked, fresh = Person(app, "ANNA+x@example.com").ask(*numbers), Person(app, "berta@example.com").ask(*numbers)
    assert without_codes(asked.text) == without_codes(fresh.text).replace("berta@", "ANNA+x@")
    assert send_due(utc_now()).sent == 1


def test_who_wants_mails_again_gets_them(anna: Person, numbers: list[int], clock: Traveller) -> None:
    link = stop_link(anna, numbers)
    press(anna, link)
    press(anna, link, doch="1")
    clock.shift(timedelta(days=1))
    anna.ask(*numbers)
    assert send_due(utc_now()).sent == 1


def test_only_the_mail_itself_can_refuse(anna: Person, numbers: list[int]) -> None:
    link = stop_link(anna, numbers)
    assert [anna.get(link[:-1] + end).status_code for end in ("", "-")] == [422, 422]
    assert anna.get("/abstimmen/keine-mails").status_code == 404
    assert anna.post("/abstimmen/keine-mails", anfrage="x", code="y").status_code == 404
    assert len(statuses()) == 1
