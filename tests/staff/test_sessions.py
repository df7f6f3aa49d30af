"""How long a log-in holds, who can end it, and what is written down of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from campaign.clock import utc_now
from campaign.extensions import db
from campaign.staff import sessions
from campaign.staff.actors import COMMAND_LINE, Actor
from campaign.staff.ends import Proof, SessionEnd
from campaign.staff.models import AuditRow, RoleName, Staff, StaffSession
from campaign.staff.services import change_password, disable_staff
from campaign.staff.sessions import Visit
from campaign.staff.team import change_roles
from tests.factories import NOW
from tests.staff.people import PASSWORD, StaffClient, logged_in, make_staff

MINUTE = timedelta(minutes=1)
ENDED = "/anmelden?next=/moderation&abgemeldet=1"


def opened(staff: StaffClient, page: str = "/moderation") -> tuple[int, str | None]:
    answer = staff.client.get(page)
    return answer.status_code, answer.location


def acts(act: str) -> list[dict[str, object]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(AuditRow).filter_by(act=act).order_by(AuditRow.number))
    return [json.loads(row.after or "{}") for row in rows]


def only_session() -> StaffSession:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(StaffSession)).one()


def test_whoever_does_nothing_for_half_an_hour_is_logged_out_and_reads_why(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        staff = logged_in(app)
        clock.shift(29 * MINUTE)
        assert opened(staff) == (200, None)
        clock.shift(29 * MINUTE)
        assert opened(staff) == (200, None)
        clock.shift(30 * MINUTE)
        assert opened(staff) == (302, ENDED)
        assert staff.get(ENDED)[1].count("Du warst 30 Minuten lang nicht aktiv.") == 1


def test_after_twelve_hours_of_work_everybody_logs_in_anew(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        staff = logged_in(app)
        for _ in range(35):
            clock.shift(20 * MINUTE)
            assert opened(staff) == (200, None)
        clock.shift(20 * MINUTE)
        assert opened(staff) == (302, ENDED)
        assert staff.get(ENDED)[1].count("Eine Anmeldung gilt höchstens 12 Stunden.") == 1


def test_that_somebody_is_there_is_written_down_once_a_minute(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        staff = logged_in(app)
        clock.shift(59)
        opened(staff)
        assert only_session().last_seen_at == NOW
        clock.shift(1)
        opened(staff)
        assert only_session().last_seen_at == NOW + MINUTE


def test_a_new_log_in_is_another_session_and_the_cookie_of_the_old_one_opens_nothing(app: Flask) -> None:
    staff = logged_in(app)
    old = staff.client.get_cookie("staff")
    assert old is not None
    staff.post("/abmelden")
    staff.login()
    thief = app.test_client()
    thief.set_cookie("staff", old.value)
    assert (opened(staff)[0], thief.get("/moderation").status_code) == (200, 302)


def test_what_the_browser_held_before_the_second_step_opens_nothing_after_it(app: Flask) -> None:
    staff = StaffClient.__new__(StaffClient)
    staff.client, staff.email = app.test_client(), make_staff().email
    staff.send_password()
    halfway = staff.client.get_cookie("staff")
    assert halfway is not None
    staff.prove()
    thief = app.test_client()
    thief.set_cookie("staff", halfway.value)
    assert (opened(staff)[0], thief.get("/moderation").location) == (200, ENDED)


def test_the_database_holds_no_token_and_no_address_of_the_network(app: Flask) -> None:
    staff = logged_in(app)
    with staff.client.session_transaction() as cookie:
        token = cookie["staff_session"]
    db.session.rollback()
    row = db.session.execute(sa.select(StaffSession.__table__)).mappings().one()
    assert [value for value in row.values() if value in (token, "127.0.0.1")] == []


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda staff: change_password(staff, "ein anderes Passwort", COMMAND_LINE, utc_now()), SessionEnd.PASSWORD),
        (lambda staff: change_roles(staff.id, [RoleName.ORGANISER], COMMAND_LINE, utc_now()), SessionEnd.ROLES),
        (lambda staff: disable_staff(staff.email), SessionEnd.CLOSED),
    ],
)
def test_sessions_end_at_once_with_the_password_the_roles_and_the_account(app: Flask, act, why: SessionEnd) -> None:  # type: ignore[no-untyped-def]
    one = logged_in(app)
    other = StaffClient(app.test_client(), db.session.query(Staff).one())
    act(db.session.query(Staff).one())
    assert (opened(one), opened(other)) == ((302, ENDED), (302, ENDED))
    db.session.rollback()
    assert list(db.session.scalars(sa.select(StaffSession.ended_why))) == [why, why]
    assert acts("login.end") == [{"why": why.value}] * 2


def test_logging_out_is_the_end_of_the_session_in_the_database_too(app: Flask) -> None:
    staff = logged_in(app)
    staff.post("/abmelden")
    assert only_session().ended_why is SessionEnd.LOGOUT
    assert acts("login.end") == [{"why": "logout"}]


def test_a_log_in_is_written_into_the_audit_log_with_its_proof_and_device(app: Flask) -> None:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
    staff = StaffClient(client, make_staff())
    staff.post("/abmelden")
    staff.login()
    where = {"browser": "Firefox", "system": "Linux", "proof": "code"}
    assert acts("login.start") == [{**where, "known_device": False}, {**where, "known_device": True}]


def test_a_password_alone_is_no_log_in_for_the_audit_log(app: Flask) -> None:
    staff = StaffClient.__new__(StaffClient)
    staff.client, staff.email = app.test_client(), make_staff().email
    staff.send_password()
    staff.client.post("/abmelden")
    assert (acts("login.start"), acts("login.end")) == ([], [])


def begun(staff: Staff, at: datetime) -> StaffSession:
    session, _ = sessions.begin(staff, Visit("Firefox", "Linux", known_device=True), at)
    sessions.prove(session.id, Proof.CODE, at)
    return session


@pytest.mark.usefixtures("app")
def test_what_is_over_by_itself_is_written_down_with_its_own_end_and_old_log_ins_are_forgotten() -> None:
    staff = make_staff()
    idle, running = begun(staff, NOW - timedelta(hours=1)), begun(staff, NOW - MINUTE)
    forgotten = begun(staff, NOW - timedelta(days=100))
    db.session.commit()
    numbers = (idle.id, running.id, forgotten.id)
    assert sessions.close_lapsed(NOW) == 2
    assert sessions.close_lapsed(NOW) == 0
    kept = {one.id: (one.ended_at, one.ended_why) for one in db.session.scalars(sa.select(StaffSession))}
    assert kept == {
        numbers[0]: (NOW - timedelta(minutes=30), SessionEnd.IDLE),
        numbers[1]: (None, None),
    }
    assert acts("login.end") == [{"why": "idle"}, {"why": "expired"}]


@pytest.mark.usefixtures("app")
def test_many_sessions_end_in_one_act_with_a_row_each() -> None:
    staff = make_staff()
    for minutes in range(5):
        begun(staff, NOW - minutes * MINUTE)
    here = begun(staff, NOW)
    assert sessions.end_all(staff, SessionEnd.REVOKED, Actor(staff.id, staff.email), NOW, but=here.id) == 5
    db.session.commit()
    assert acts("login.end") == [{"why": "revoked"}] * 5


def test_the_password_typed_wrong_shows_in_the_list_of_the_next_log_in(app: Flask) -> None:
    staff = make_staff()
    client = StaffClient.__new__(StaffClient)
    client.client, client.email = app.test_client(), staff.email
    for _ in range(3):
        client.send_password("das falsche Passwort")
    assert client.login(PASSWORD) == 303
    assert only_session().failed_before == 3
    client.post("/abmelden")
    assert client.login(PASSWORD) == 303
    db.session.rollback()
    assert [one.failed_before for one in sessions.of_account(staff.id)] == [0, 3]
    assert client.get("/verwaltung/konto")[1].count("3 Fehlversuche davor.") == 1
