"""Who may open what: the table that is checked in must be what the application does."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.routing import Rule

from campaign.access import FRESH, HALFWAY, PUBLIC, rule_of, wants_fresh
from campaign.clock import utc_now
from campaign.codes import new_secret
from campaign.extensions import db
from campaign.staff.factors import new_secret as new_secret_of_app
from campaign.staff.models import RoleName, Staff
from campaign.staff.services import add_staff
from tests.factories import NOW, make_entry
from tests.staff.people import PASSWORD, StaffClient, logged_in, make_staff, token_of

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TABLE = Path(__file__).with_name("access_table.txt")
VALUES = {"number": 1, "decision_id": 1, "code": "none", "name": "none.jpg", "what": "standings", "form": "csv"}
VALUES |= {"lang": "en", "attempt": new_secret(), "batch": "0" * 32, "request_id": 1}
WHO = ("nobody", "password", *(role.value for role in RoleName))


def access_table(app: Flask) -> str:
    """One line for each address and method: who may use it.

    `fresh`: only shortly after the second factor was shown. `password` is somebody who has typed no more than that;
    `setup` opens until there is a second factor.
    """
    lines = [f"{'':<5}{'':<88}{''.join(f'{who:<11}' for who in WHO)}".rstrip()]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        answers = [answer_for(app, rule.endpoint, who) for who in WHO]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            lines.append(f"{method:<5}{rule.rule:<88}{''.join(f'{answer:<11}' for answer in answers)}".rstrip())
    return "\n".join(lines) + "\n"


def values_for(rule: Rule) -> dict[str, object]:
    """Sample values for the places of an address; some exports take another way than others."""
    values = VALUES if "(standings" in rule.rule else {**VALUES, "what": "entries"}
    # Nobody must end their own session, or close their own account, while all pages are tried.
    values = {**values, "number": 999} if rule.endpoint.startswith("staff.") else values
    return {name: values[name] for name in rule.arguments}


def answer_for(app: Flask, endpoint: str, who: str) -> str:
    """What the rule of an endpoint says to somebody: yes, no, fresh or setup."""
    allowed, fresh = rule_of(app, endpoint), wants_fresh(app, endpoint)
    if allowed is None:
        return "no"
    if allowed == PUBLIC:
        return "yes"
    if who == "nobody" or (who == "password" and allowed != HALFWAY):
        return "no"
    if who == "password":
        return "setup" if fresh else "yes"
    return "no" if allowed != HALFWAY and who not in allowed else "fresh" if fresh else "yes"


def staff_routes(app: Flask) -> list[tuple[str, str, str]]:
    """Method, address with sample values, and endpoint of every route that is not public."""
    found, addresses = [], app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule_of(app, rule.endpoint) in (None, PUBLIC):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append((method, addresses.build(rule.endpoint, values_for(rule), method=method), rule.endpoint))
    return found


def open_page(staff: StaffClient, method: str, path: str) -> str:
    """What somebody of the staff gets: yes, no, or where they are led first."""
    values = {"data": {"csrf_token": staff.token}} if method == "POST" else {}
    answer = staff.client.open(path, method=method, **values)
    elsewhere = (answer.location or "").partition("?")[0]
    if answer.status_code in (302, 307) and elsewhere in BEFORE:
        return BEFORE[elsewhere]
    return "no" if answer.status_code == 403 else "yes"


BEFORE = {"/anmelden": "log-in", "/anmelden/zweiter-schritt": "fresh", "/anmelden/einrichten": "setup"}
# What a page does to the session that asks for it, or where it leads whoever need not be there.
OWN_WAY = {"staff.log_in.second_step", "staff.log_in.take_second_step", "staff.factors.keep", "security.logout"}


def test_the_table_of_routes_and_roles_is_the_one_that_was_agreed(app: Flask) -> None:
    assert access_table(app) == TABLE.read_text(encoding="utf-8")


def test_every_route_has_a_rule(app: Flask) -> None:
    assert [rule.rule for rule in app.url_map.iter_rules() if rule_of(app, rule.endpoint) is None] == []


def test_visitors_are_sent_to_the_log_in_from_every_page_of_the_staff(app: Flask) -> None:
    client = app.test_client()
    for method, path, _ in staff_routes(app):
        answer = client.open(path, method=method)
        assert (path, answer.status_code, answer.location.partition("?")[0]) == (path, 302, "/anmelden")


@ON_SQLITE
@pytest.mark.parametrize("role", list(RoleName))
def test_each_role_opens_its_own_pages_and_no_other(app: Flask, role: RoleName) -> None:
    make_entry(public=False, picture=True)
    staff = logged_in(app, role)
    for method, path, endpoint in staff_routes(app):
        if endpoint in OWN_WAY:
            continue
        expected = answer_for(app, endpoint, role.value).replace("fresh", "yes")
        assert (method, path, open_page(staff, method, path)) == (method, path, expected)


@ON_SQLITE
@pytest.mark.parametrize("role", list(RoleName))
def test_what_can_do_most_asks_again_after_ten_minutes(app: Flask, role: RoleName) -> None:
    make_entry(public=False, picture=True)
    staff = logged_in(app, role)
    with time_machine.travel(utc_now() + FRESH + timedelta(seconds=1), tick=True):
        for method, path, endpoint in staff_routes(app):
            if endpoint in OWN_WAY - {"staff.factors.keep"}:
                continue
            expected = answer_for(app, endpoint, role.value)
            assert (method, path, open_page(staff, method, path)) == (method, path, expected)


@ON_SQLITE
@pytest.mark.parametrize("role", list(RoleName))
def test_a_password_without_a_second_factor_opens_nothing_but_setting_one_up(app: Flask, role: RoleName) -> None:
    make_entry(public=False, picture=True)
    staff = with_password_only(app, make_staff(role, app=False))
    for method, path, endpoint in staff_routes(app):
        expected = "setup" if endpoint not in SET_UP else "yes"
        assert (method, path, open_page(staff, method, path)) == (method, path, expected)


@ON_SQLITE
@pytest.mark.parametrize("role", list(RoleName))
def test_a_password_opens_nothing_but_the_second_step_where_there_is_a_second_factor(
    app: Flask, role: RoleName
) -> None:
    make_entry(public=False, picture=True)
    staff = with_password_only(app, make_staff(role))
    for method, path, endpoint in staff_routes(app):
        expected = "yes" if endpoint.startswith("staff.log_in.") else "fresh"
        assert (method, path, open_page(staff, method, path)) == (method, path, expected)


SET_UP = {"staff.log_in.take_second_step", "staff.factors.set_up", "staff.factors.picture", "staff.factors.keep"}


def with_password_only(app: Flask, staff: Staff) -> StaffClient:
    """A browser in which an account's password was typed, and no more."""
    half = StaffClient.__new__(StaffClient)
    half.client, half.email = app.test_client(), staff.email
    half.send_password()
    page = "/anmelden/zweiter-schritt" if staff.totp_secret else "/anmelden/einrichten"
    half.token = token_of(half.client.get(page).text)
    return half


