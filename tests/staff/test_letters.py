"""What the owner of an account is told by mail: new devices, a new password, another second factor."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from campaign.extensions import db
from campaign.staff import factors, links, team
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.models import LinkPurpose, RoleName, Staff
from campaign.staff.services import add_staff, change_password
from tests.factories import NOW
from tests.staff.people import PASSWORD, StaffClient, make_staff
from tests.staff.test_links import NEW, code_in, mails

DEVICE = "Anmeldung auf einem neuen Gerät"
CHANGED_PASSWORD = "Das Passwort deines Kontos wurde geändert"
CHANGED_FACTOR = "Der zweite Faktor deines Kontos wurde geändert"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def subjects() -> list[str]:
    return [mail["subject"] for mail in mails()]


def test_a_log_in_on_a_new_device_is_told_once_and_leads_to_the_list_of_log_ins(app: Flask) -> None:
    browser = app.test_client()
    browser.environ_base["HTTP_USER_AGENT"] = FIREFOX
    owner = StaffClient(browser, make_staff())
    [mail] = mails()
    assert (mail["address"], mail["subject"]) == ("moderator@example.org", DEVICE)
    plain = " ".join(mail["text"].split())
    assert "auf einem Gerät angemeldet, das wir noch nicht kennen: Firefox, Windows." in plain
    assert "http://127.0.0.1:8000/verwaltung/konto" in mail["text"]
    assert re.findall(r'href="([^"]+)"', mail["html"])[0] == "http://127.0.0.1:8000/verwaltung/konto"
    owner.post("/abmelden")
    owner.login()
    assert subjects() == [DEVICE]
    StaffClient(app.test_client(), db.session.query(Staff).one())
    assert subjects() == [DEVICE, DEVICE]


def test_whoever_only_knows_the_password_was_not_let_in_and_nobody_is_told(app: Flask) -> None:
    half = StaffClient.__new__(StaffClient)
    half.client, half.email = app.test_client(), make_staff().email
    assert (half.send_password(), subjects()) == (302, [])


def other_codes(staff: Staff) -> None:
    for _ in range(2):
        factors.new_recovery_codes(staff, COMMAND_LINE, NOW)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda staff: change_password(staff, NEW, COMMAND_LINE, NOW), [CHANGED_PASSWORD]),
        (lambda staff: factors.reset_factor(staff, COMMAND_LINE, NOW), [CHANGED_FACTOR]),
        (other_codes, [CHANGED_FACTOR]),
    ],
    ids=["password", "factor", "recovery codes"],
)
def test_the_owner_is_told_of_what_protects_the_account(act: Callable[[Staff], None], told: list[str]) -> None:
    act(make_staff())
    db.session.commit()
    assert subjects() == told
    secrets = [PASSWORD, NEW, *re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", mails()[0]["text"])]
    assert [one for one in secrets if one in mails()[0]["text"] + mails()[0]["html"]] == []


@pytest.mark.usefixtures("app")
def test_a_first_password_and_a_first_factor_are_no_changes() -> None:
    add_staff("anna@example.org", RoleName.MODERATOR, PASSWORD, NOW)
    team.invite("neu@example.org", [RoleName.MODERATOR], COMMAND_LINE, NOW)
    links.use_link(code_in(mails()[0]), NEW, NOW)
    assert subjects() == ["Deine Einladung ins Team von „Der schönste Blick der Stadt“"]


@pytest.mark.usefixtures("app")
def test_a_password_that_was_replaced_by_a_mailed_link_is_told_too() -> None:
    links.send_link(make_staff(), LinkPurpose.RESET, NOW)
    db.session.commit()
    links.use_link(code_in(mails()[0]), NEW, NOW)
    assert subjects() == ["Ein neues Passwort für dein Konto", CHANGED_PASSWORD]
