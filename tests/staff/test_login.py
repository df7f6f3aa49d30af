"""Logging in and out, and what public pages must not know of it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.staff.models import RoleName
from campaign.staff.services import disable_staff
from tests.factories import make_entry
from tests.staff.people import PASSWORD, SECOND_STEP, StaffClient, code_of, logged_in, make_staff, token_of

FAILED = "E-Mail-Adresse und Passwort passen nicht zusammen. Prüf beides und versuch es noch einmal."


def send(client: FlaskClient, email: str, password: str, path: str = "/anmelden") -> tuple[int, str]:
    form = {"csrf_token": token_of(client.get(path).text), "email": email, "password": password}
    answer = client.post(path, data=form)
    return answer.status_code, answer.headers.get("Location", answer.text)


def test_a_moderator_logs_in_and_gets_to_the_desk(app: Flask) -> None:
    staff = StaffClient.__new__(StaffClient)
    staff.client, staff.email = app.test_client(), make_staff().email
    assert send(staff.client, staff.email, PASSWORD) == (302, SECOND_STEP)
    assert staff.get("/moderation")[0] == 302
    assert (staff.prove(), staff.get("/moderation")[0]) == (303, 200)


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (RoleName.MODERATOR, "/moderation"),
        (RoleName.ORGANISER, "/moderation"),
        (RoleName.SCRUTINEER, "/moderation"),
        (RoleName.ADMIN, "/verwaltung/team"),
    ],
)
def test_the_log_in_leads_to_where_a_role_begins_its_work(app: Flask, role: RoleName, page: str) -> None:
    staff = logged_in(app, role)
    assert staff.client.get("/anmelden").location == SECOND_STEP
    assert staff.client.get(SECOND_STEP).location == page


def test_the_address_may_be_typed_in_capitals(client: FlaskClient) -> None:
    make_staff()
    assert send(client, "Moderator@Example.org", PASSWORD) == (302, SECOND_STEP)


def test_a_page_that_asked_for_the_log_in_opens_after_it(app: Flask) -> None:
    staff = make_staff()
    client, wanted = app.test_client(), "/moderation/eintraege?status=approved"
    asked = client.get(wanted)
    assert (asked.status_code, asked.location) == (302, "/anmelden?next=/moderation/eintraege?status%3Dapproved")
    assert send(client, staff.email, PASSWORD, asked.location) == (302, wanted)
    step = client.get(wanted).location
    assert step == f"{SECOND_STEP}?next=/moderation/eintraege?status%3Dapproved"
    form = {"csrf_token": token_of(client.get(step).text), "schritt": "code", "code": code_of(staff.email)}
    assert client.post(step, data=form).location == wanted


def test_the_log_in_never_leads_to_another_website(client: FlaskClient) -> None:
    make_staff()
    status, page = send(client, "moderator@example.org", PASSWORD, "/anmelden?next=https://example.com/")
    refusal = "Diese Adresse führt zu einer anderen Website. Ruf die Anmeldung ohne sie auf."
    assert (status, page.count(refusal)) == (200, 1)
    assert client.get("/moderation").status_code == 302


@pytest.mark.parametrize("email", ["moderator@example.org", "nobody@example.org", "closed@example.org"])
def test_the_answer_does_not_tell_which_addresses_have_an_account(client: FlaskClient, email: str) -> None:
    make_staff()
    make_staff(email="closed@example.org")
    disable_staff("closed@example.org")
    password = PASSWORD if email == "closed@example.org" else "das falsche Passwort"
    status, page = send(client, email, password)
    assert (status, page.count(FAILED)) == (200, 1)


def test_the_log_in_form_needs_its_token(client: FlaskClient) -> None:
    make_staff()
    client.get("/anmelden")
    client.post("/anmelden", data={"email": "moderator@example.org", "password": PASSWORD})
    assert client.get("/moderation").location == "/anmelden?next=/moderation"


def test_logging_out_ends_the_session(app: Flask) -> None:
    staff = logged_in(app)
    assert staff.post("/abmelden") == (302, "/anmelden")
    assert staff.get("/moderation")[0] == 302


def test_a_link_cannot_log_anybody_out(app: Flask) -> None:
    staff = logged_in(app)
    assert staff.get("/abmelden")[0] == 405
    assert staff.client.post("/abmelden").text.count("Abmelden?") == 1
    assert staff.get("/moderation")[0] == 200


def test_a_closed_account_is_out_at_once(app: Flask) -> None:
    staff = logged_in(app)
    assert staff.get("/moderation")[0] == 200
    disable_staff(staff.email)
    assert staff.get("/moderation")[0] == 302


@pytest.mark.parametrize("path", ["/", "/galerie", "/orte", "/ergebnisse", "/en/galerie", "/healthz"])
def test_public_pages_set_no_cookie_and_do_not_depend_on_one(client: FlaskClient, path: str) -> None:
    make_entry(picture=True)
    answer = client.get(path)
    assert answer.status_code == 200
    assert (answer.headers.getlist("Set-Cookie"), "Cookie" in answer.headers.get("Vary", "")) == ([], False)


def test_public_pages_are_the_same_for_staff(app: Flask) -> None:
    make_entry(picture=True)
    staff = logged_in(app, RoleName.ADMIN)
    anonymous = app.test_client().get("/galerie")
    answer = staff.client.get("/galerie")
    assert (answer.status_code, answer.text == anonymous.text) == (200, True)
    assert (answer.headers.getlist("Set-Cookie"), answer.headers.get("Vary")) == (
        [],
        anonymous.headers.get("Vary"),
    )


def test_the_session_cookie_is_out_of_reach_for_scripts_and_foreign_forms(app: Flask) -> None:
    client = app.test_client()
    make_staff()
    StaffClient(client, make_staff(email="anna@example.org"))
    cookie = client.get_cookie("staff")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
