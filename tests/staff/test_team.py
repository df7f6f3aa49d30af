"""The page of the team, and one's own account."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.errors import Conflict
from campaign.extensions import db
from campaign.staff import audit, team
from campaign.staff.actors import COMMAND_LINE, Actor
from campaign.staff.models import AuditRow, RoleName, Staff
from campaign.staff.services import add_staff
from tests.factories import NOW
from tests.staff.people import PASSWORD, StaffClient, logged_in, make_staff

TEAM, ACCOUNT = "/verwaltung/team", "/verwaltung/konto"


@pytest.fixture
def admin(app: Flask) -> StaffClient:
    return logged_in(app, RoleName.ADMIN)


def number_of(email: str) -> int:
    db.session.rollback()
    return db.session.scalars(sa.select(Staff.id).filter_by(email=email)).one()


def account(email: str) -> Staff:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(Staff).filter_by(email=email)).one()


def last_row() -> tuple[str, str, str, object, object]:
    db.session.rollback()
    row = db.session.scalars(sa.select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).one()
    return row.actor, row.act, row.subject, json.loads(row.before or "null"), json.loads(row.after or "null")


def lines(page: str) -> list[str]:
    """The accounts of the page, each as one line of text."""
    found = re.findall(r'<div class="team__who">(.*?)</div>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def test_an_admin_invites_somebody_with_several_roles(admin: StaffClient) -> None:
    assert admin.post(f"{TEAM}/einladen", email="Neu@example.org", rolle=["moderator", "organiser"]) == (303, TEAM)
    assert last_row() == (
        "admin@example.org",
        "staff.invite",
        f"staff:{number_of('neu@example.org')}",
        None,
        {"email": "neu@example.org", "roles": ["moderator", "organiser"]},
    )
    [me, invited] = lines(admin.get(TEAM)[1])
    assert invited.startswith("neu@example.org Moderation, Leitung Eingeladen, der Link gilt bis ")
    assert me.startswith("admin@example.org du Technik Zuletzt angemeldet ")
    assert me.endswith("1 Anmeldung läuft. Zweiter Faktor: App.")


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"email": "neu@example.org"}, 422, "Wähl mindestens eine Rolle aus."),
        ({"email": "admin@example.org", "rolle": "moderator"}, 409, "Für admin@example.org gibt es schon ein Konto."),
        ({"email": "neu", "rolle": "moderator"}, 422, "„neu“ ist keine E-Mail-Adresse. Prüf bitte die Schreibweise."),
        ({"email": "neu@example.org", "rolle": "boss"}, 422, "Wähl mindestens eine Rolle aus."),
    ],
)
def test_what_cannot_be_invited_is_said_and_what_was_typed_stays(
    admin: StaffClient, form: dict[str, str], status: int, sentence: str
) -> None:
    answer, page = admin.post(f"{TEAM}/einladen", **form)
    assert (answer, page.count(sentence), page.count(f'value="{form["email"]}"')) == (status, 1, 1)
    assert len(lines(page)) == 1


def test_roles_are_changed_and_say_before_and_after(admin: StaffClient) -> None:
    make_staff()
    number = number_of("moderator@example.org")
    assert admin.post(f"{TEAM}/{number}/rollen", rolle=["moderator", "organiser"]) == (303, TEAM)
    assert last_row()[1:] == (
        "staff.roles",
        f"staff:{number}",
        {"roles": ["moderator"]},
        {"roles": ["moderator", "organiser"]},
    )
    rows = db.session.scalar(sa.select(sa.func.count()).select_from(AuditRow))
    admin.post(f"{TEAM}/{number}/rollen", rolle=["moderator", "organiser"])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditRow)) == rows


def test_an_admin_gives_themselves_no_role_but_may_lay_one_down(admin: StaffClient) -> None:
    number, rows = number_of("admin@example.org"), db.session.scalar(sa.select(sa.func.count()).select_from(AuditRow))
    sentence = "Du kannst dir keine Rolle selbst geben. Bitte jemand anderen mit der Rolle „Technik“ darum."
    status, page = admin.post(f"{TEAM}/{number}/rollen", rolle=["admin", "organiser"])
    assert (status, page.count(sentence), page.count("Weitere Rollen gibt dir jemand anderes.")) == (409, 1, 1)
    assert [role.name for role in account("admin@example.org").roles] == ["admin"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditRow)) == rows
    other = make_staff(RoleName.ADMIN, "anna@example.org")
    team.change_roles(number, [RoleName.ADMIN, RoleName.ORGANISER], Actor(other.id, other.email), NOW)
    team.change_roles(number, [RoleName.ORGANISER], Actor(number, "admin@example.org"), NOW)
    assert last_row()[3:] == ({"roles": ["admin", "organiser"]}, {"roles": ["organiser"]})


def test_the_number_of_a_withdrawn_invitation_is_given_to_nobody_else(app: Flask) -> None:
    first = team.invite("neu@example.org", [RoleName.MODERATOR], COMMAND_LINE, NOW).id
    team.withdraw(first, COMMAND_LINE, NOW)
    assert team.invite("anna@example.org", [RoleName.MODERATOR], COMMAND_LINE, NOW).id > first


def test_an_account_is_closed_and_opened_again_with_what_it_had(admin: StaffClient, app: Flask) -> None:
    staff = logged_in(app)
    number = number_of(staff.email)
    assert admin.post(f"{TEAM}/{number}/schliessen") == (303, TEAM)
    assert lines(admin.get(TEAM)[1])[1] == "moderator@example.org Moderation Geschlossen."
    assert (staff.send_password(), staff.client.get("/moderation").status_code) == (200, 302)
    assert admin.post(f"{TEAM}/{number}/oeffnen") == (303, TEAM)
    assert staff.login() == 303


def test_all_sessions_of_somebody_are_ended_by_the_admin(admin: StaffClient, app: Flask) -> None:
    staff = logged_in(app)
    number = number_of(staff.email)
    assert admin.post(f"{TEAM}/{number}/abmelden") == (303, TEAM)
    ended = staff.client.get("/moderation").location
    assert ended == "/anmelden?next=/moderation&abgemeldet=1"
    assert staff.get(ended)[1].count("Diese Anmeldung wurde beendet") == 1
    assert last_row()[1:] == ("staff.end_sessions", f"staff:{number}", None, {"sessions": 1})


def test_a_lost_second_factor_is_reset_by_the_admin_but_not_the_own_one(admin: StaffClient, app: Flask) -> None:
    logged_in(app)
    assert admin.post(f"{TEAM}/{number_of('moderator@example.org')}/zweiter-faktor") == (303, TEAM)
    assert account("moderator@example.org").totp_secret is None
    status, page = admin.post(f"{TEAM}/{number_of('admin@example.org')}/zweiter-faktor")
    assert (status, account("admin@example.org").totp_secret is None) == (409, False)
    assert page.count("Deinen eigenen zweiten Faktor änderst du unter „Mein Konto“.") == 1


@pytest.mark.parametrize("act", ["schliessen", "rollen"])
def test_the_last_admin_neither_closes_nor_demotes_the_own_account(admin: StaffClient, act: str) -> None:
    status, page = admin.post(f"{TEAM}/{number_of('admin@example.org')}/{act}", rolle="organiser")
    assert (status, page.count("Das ist das letzte Konto, das Konten verwalten darf.")) == (409, 1)
    assert admin.get(TEAM)[0] == 200


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "act", [team.close, lambda number, actor, now: team.change_roles(number, [RoleName.MODERATOR], actor, now)]
)
def test_of_two_admins_the_first_to_act_leaves_the_other_one(act: Callable[..., object]) -> None:
    anna, ben = (add_staff(f"{name}@example.org", RoleName.ADMIN, PASSWORD, NOW) for name in ("anna", "ben"))
    numbers = (anna.id, ben.id)
    act(numbers[0], Actor(numbers[1], "ben@example.org"), NOW)
    with pytest.raises(Conflict):
        act(numbers[1], Actor(numbers[0], "anna@example.org"), NOW)


def test_an_account_that_there_is_not_is_not_found(admin: StaffClient) -> None:
    acts = ("einladung", "zuruecknehmen", "rollen", "schliessen", "oeffnen", "abmelden", "zweiter-faktor")
    assert {
        admin.post(f"{TEAM}/999/{act}", rolle="moderator")[1].count("Dieses Konto gibt es nicht.") for act in acts
    } == {1}


def test_everybody_sees_and_ends_their_own_log_ins_and_nobody_elses(app: Flask) -> None:
    here = logged_in(app)
    there = StaffClient(app.test_client(), account(here.email))
    other = logged_in(app, RoleName.ORGANISER)
    page = here.get(ACCOUNT)[1]
    numbers = [int(number) for number in re.findall(r"/verwaltung/konto/anmeldungen/(\d+)/beenden", page)]
    assert len(numbers) == 1
    assert other.post(f"{ACCOUNT}/anmeldungen/{numbers[0]}/beenden")[0] == 404
    assert there.get("/moderation")[0] == 200
    assert here.post(f"{ACCOUNT}/anmeldungen/{numbers[0]}/beenden") == (303, ACCOUNT)
    assert (there.get("/moderation")[0], here.get("/moderation")[0]) == (302, 200)


def test_all_other_log_ins_are_ended_at_once(app: Flask) -> None:
    here = logged_in(app)
    others = [StaffClient(app.test_client(), account(here.email)) for _ in range(2)]
    assert here.post(f"{ACCOUNT}/anmeldungen/beenden") == (303, ACCOUNT)
    assert [one.get("/moderation")[0] for one in (here, *others)] == [200, 302, 302]


def test_a_new_password_ends_the_other_log_ins_and_keeps_this_one_and_the_second_factor(app: Flask) -> None:
    here = logged_in(app)
    other = StaffClient(app.test_client(), account(here.email))
    secret = account(here.email).totp_secret
    new = "Brücke Gurke Amboss"
    assert here.post(f"{ACCOUNT}/passwort", bisher=PASSWORD, passwort=new) == (303, ACCOUNT)
    assert [one.get("/moderation")[0] for one in (here, other)] == [200, 302]
    assert account(here.email).totp_secret == secret
    assert (other.send_password(PASSWORD), other.login(new)) == (200, 303)


@pytest.mark.parametrize(
    ("present", "new", "sentence"),
    [
        ("das falsche Passwort", "Brücke Gurke Amboss", "Das bisherige Passwort stimmt nicht."),
        (PASSWORD, "zu kurz", "Das Passwort braucht mindestens 12 Zeichen."),
        (PASSWORD, "moderator@example.org", "Nimm nicht deine E-Mail-Adresse als Passwort."),
    ],
)
def test_a_password_is_changed_only_by_whoever_knows_it_and_to_a_good_one(
    app: Flask, present: str, new: str, sentence: str
) -> None:
    here = logged_in(app)
    status, page = here.post(f"{ACCOUNT}/passwort", bisher=present, passwort=new)
    assert (status, page.count(sentence)) == (422, 1)
    here.post("/abmelden")
    assert here.login() == 303


def test_new_recovery_codes_are_shown_once(app: Flask) -> None:
    here = logged_in(app)
    status, page = here.post(f"{ACCOUNT}/wiederherstellung")
    codes = re.findall(r"<li><code>([0-9A-Z-]{14})</code></li>", page)
    assert (status, len(codes)) == (200, 10)
    assert here.get(ACCOUNT)[1].count("10 von 10 übrig") == 1
    assert [code for code in codes if code in here.get(ACCOUNT)[1]] == []


def test_everything_that_was_done_to_accounts_stands_in_an_unbroken_audit_log(admin: StaffClient, app: Flask) -> None:
    admin.post(f"{TEAM}/einladen", email="neu@example.org", rolle="moderator")
    number = number_of("neu@example.org")
    for act in ("einladung", "zuruecknehmen"):
        admin.post(f"{TEAM}/{number}/{act}")
    logged_in(app).post("/abmelden")
    number = number_of("moderator@example.org")
    admin.post(f"{TEAM}/{number}/rollen", rolle="organiser")
    for act in ("abmelden", "zweiter-faktor", "schliessen", "oeffnen"):
        admin.post(f"{TEAM}/{number}/{act}")
    db.session.rollback()
    acts = list(db.session.scalars(sa.select(AuditRow.act).order_by(AuditRow.number)))
    assert " ".join(acts) == (
        "staff.add login.start staff.invite staff.invite_again staff.withdraw staff.add login.start login.end "
        "staff.roles staff.end_sessions staff.reset_factor staff.close staff.reopen"
    )
    assert list(audit.broken_rows()) == []


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_of_accounts_costs_the_same_however_long_it_is(admin: StaffClient, count: int) -> None:
    for number in range(count):
        make_staff(email=f"kollegin-{number}@example.org")
    admin.get(TEAM)
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    admin.get(TEAM)
    assert len([one for one in statements if one.startswith("SELECT")]) == 7


def test_a_colleague_without_second_factor_stands_out(admin: StaffClient) -> None:
    make_staff(app=False)
    assert (
        lines(admin.get(TEAM)[1])[1] == "moderator@example.org Moderation Noch nie angemeldet. Zweiter Faktor: keiner ."
    )
