"""The lists of accounts: what a rule would move is said before, and moved at once."""

from __future__ import annotations

import html
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from campaign.contests.services import current_contest
from campaign.entries.accounts import Effect, foresee, lift_account_rule, look_up, set_account_rule
from campaign.entries.admission import AccountKind
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import AccountRule, Entry
from campaign.extensions import db
from campaign.rights.models import RightsGrant
from campaign.staff.actors import COMMAND_LINE, Actor
from campaign.staff.models import RoleName
from tests.factories import NOW, make_entry
from tests.staff.people import StaffClient, logged_in

PAGE = "/verwaltung/konten"


@pytest.fixture
def organiser(app: Flask) -> StaffClient:
    return logged_in(app, RoleName.ORGANISER)


def statuses() -> list[str]:
    db.session.expire_all()
    return [status.value for status in db.session.scalars(sa.select(Entry.status).order_by(Entry.number))]


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_what_blocking_would_move_is_said_first_and_moved_at_once(organiser: StaffClient) -> None:
    for _ in range(2):
        make_entry(username="werbung", public=False)
    make_entry(username="werbung")
    make_entry(username="anna", public=False)
    page = text_of(organiser.get(f"{PAGE}?konto=@Werbung")[1])
    assert page.count("@werbung 2 wartet, 1 freigegeben.") == 1
    assert page.count("gesperrt 2 Bilder verlassen sofort die Warteschlange.") == 1
    assert page.count("von der Höchstzahl befreit Es bewegt sich kein Bild.") == 1
    assert statuses() == ["pending", "pending", "approved", "pending"]
    answer = organiser.post(PAGE, konto="werbung", art="blocked", grund="nur Reklame")
    assert answer == (303, f"{PAGE}?konto=werbung")
    assert statuses() == ["rejected", "rejected", "approved", "pending"]
    page = text_of(organiser.get(answer[1])[1])
    assert page.count("Das Konto ist gesperrt. nur Reklame organiser@example.org") == 1
    assert page.count("Regel aufheben 2 Bilder kommen sofort in die Warteschlange.") == 1
    assert organiser.post(f"{PAGE}/aufheben", konto="werbung") == (303, f"{PAGE}?konto=werbung")
    assert statuses() == ["pending", "pending", "approved", "pending"]


def test_the_rules_that_hold_are_listed_with_who_set_them_and_how_many_pictures_they_are_about(
    organiser: StaffClient,
) -> None:
    make_entry(username="stadt.jena")
    for name, kind in (("werbung", AccountKind.BLOCKED), ("stadt.jena", AccountKind.ALLOWED)):
        set_account_rule(current_contest(), name, kind, f"Grund {name}", by=Actor(None, "anna@example.org"), now=NOW)
    page = text_of(organiser.get(PAGE)[1])
    jena = "@stadt.jena von der Höchstzahl befreit Grund stadt.jena 1 anna@example.org 15. Juni 2026, 14:00"
    other = "@werbung gesperrt Grund werbung 0 anna@example.org 15. Juni 2026, 14:00"
    assert page.count(f"{jena} {other}") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(organiser: StaffClient, count: int) -> None:
    for place in range(count):
        set_account_rule(current_contest(), f"konto{place}", AccountKind.BLOCKED, "x", by=Actor(None, "x"), now=NOW)
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        organiser.get(PAGE)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert len([one for one in asked if "account_rule" in one or "FROM entry" in one]) == 2


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"konto": "zwei worte", "art": "blocked", "grund": "x"}, "So heißt kein Instagram-Konto."),
        ({"konto": "anna", "art": "blocked", "grund": " "}, "Schreib dazu, warum."),
        ({"konto": "anna", "grund": "x"}, "Wähl aus, ob das Konto gesperrt oder von der Höchstzahl befreit wird."),
        ({"konto": "anna", "art": "blocked", "grund": "x" * 301}, "Der Grund ist zu lang."),
    ],
)
def test_a_rule_that_is_not_one_is_refused_and_moves_nothing(
    organiser: StaffClient, form: dict[str, str], sentence: str
) -> None:
    make_entry(username="anna", public=False)
    status, page = organiser.post(PAGE, **form)
    assert (status, page.count(sentence), page.count('role="alert"')) == (422, 1, 1)
    assert (statuses(), db.session.scalars(sa.select(AccountRule)).all()) == (["pending"], [])


def test_nothing_is_lifted_where_nothing_holds(organiser: StaffClient) -> None:
    status, page = organiser.post(f"{PAGE}/aufheben", konto="anna")
    assert (status, page.count("Für das Konto anna gilt keine Regel.")) == (404, 1)


def test_an_account_that_cannot_be_one_is_said_on_the_page(organiser: StaffClient) -> None:
    status, page = organiser.get(f"{PAGE}?konto=zwei+worte")
    assert (status, page.count("So heißt kein Instagram-Konto."), page.count('value="zwei worte"')) == (422, 1, 1)


def test_a_scrutineer_reads_the_lists_and_changes_nothing(app: Flask) -> None:
    set_account_rule(current_contest(), "werbung", AccountKind.BLOCKED, "Reklame", by=Actor(None, "x"), now=NOW)
    reader = logged_in(app, RoleName.SCRUTINEER)
    status, page = reader.get(f"{PAGE}?konto=werbung")
    assert (status, page.count("Reklame"), page.count("Regel aufheben"), page.count('name="art"')) == (200, 2, 0, 0)


def test_the_overview_leads_to_the_lists(organiser: StaffClient) -> None:
    assert organiser.get("/verwaltung")[1].count(f'href="{PAGE}"') == 1


STATES = st.lists(
    st.tuples(st.sampled_from([Status.PENDING, Status.APPROVED, Status.REJECTED]), st.booleans(), st.booleans()),
    max_size=6,
)
KINDS = st.sampled_from([*AccountKind, None])


@pytest.mark.usefixtures("app")
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STATES, KINDS, KINDS)
def test_what_is_foreseen_is_what_happens(
    states: list[tuple[Status, bool, bool]], before: AccountKind | None, after: AccountKind | None
) -> None:
    contest = current_contest()
    db.session.execute(sa.delete(RightsGrant))
    db.session.execute(sa.delete(Entry))
    db.session.execute(sa.delete(AccountRule))
    for status, by_rule, by_staff in states:
        reasons = ["too_many"] if by_rule and status is Status.REJECTED else []
        source = Source.STAFF if by_staff else Source.TAG
        make_entry(username="anna", status=status, intake_reasons=reasons, source=source)
    if before:
        set_account_rule(contest, "anna", before, "x", by=Actor(None, "x"), now=NOW)
    if after is None and before is None:
        return
    foreseen, old = foresee(contest, "anna", after), statuses()
    if after is None:
        lift_account_rule(contest, "anna", by=COMMAND_LINE, now=NOW)
    else:
        set_account_rule(contest, "anna", after, "x", by=Actor(None, "x"), now=NOW)
    moves = [(was, now) for was, now in zip(old, statuses(), strict=True) if was != now]
    assert foreseen == Effect(moves.count(("rejected", "pending")), moves.count(("pending", "rejected")))
    assert look_up(contest, "anna").effects[after] == Effect(0, 0)
