"""A form that arrives slowly is judged by what holds when it has arrived."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from campaign.staff import factor_views, throttle
from campaign.staff.models import AuditRow, RoleName, Staff
from tests.staff.people import StaffClient, logged_in, make_staff
from tests.staff.test_second_step import SET_UP, account, code_for, halfway, key_on

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEAM = "/verwaltung/team"


class HeldBody(io.BytesIO):
    """A body on whose way something else happens."""

    def __init__(self, data: bytes, meanwhile: Callable[[], object]) -> None:
        super().__init__(data)
        self.waiting = [meanwhile]

    def readinto(self, buffer: Any) -> int:
        while self.waiting:
            self.waiting.pop()()
        return super().readinto(buffer)


def send_held(staff: StaffClient, path: str, meanwhile: Callable[[], object], **form: str) -> tuple[int, str | None]:
    data = urlencode({"csrf_token": staff.token, **form}).encode()
    body, kind = HeldBody(data, meanwhile), "application/x-www-form-urlencoded"
    answer = staff.client.post(path, input_stream=body, content_type=kind, content_length=len(data))
    assert body.waiting == []
    return answer.status_code, answer.location


def set_up(staff: StaffClient) -> tuple[int, str]:
    return staff.post(SET_UP, art="app", code=code_for(key_on(staff.get(SET_UP)[1])))


@ON_SQLITE
def test_a_held_form_takes_no_second_factor_that_was_set_up_meanwhile(app: Flask) -> None:
    staff = make_staff(app=False)
    thief, owner = halfway(app, staff), halfway(app, account())
    code = code_for(key_on(thief.get(SET_UP)[1]))
    answer = send_held(thief, SET_UP, lambda: set_up(owner), art="app", code=code)
    assert answer == (302, "/anmelden/zweiter-schritt")
    assert (owner.get("/moderation")[0], thief.get("/moderation")[0]) == (200, 302)
    acts = list(db.session.scalars(sa.select(AuditRow.act)))
    assert (acts.count("staff.app"), acts.count("staff.recovery_codes")) == (1, 1)


@ON_SQLITE
def test_of_two_that_set_up_at_once_the_second_is_asked_for_the_factor_of_the_first(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    thief, owner = halfway(app, make_staff(app=False)), halfway(app, account())
    code, wait = code_for(key_on(thief.get(SET_UP)[1])), throttle.slow_down_codes

    def meanwhile(*who: Any) -> None:
        monkeypatch.setattr(factor_views, "slow_down_codes", wait)
        db.session.rollback()
        set_up(owner)

    monkeypatch.setattr(factor_views, "slow_down_codes", meanwhile)
    assert thief.post(SET_UP, art="app", code=code) == (302, "/anmelden/zweiter-schritt")
    assert (owner.get("/moderation")[0], thief.get("/moderation")[0]) == (200, 302)


@ON_SQLITE
@pytest.mark.parametrize(("act", "form"), [("schliessen", {}), ("abmelden", {}), ("rollen", {"rolle": "organiser"})])
def test_a_held_form_of_somebody_who_was_sent_away_meanwhile_does_nothing(
    app: Flask, act: str, form: dict[str, str]
) -> None:
    mole, boss = logged_in(app, RoleName.ADMIN), StaffClient(app.test_client(), make_staff(RoleName.ADMIN, "b@x.de"))
    path = f"{TEAM}/{account(mole.email).id}/{act}"
    db.session.rollback()
    invitation = {"email": "mole@example.org", "rolle": "admin"}
    answer = send_held(mole, f"{TEAM}/einladen", lambda: boss.post(path, **form), **invitation)
    assert answer == (302, "/anmelden?abgemeldet=1")
    db.session.rollback()
    assert db.session.scalars(sa.select(Staff).filter_by(email="mole@example.org")).all() == []
