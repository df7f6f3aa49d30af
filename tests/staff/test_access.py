"""Who may open what: the table that is checked in must be what the application does."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from campaign.access import PUBLIC, rule_of
from campaign.codes import new_secret
from campaign.extensions import db
from campaign.staff.models import RoleName
from tests.factories import make_entry
from tests.staff.people import StaffClient, logged_in

TABLE = Path(__file__).with_name("access_table.txt")
VALUES = {"number": 1, "decision_id": 1, "code": "none", "name": "none.jpg", "what": "standings", "form": "csv"}
VALUES |= {"lang": "en", "attempt": new_secret(), "request_id": 1}


def access_table(app: Flask) -> str:
    """One line for each address and method: who may use it."""
    lines = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        allowed = rule_of(app, rule.endpoint)
        names = "closed" if allowed is None else "everybody" if allowed == PUBLIC else " ".join(sorted(allowed))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            lines.append(f"{method:<5}{rule.rule:<52} {names}")
    return "\n".join(lines) + "\n"


def values_for(rule: Rule) -> dict[str, object]:
    """Sample values for the places of an address; some exports take another way than others."""
    values = VALUES if "(standings" in rule.rule else {**VALUES, "what": "entries"}
    return {name: values[name] for name in rule.arguments}


def staff_routes(app: Flask) -> list[tuple[str, str, frozenset[str]]]:
    """Method, address with sample values, and roles of every route that is not public."""
    found, addresses = [], app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        allowed = rule_of(app, rule.endpoint)
        if allowed is None or allowed == PUBLIC:
            continue
        path = addresses.build(rule.endpoint, values_for(rule))
        found += [(method, path, allowed) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def status_of(staff: StaffClient, method: str, path: str) -> int:
    return staff.get(path)[0] if method == "GET" else staff.post(path)[0]


def test_the_table_of_routes_and_roles_is_the_one_that_was_agreed(app: Flask) -> None:
    assert access_table(app) == TABLE.read_text(encoding="utf-8")


def test_every_route_has_a_rule(app: Flask) -> None:
    assert [rule.rule for rule in app.url_map.iter_rules() if rule_of(app, rule.endpoint) is None] == []


def test_visitors_are_sent_to_the_log_in_from_every_page_of_the_staff(app: Flask) -> None:
    client = app.test_client()
    for method, path, _ in staff_routes(app):
        answer = client.open(path, method=method)
        assert (path, answer.status_code, answer.location.partition("?")[0]) == (path, 302, "/anmelden")


@pytest.mark.parametrize("role", list(RoleName))
def test_each_role_opens_its_own_pages_and_no_other(app: Flask, role: RoleName) -> None:
    make_entry(public=False, picture=True)
    staff = logged_in(app, role)
    for method, path, allowed in staff_routes(app):
        refused = status_of(staff, method, path) == 403
        assert (method, path, refused) == (method, path, role.value not in allowed)


def test_no_form_of_the_staff_is_taken_without_its_token(app: Flask) -> None:
    staff = logged_in(app, RoleName.ADMIN)
    for method, path, _ in staff_routes(app):
        if method == "POST":
            assert (path, staff.client.post(path).status_code) == (path, 400)


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
    staff, addresses = logged_in(app, RoleName.ADMIN), app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        path = addresses.build(rule.endpoint, values_for(rule), method="POST")
        body = WatchedBody(f"csrf_token={staff.token}".encode())
        staff.client.post(path, input_stream=body, content_type="application/x-www-form-urlencoded", content_length=200)
        assert (path, set(body.in_use) - {0}) == (path, set())
        if path == "/abmelden":
            staff.login()
