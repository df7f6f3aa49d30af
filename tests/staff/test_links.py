"""Mailed links: invitations, and new passwords for whoever forgot theirs."""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from campaign.clock import utc_now
from campaign.errors import Conflict, Gone, InvalidInput
from campaign.extensions import db, keyring
from campaign.mail.models import MailStatus, OutboxMail
from campaign.mail.services import SEAL
from campaign.staff import links, team
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.factors import reset_factor
from campaign.staff.models import AuditRow, LinkPurpose, ResetWish, RoleName, Staff, StaffLink
from campaign.staff.services import change_password, disable_staff
from tests.factories import NOW
from tests.staff.people import PASSWORD, SECOND_STEP, StaffClient, code_of, logged_in, make_staff, token_of

NEW = "Brücke Gurke Amboss"
PAGE = "/anmelden/passwort"
ROLES = [RoleName.MODERATOR, RoleName.ORGANISER]


def mails() -> list[dict[str, str]]:
    """What the outbox would send, the oldest first."""
    db.session.rollback()
    waiting = db.session.scalars(sa.select(OutboxMail).filter_by(status=MailStatus.WAITING).order_by(OutboxMail.id))
    return [json.loads(keyring().unseal(SEAL, mail.sealed or b"")) for mail in waiting]


def code_in(mail: dict[str, str]) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000/anmelden/passwort\?code=([A-Za-z0-9_-]{22})\n", mail["text"])
    assert found, mail["text"]
    return found.group(1)


def follow(client: FlaskClient, code: str) -> str:
    """Open a link as a browser does; returns the page."""
    answer = client.get(PAGE, query_string={"code": code})
    assert (answer.status_code, answer.location) == (302, PAGE)
    return client.get(PAGE).text


def set_password(client: FlaskClient, page: str, password: str = NEW) -> tuple[int, str]:
    answer = client.post(PAGE, data={"csrf_token": token_of(page), "passwort": password})
    return answer.status_code, answer.location or answer.text


def test_somebody_invited_sets_a_password_and_is_led_to_the_second_factor(app: Flask, client: FlaskClient) -> None:
    team.invite(" Neu@Example.org", ROLES, COMMAND_LINE, utc_now())
    [mail] = mails()
    assert (mail["address"], mail["subject"]) == (
        "neu@example.org",
        "Deine Einladung ins Team von „Der schönste Blick der Stadt“",
    )
    page = follow(client, code_in(mail))
    assert page.count("neu@example.org") == 2
    assert set_password(client, page) == (303, SECOND_STEP)
    assert client.get(SECOND_STEP).location == "/anmelden/einrichten"
    assert client.get("/moderation").location == "/anmelden/einrichten?next=/moderation"
    staff = db.session.scalars(sa.select(Staff)).one()
    assert (staff.password is None, sorted(role.name for role in staff.roles)) == (False, ["moderator", "organiser"])


def test_looking_at_a_link_changes_nothing_however_often(app: Flask) -> None:
    team.invite("neu@example.org", ROLES, COMMAND_LINE, utc_now())
    code = code_in(mails()[0])
    for _ in range(3):
        scanner = app.test_client()
        assert scanner.head(PAGE, query_string={"code": code}).status_code == 302
        follow(scanner, code)
    link = db.session.scalars(sa.select(StaffLink)).one()
    assert link.used_at is None
    client = app.test_client()
    assert set_password(client, follow(client, code))[0] == 303


def test_a_link_works_once(app: Flask) -> None:
    team.invite("neu@example.org", ROLES, COMMAND_LINE, utc_now())
    code = code_in(mails()[0])
    first, second = app.test_client(), app.test_client()
    page, other = follow(first, code), follow(second, code)
    assert set_password(first, page)[0] == 303
    status, _ = set_password(second, other, "ein anderes Passwort")
    assert (status, second.get("/moderation").status_code) == (410, 302)
    assert second.get(PAGE).status_code == 410


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("purpose", "lifetime"), [(LinkPurpose.INVITATION, timedelta(hours=72)), (LinkPurpose.RESET, timedelta(hours=1))]
)
def test_a_link_is_void_after_its_time(purpose: LinkPurpose, lifetime: timedelta) -> None:
    staff = make_staff()
    links.send_link(staff, purpose, NOW)
    db.session.commit()
    code = code_in(mails()[0])
    links.open_link(code, NOW + lifetime - timedelta(seconds=1))
    with pytest.raises(Gone):
        links.open_link(code, NOW + lifetime)


