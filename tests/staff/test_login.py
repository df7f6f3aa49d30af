"""Logging in and out, and what public pages must not know of it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.staff.models import RoleName
from campaign.staff.services import disable_staff
from tests.factories import make_entry
from tests.staff.people import PASSWORD, StaffClient, logged_in, make_staff, token_of

FAILED = "E-Mail-Adresse und Passwort passen nicht zusammen. Prüf beides und versuch es noch einmal."


def send(client: FlaskClient, email: str, password: str, path: str = "/anmelden") -> tuple[int, str]:
    form = {"csrf_token": token_of(client.get(path).text), "email": email, "password": password}
    answer = client.post(path, data=form)
    return answer.status_code, answer.headers.get("Location", answer.text)


def test_a_moderator_logs_in_and_gets_to_the_desk(client: FlaskClient) -> None:
    make_staff()
    assert send(client, "moderator@example.org", PASSWORD) == (302, "/moderation")
    assert client.get("/moderation").status_code == 200


def test_the_address_may_be_typed_in_capitals(client: FlaskClient) -> None:
    make_staff()
    assert send(client, "Moderator@Example.org", PASSWORD) == (302, "/moderation")


def test_a_page_that_asked_for_the_log_in_opens_after_it(client: FlaskClient) -> None:
    make_staff()
    asked = client.get("/moderation/eintraege?status=approved")
    assert (asked.status_code, asked.location) == (
        302,
        "/anmelden?next=/moderation/eintraege?status%3Dapproved",
    )
    assert send(client, "moderator@example.org", PASSWORD, asked.location) == (
        302,
        "/moderation/eintraege?status=approved",
    )


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
    assert client.get("/moderation").status_code == 302


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


def test_after_ten_tries_the_network_waits_and_the_owner_elsewhere_does_not(app: Flask) -> None:
    make_staff(email="throttled@example.org")
    attacker, owner = app.test_client(), app.test_client()
    attacker.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    owner.environ_base["REMOTE_ADDR"] = "203.0.113.20"
    tries = [send(attacker, "throttled@example.org", "")[0] for _ in range(11)]
    assert tries == [200] * 10 + [429]
    assert send(owner, "throttled@example.org", PASSWORD)[0] == 302


def test_a_refused_try_says_how_long_to_wait(app: Flask) -> None:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "198.51.100.99"
    for _ in range(10):
        send(client, "patience@example.org", "")
    answer = client.post("/anmelden", data={"email": "patience@example.org"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")


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