def test_no_form_of_the_staff_is_taken_without_its_token(app: Flask) -> None:
    for role in RoleName:
        staff = logged_in(app, role)
        for method, path, endpoint in staff_routes(app):
            if method == "POST" and answer_for(app, endpoint, role.value) != "no":
                assert (path, staff.client.post(path).status_code) == (path, 400)


def test_no_form_on_the_way_to_the_log_in_is_taken_without_its_token(app: Flask) -> None:
    for path in ("/anmelden/passkey", "/anmelden/vergessen", "/anmelden/passwort"):
        assert (path, app.test_client().post(path).status_code) == (path, 400)


class WatchedBody(io.BytesIO):
    """A body that notes at each read how many connections to the database are in use."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.in_use: list[int] = []

    def readinto(self, buffer: Any) -> int:
        self.in_use.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        return super().readinto(buffer)


def test_no_transaction_is_open_while_a_form_arrives(app: Flask) -> None:
    make_entry(public=False, picture=True)
    account = add_staff("all@example.org", list(RoleName), PASSWORD, NOW)
    account.totp_secret = new_secret_of_app()
    staff, addresses = StaffClient(app.test_client(), account), app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        path = addresses.build(rule.endpoint, values_for(rule), method="POST")
        body = WatchedBody(f"csrf_token={staff.token}".encode())
        staff.client.post(path, input_stream=body, content_type="application/x-www-form-urlencoded", content_length=200)
        assert (path, set(body.in_use) - {0}) == (path, set())
        if staff.get("/verwaltung/konto")[0] != 200:
            db.session.expire_all()
            account.active = True
            staff.login()
