"""Passkeys: made once, they log in alone and stand in for the app; what only looks like one opens nothing."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from campaign.extensions import db
from campaign.staff.models import AuditRow, Passkey, RoleName, Staff, StaffSession
from campaign.staff.services import disable_staff
from tests.staff.authenticator import PRESENT, Authenticator
from tests.staff.people import SECOND_STEP, StaffClient, logged_in, make_staff, token_of

SET_UP, ALONE, ACCOUNT = "/anmelden/einrichten", "/anmelden/passkey", "/verwaltung/konto"
REFUSED = "/anmelden?passkey=422"


def options_of(page: str) -> str:
    found = re.search(r'data-options="([^"]+)"', page)
    assert found, "the page asks for no passkey"
    return html.unescape(found.group(1))


@pytest.fixture
def half(app: Flask) -> StaffClient:
    """A browser in which the password of an account without second factor was typed."""
    one = StaffClient.__new__(StaffClient)
    one.client, one.email = app.test_client(), make_staff(app=False).email
    one.send_password()
    one.token = token_of(one.get(SET_UP)[1])
    return one


def registered(staff: StaffClient, key: Authenticator, name: str = "Handy") -> int:
    """Make a passkey on the page of the set-up; returns the status."""
    page = staff.get(SET_UP)[1]
    staff.token, options = token_of(page), options_of(page)
    status, _ = staff.post(SET_UP, art="passkey", name=name, antwort=key.make(options))
    return status


def alone(client: FlaskClient, answer: Callable[[str], str]) -> str | None:
    """Log in with a passkey alone; returns where that leads."""
    page = client.get("/anmelden").text
    form = {"csrf_token": token_of(page), "antwort": answer(options_of(page))}
    return client.post(ALONE, data=form).location


def with_handle(key: Authenticator) -> Authenticator:
    db.session.rollback()
    handle = db.session.scalars(sa.select(Staff.passkey_handle).where(Staff.passkey_handle.is_not(None))).one()
    key.handle = (handle or "").encode()
    return key


def test_a_passkey_is_made_at_the_first_log_in_and_opens_everything(half: StaffClient) -> None:
    assert (registered(half, Authenticator()), half.get("/moderation")[0]) == (200, 200)
    db.session.rollback()
    stored = db.session.scalars(sa.select(Passkey)).one()
    assert (stored.name, stored.transports, stored.sign_count) == ("Handy", ["internal"], 1)
    acts = list(db.session.scalars(sa.select(AuditRow.act).order_by(AuditRow.number)))
    assert acts == ["staff.add", "staff.passkey_add", "login.start", "staff.recovery_codes"]


def test_a_passkey_logs_in_alone(app: Flask, half: StaffClient) -> None:
    key = Authenticator()
    registered(half, key)
    client = app.test_client()
    assert alone(client, with_handle(key).answer) == "/moderation"
    assert client.get("/moderation").status_code == 200
    db.session.rollback()
    assert [one.proof for one in db.session.scalars(sa.select(StaffSession))] == ["passkey", "passkey"]


def test_the_log_in_with_a_passkey_leads_to_the_page_that_was_wanted(app: Flask, half: StaffClient) -> None:
    key = Authenticator()
    registered(half, key)
    client = app.test_client()
    page = client.get("/anmelden?next=/moderation/eintraege").text
    form = {"csrf_token": token_of(page), "antwort": with_handle(key).answer(options_of(page))}
    assert f'action="{ALONE}?next=/moderation/eintraege"' in page
    assert client.post(f"{ALONE}?next=/moderation/eintraege", data=form).location == "/moderation/eintraege"


def test_a_passkey_stands_in_for_the_app_after_the_password(app: Flask, half: StaffClient) -> None:
    key = Authenticator()
    registered(half, key)
    half.post("/abmelden")
    half.send_password()
    page = half.get(SECOND_STEP)[1]
    half.token, options = token_of(page), options_of(page)
    assert [one["id"] for one in json.loads(options)["allowCredentials"]] == [json.loads(key.answer(options))["id"]]
    assert half.post(SECOND_STEP, schritt="passkey", antwort=with_handle(key).answer(options)) == (303, "/moderation")


def test_a_passkey_of_somebody_else_is_no_second_factor(app: Flask, half: StaffClient) -> None:
    key = Authenticator()
    registered(half, key)
    thief = StaffClient.__new__(StaffClient)
    thief.client, thief.email = app.test_client(), make_staff(RoleName.ADMIN).email
    thief.send_password()
    with thief.client.session_transaction() as cookie:
        cookie["passkey_challenge"] = ["c29tZXRoaW5nIHRoYXQgaXMgbG9uZyBlbm91Z2g", 2**31]
    thief.token = token_of(thief.get(SECOND_STEP)[1])
    options = json.dumps({"challenge": "c29tZXRoaW5nIHRoYXQgaXMgbG9uZyBlbm91Z2g"})
    assert thief.post(SECOND_STEP, schritt="passkey", antwort=with_handle(key).answer(options))[0] == 422
    assert thief.get("/verwaltung/team")[0] == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://localhost.example"},
        {"origin": "https://localhost"},
        {"host": "example.org"},
        {"flags": PRESENT},
        {"flags": 0},
        {"handle": b"somebody else"},
        {"name": b"another name 123"},
        {"key": Authenticator().key},
        {"count": -1},
    ],
)
def test_what_only_looks_like_the_passkey_opens_nothing(
    app: Flask, half: StaffClient, wrong: dict[str, object]
) -> None:
    key = Authenticator()
    registered(half, key)
    key = with_handle(key)
    client = app.test_client()
    assert alone(client, replace(key, **wrong).answer) == REFUSED  # type: ignore[arg-type]
    assert client.get("/moderation").status_code == 302
    assert alone(client, replace(key, count=10).answer) == "/moderation"


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "\x00", "x" * 50_000, '{"id": 1}', '{"response": {}}'])
def test_junk_in_place_of_an_answer_is_refused_with_a_page(app: Flask, answer: str) -> None:
    assert alone(app.test_client(), lambda _options: answer) == REFUSED


def test_an_answer_that_was_seen_on_its_way_is_worth_nothing(app: Flask, half: StaffClient) -> None:
    key = Authenticator(counts=False)
    registered(half, key)
    client = app.test_client()
    page = client.get("/anmelden").text
    cookie = client.get_cookie("staff")
    form = {"csrf_token": token_of(page), "antwort": with_handle(key).answer(options_of(page))}
    assert client.post(ALONE, data=form).location == "/moderation"
    thief = app.test_client()
    assert cookie is not None
    thief.set_cookie("staff", cookie.value)
    assert thief.post(ALONE, data=form).location == REFUSED
    assert thief.get("/moderation").status_code == 302


def test_a_closed_account_is_opened_by_no_passkey(app: Flask, half: StaffClient) -> None:
    key = Authenticator()
    registered(half, key)
    disable_staff(half.email)
    assert alone(app.test_client(), with_handle(key).answer) == REFUSED


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT}])
def test_no_passkey_is_made_for_another_site_or_without_the_lock_of_the_device(
    half: StaffClient, wrong: dict[str, object]
) -> None:
    assert registered(half, Authenticator(**wrong)) == 422  # type: ignore[arg-type]
    assert half.get("/moderation")[0] == 302


def test_the_same_passkey_is_not_kept_twice(app: Flask, half: StaffClient) -> None:
    key = Authenticator()
    registered(half, key)
    assert registered(half, key) == 409


def test_the_last_second_factor_stays_and_any_other_passkey_can_go(half: StaffClient) -> None:
    registered(half, Authenticator(), "Handy")
    db.session.rollback()
    only = db.session.scalars(sa.select(Passkey.id)).one()
    status, page = half.post(f"{ACCOUNT}/passkeys/{only}/entfernen")
    assert (status, page.count("Das ist dein einziger zweiter Faktor.")) == (409, 1)
    registered(half, Authenticator(), "Schlüssel")
    assert half.post(f"{ACCOUNT}/passkeys/{only}/entfernen") == (303, ACCOUNT)
    db.session.rollback()
    assert list(db.session.scalars(sa.select(Passkey.name))) == ["Schlüssel"]


def test_nobody_removes_the_passkey_of_somebody_else(app: Flask, half: StaffClient) -> None:
    registered(half, Authenticator())
    db.session.rollback()
    number = db.session.scalars(sa.select(Passkey.id)).one()
    assert logged_in(app, RoleName.ADMIN).post(f"{ACCOUNT}/passkeys/{number}/entfernen") == (303, ACCOUNT)
    db.session.rollback()
    assert db.session.scalars(sa.select(Passkey.id)).all() == [number]


def test_at_a_bare_address_passkeys_are_explained_and_not_offered(app: Flask, half: StaffClient) -> None:
    bare, cookie = "http://127.0.0.1:8000", half.client.get_cookie("staff")
    assert cookie is not None
    half.client.set_cookie("staff", cookie.value, domain="127.0.0.1")
    page = half.client.get(SET_UP, base_url=bare).text
    assert (page.count("data-options"), page.count("nicht unter ihrer Nummer")) == (0, 1)
    assert app.test_client().get("/anmelden", base_url=bare).text.count("data-options") == 0


def test_a_log_in_by_passkey_alone_makes_the_device_known_and_forgets_the_tries_before(
    app: Flask, half: StaffClient
) -> None:
    key, client = Authenticator(), app.test_client()
    registered(half, key)
    number = db.session.scalars(sa.select(Staff.id)).one()
    assert client.get_cookie(f"device-{number}") is None
    for _ in range(2):
        assert [alone(client, lambda _options: "{}") for _ in range(9)] == [REFUSED] * 9
        assert alone(client, with_handle(key).answer) == "/moderation"
        client.post("/abmelden", data={"csrf_token": token_of(client.get(ACCOUNT).text)})
    assert client.get_cookie(f"device-{number}") is not None
    db.session.rollback()
    assert [one.known_device for one in db.session.scalars(sa.select(StaffSession))] == [False, False, True]