@pytest.mark.usefixtures("app")
def test_a_new_link_makes_the_old_one_void_and_a_closed_account_all_of_them() -> None:
    staff = make_staff()
    for _ in range(2):
        links.send_link(staff, LinkPurpose.RESET, NOW)
    db.session.commit()
    old, new = (code_in(mail) for mail in mails())
    with pytest.raises(Gone):
        links.open_link(old, NOW)
    links.open_link(new, NOW)
    disable_staff("moderator@example.org")
    with pytest.raises(Gone):
        links.open_link(new, NOW)


def closed_and_opened_again(staff: Staff) -> None:
    team.close(staff.id, COMMAND_LINE, NOW)
    team.reopen(staff.id, COMMAND_LINE, NOW)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "act",
    [
        lambda staff: change_password(staff, NEW, COMMAND_LINE, NOW),
        lambda staff: reset_factor(staff, COMMAND_LINE, NOW),
        closed_and_opened_again,
    ],
    ids=["password", "factor", "closed"],
)
def test_a_link_on_its_way_is_void_when_the_account_was_secured_meanwhile(act: Callable[[Staff], None]) -> None:
    staff = make_staff()
    links.send_link(staff, LinkPurpose.RESET, NOW)
    db.session.commit()
    act(staff)
    with pytest.raises(Gone):
        links.open_link(code_in(mails()[0]), NOW)


@pytest.mark.usefixtures("app")
def test_codes_are_stored_as_hashes() -> None:
    team.invite("neu@example.org", ROLES, COMMAND_LINE, NOW)
    code = code_in(mails()[0])
    row = db.session.execute(sa.select(StaffLink.__table__)).mappings().one()
    assert [value for value in row.values() if value == code] == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditRow).where(AuditRow.after.contains(code))) == 0


@pytest.mark.usefixtures("app")
def test_a_password_that_is_refused_leaves_the_link_as_it_was() -> None:
    team.invite("neu@example.org", ROLES, COMMAND_LINE, NOW)
    code = code_in(mails()[0])
    with pytest.raises(InvalidInput):
        links.use_link(code, "neu@example.org", NOW)
    db.session.rollback()
    links.use_link(code, NEW, NOW)


def test_the_page_says_what_is_wrong_with_a_password(app: Flask, client: FlaskClient) -> None:
    team.invite("neu@example.org", ROLES, COMMAND_LINE, utc_now())
    page = follow(client, code_in(mails()[0]))
    status, text = set_password(client, page, "zu kurz")
    assert (status, text.count("Das Passwort braucht mindestens 12 Zeichen.")) == (422, 1)
    assert set_password(client, text)[0] == 303


def test_the_address_with_the_code_is_passed_on_to_nobody(app: Flask, client: FlaskClient) -> None:
    answer = client.get(PAGE, query_string={"code": "x" * 22})
    assert (answer.location, client.get(PAGE).headers["Referrer-Policy"]) == (PAGE, "no-referrer")


def ask(client: FlaskClient, email: str) -> tuple[int, str]:
    page = client.get("/anmelden/vergessen").text
    answer = client.post("/anmelden/vergessen", data={"csrf_token": token_of(page), "email": email})
    return answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)


def test_a_forgotten_password_is_replaced_by_a_mailed_link_and_the_second_factor_stays(app: Flask) -> None:
    staff = logged_in(app)
    client = app.test_client()
    assert ask(client, "Moderator@example.org ")[0] == 200
    links.answer_resets(utc_now())
    [_, mail] = mails()
    assert mail["subject"] == "Ein neues Passwort für dein Konto"
    assert set_password(client, follow(client, code_in(mail))) == (303, SECOND_STEP)
    assert client.get("/moderation").location == f"{SECOND_STEP}?next=/moderation"
    assert staff.client.get("/moderation").location == "/anmelden?next=/moderation&abgemeldet=1"
    assert staff.send_password(PASSWORD) == 200
    form = {"csrf_token": token_of(client.get(SECOND_STEP).text), "schritt": "code", "code": code_of(staff.email)}
    assert client.post(SECOND_STEP, data=form).status_code == 303
    assert client.get("/moderation").status_code == 200


def test_the_answer_does_not_tell_who_has_an_account(app: Flask) -> None:
    make_staff()
    make_staff(email="closed@example.org")
    disable_staff("closed@example.org")
    team.invite("neu@example.org", ROLES, COMMAND_LINE, utc_now())
    addresses = ("moderator@example.org", "closed@example.org", "neu@example.org", "nobody@example.org", "", "junk")
    answers = {ask(app.test_client(), address) for address in addresses}
    assert (len(answers), links.answer_resets(utc_now())) == (1, 1)
    assert [mail["address"] for mail in mails()] == ["neu@example.org", "moderator@example.org"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("page", ["/anmelden", "/anmelden/vergessen"])
def test_the_time_to_the_answer_does_not_tell_who_has_an_account(app: Flask, page: str) -> None:
    make_staff()
    took: dict[str, list[float]] = {"moderator@example.org": [], "nobody@example.org": []}
    for number in range(14):
        for email, times in took.items():
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"10.{number}.{len(email)}.1"
            form = {"csrf_token": token_of(client.get(page).text), "email": email, "password": "falsches Passwort"}
            began = time.perf_counter()
            with time_machine.travel(utc_now() + timedelta(hours=number), tick=True):
                client.post(page, data=form)
            times.append(time.perf_counter() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < 0.5 * max(known, unknown)


@pytest.mark.usefixtures("app")
def test_asking_for_a_new_password_looks_up_no_account_so_that_its_time_tells_nothing() -> None:
    make_staff()
    statements: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *values: statements.append(str(values[2])))
    kinds = []
    for email in ("moderator@example.org", "somebodyy@example.org"):
        db.session.rollback()
        statements.clear()
        links.ask_reset(email, NOW)
        kinds.append([one.partition(" (")[0] for one in statements if not one.startswith("BEGIN")])
    assert kinds == [["INSERT INTO staff_reset_wish"]] * 2


@pytest.mark.usefixtures("app")
def test_a_wish_for_a_new_password_is_answered_once_and_kept_sealed_until_then() -> None:
    make_staff()
    links.ask_reset("Moderator@example.org", NOW)
    assert b"example" not in db.session.scalars(sa.select(ResetWish)).one().sealed.lower()
    assert (links.answer_resets(NOW), links.answer_resets(NOW)) == (1, 0)
    assert ([mail["address"] for mail in mails()], db.session.scalars(sa.select(ResetWish)).all()) == (
        ["moderator@example.org"],
        [],
    )


@pytest.mark.usefixtures("app")
def test_a_wish_that_cannot_be_read_under_the_present_key_keeps_nobody_waiting() -> None:
    make_staff()
    db.session.add(ResetWish(sealed=b"sealed under another key", created_at=NOW))
    links.ask_reset("moderator@example.org", NOW)
    assert (links.answer_resets(NOW), len(mails())) == (1, 1)


@pytest.mark.usefixtures("app")
def test_an_invitation_is_sent_again_or_taken_back_until_it_was_accepted() -> None:
    staff = team.invite("neu@example.org", ROLES, COMMAND_LINE, NOW)
    number = staff.id
    team.invite_again(number, COMMAND_LINE, NOW)
    old, new = (code_in(mail) for mail in mails())
    with pytest.raises(Gone):
        links.open_link(old, NOW)
    team.withdraw(number, COMMAND_LINE, NOW)
    with pytest.raises(Gone):
        links.open_link(new, NOW)
    assert db.session.scalars(sa.select(Staff)).all() == []
    done = make_staff()
    for act in (team.invite_again, team.withdraw):
        with pytest.raises(Conflict):
            act(done.id, COMMAND_LINE, NOW)


def test_an_accepted_invitation_is_in_the_audit_log_in_order(app: Flask, client: FlaskClient) -> None:
    team.invite("neu@example.org", ROLES, COMMAND_LINE, utc_now())
    set_password(client, follow(client, code_in(mails()[0])))
    rows = [(row.actor, row.act) for row in db.session.scalars(sa.select(AuditRow).order_by(AuditRow.number))]
    assert rows == [
        ("command line", "staff.invite"),
        ("neu@example.org", "staff.accept"),
        ("neu@example.org", "staff.password"),
    ]


def test_whoever_is_invited_cannot_log_in_before(app: Flask) -> None:
    team.invite("neu@example.org", ROLES, COMMAND_LINE, utc_now())
    half = StaffClient.__new__(StaffClient)
    half.client, half.email = app.test_client(), "neu@example.org"
    assert (half.send_password(""), half.send_password(NEW)) == (200, 200)
