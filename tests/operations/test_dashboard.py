"""The organisers' first page: what is to be done now, then figures that add up."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from campaign.config import Settings
from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status
from campaign.extensions import db
from campaign.extensions import settings as configured
from campaign.instagram.gate import token_key
from campaign.instagram.models import TokenState
from campaign.mail.models import MailStatus, OutboxMail
from campaign.mail.services import WITHHELD
from campaign.moderation import exclusions
from campaign.moderation.models import ExclusionKind, WithdrawalCode
from campaign.moderation.reasons import Reason
from campaign.moderation.services import approve, reject
from campaign.moderation.withdrawals import ask_code
from campaign.operations.audit_check import check_audit_log
from campaign.operations.dashboard import read_dashboard
from campaign.operations.dashboard_rules import Tally
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.models import RoleName
from tests.factories import ERFURT, GERA, JENA, NOW, WEIMAR, make_entry, make_settings
from tests.moderation.excluding import account
from tests.results.ballots import change_dates, statements
from tests.staff.people import StaffClient, logged_in
from tests.staff.tampering import without_triggers

PAGE = "/verwaltung"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def organiser(app: Flask) -> StaffClient:
    return logged_in(app, RoleName.ORGANISER)


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def tasks_of(staff: StaffClient) -> list[tuple[str, str]]:
    """What is to be done, and where each leads."""
    status, page = staff.get(PAGE)
    assert status == 200
    found = re.findall(r'<li class="tasks__one.*?<a href="([^"]+)">(.*?)</a>', page, re.DOTALL)
    return [(text_of(text), html.unescape(link)) for link, text in found]


def facts_now(now: datetime = NOW):  # type: ignore[no-untyped-def]
    return read_dashboard(current_contest(), configured(), now)


def test_where_nothing_is_to_be_done_the_page_says_so(organiser: StaffClient) -> None:
    page = organiser.get(PAGE)[1]
    assert (tasks_of(organiser), text_of(page).count("Nichts zu tun.")) == ([], 1)
    make_entry()
    assert tasks_of(organiser) == []


def test_what_waits_comes_with_its_count_its_age_and_the_way_there(organiser: StaffClient) -> None:
    make_entry(public=False, received_at=NOW - 3 * DAY)
    make_entry(public=False)
    make_entry(has_right=False)
    assert tasks_of(organiser) == [
        ("2 Bilder warten auf eine Entscheidung, das älteste kam vor 3 Tagen.", "/moderation"),
        (
            "1 freigegebenes Bild ist ohne Erlaubnis nicht öffentlich.",
            "/moderation/eintraege?status=approved&recht=nein",
        ),
    ]


def test_a_broken_log_comes_first(organiser: StaffClient) -> None:
    number = make_entry(public=False, picture=True).number
    approve(number, COMMAND_LINE, NOW)
    make_entry(public=False)
    without_triggers("DELETE FROM audit_row")
    check_audit_log(NOW)
    first = tasks_of(organiser)[0]
    assert first == (
        "Dringend: Das Protokoll ist nicht mehr vollständig: Jemand hat in die Datenbank geschrieben.",
        "/verwaltung/protokoll",
    )


def test_mails_that_are_stuck_or_failed_are_told_and_those_that_were_not_to_be_sent_are_not(
    organiser: StaffClient,
) -> None:
    # The log-in itself was told by a mail.
    db.session.execute(sa.delete(OutboxMail))
    shared = {"purpose": "pin", "recipient_key": "r", "next_attempt_at": NOW}
    for status, before, error in (
        (MailStatus.WAITING, HOUR, None),
        (MailStatus.SENDING, timedelta(minutes=1), None),
        (MailStatus.FAILED, DAY, "refused"),
        (MailStatus.FAILED, DAY, WITHHELD),
        (MailStatus.FAILED, 20 * DAY, "refused"),
        (MailStatus.SENT, DAY, None),
    ):
        db.session.add(OutboxMail(status=status, created_at=NOW - before, error=error, **shared))
    db.session.commit()
    assert tasks_of(organiser) == [
        (
            "Dringend: Mails gehen nicht hinaus; die älteste wurde vor 60 Minuten geschrieben.",
            "/verwaltung#mails",
        ),
        ("1 Mail kam in den letzten 14 Tagen nicht an.", "/verwaltung#mails"),
    ]
    assert (facts_now().mails.waiting, facts_now().mails.failed) == (2, 1)


def test_a_proposed_exclusion_is_open_until_a_second_person_answers(organiser: StaffClient) -> None:
    one, other = make_entry().number, make_entry().number
    for number in (one, other):
        exclusions.propose(number, ExclusionKind.EXCLUDE, account("anna"), NOW, reason=Reason.RIGHTS, text=None)
    assert len(facts_now().proposals) == 2
    exclusions.drop(one, None, account("bert"), NOW)
    assert len(facts_now().proposals) == 1
    assert tasks_of(organiser)[0][0].startswith("1 Vorschlag, ein Bild auszuschließen oder zurückzuholen")
    exclusions.confirm(other, account("bert"), NOW)
    assert facts_now().proposals == []


def test_when_the_vote_is_over_publishing_is_the_thing_to_do(organiser: StaffClient) -> None:
    change_dates(vote_until=NOW - HOUR)
    assert tasks_of(organiser) == [
        ("Die Abstimmung ist vorbei. Veröffentliche die Ergebnisse.", "/verwaltung/ergebnisse")
    ]


class TestWithInstagram:
    """What the access to Instagram asks for."""

    @pytest.fixture
    def settings(self, database_url: str, tmp_path: Path) -> Settings:
        access = {"user_id": "17841", "access_token": "secret-t"}
        return make_settings(tmp_path, database_url=database_url, instagram=access)

    def test_stops_late_passes_claims_and_the_end_of_the_token_are_urgent(self, organiser: StaffClient) -> None:
        key, state = token_key("secret-t"), {"updated_at": NOW, "looked_at": NOW, "is_valid": True}
        ends = {"expires_at": NOW + 3 * DAY, "scopes": ["instagram_basic"]}
        db.session.add(TokenState(token_key=f"{key}:all", action="go_on", **state, **ends))
        db.session.add(TokenState(token_key=f"{key}:tags", action="stop", reason="no right", scopes=[], **state))
        code = ask_code(make_entry(picture=True).number, NOW).code
        db.session.get_one(WithdrawalCode, code).claimed_by = "ada.beispiel"
        db.session.commit()
        found = tasks_of(organiser)
        assert [text for text, _ in found] == [
            "Dringend: Abfragen bei Instagram sind angehalten.",
            "Dringend: Seit 18 Stunden kein guter Durchgang bei Instagram.",
            "Dringend: 1 Beitrag auf Instagram muss sich jemand ansehen.",
            "Dringend: Der Zugang zu Instagram endet in 3 Tagen.",
            "Dem Zugang zu Instagram fehlen Rechte.",
        ]
        assert {link for _, link in found} == {"/verwaltung/erfassung"}
        page = text_of(organiser.get(PAGE)[1])
        assert page.count("Zugang zu Instagram gilt bis 18. Juni 2026") == 1
        assert "secret-t" not in page


def fill() -> int:
    """Entries of all statuses, towns and days around two weeks; returns how many."""
    statuses, towns = cycle(Status), cycle([ERFURT, WEIMAR, JENA, None, GERA, ERFURT, None])
    for place in range(70):
        make_entry(
            status=next(statuses), town=next(towns), received_at=NOW - place * 7 * HOUR, updated_at=NOW - place * HOUR
        )
    return 70


@pytest.mark.usefixtures("app")
def test_days_towns_and_statuses_add_up_to_the_same_entries() -> None:
    total = fill()
    facts = facts_now()
    by_day = sum((tally for _, tally in facts.days), facts.earlier)
    by_town = sum((town.tally for town in facts.towns), Tally())
    out = sum(facts.counts[status] for status in (Status.REJECTED, Status.WITHDRAWN, Status.DISQUALIFIED))
    counted = Tally(total, facts.counts[Status.APPROVED], facts.counts[Status.PENDING], out)
    assert (by_day, by_town) == (counted, counted)
    assert facts.earlier.new == 23
    assert [town.ags for town in facts.towns if town.ags is None] == [None]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("day", "moments"),
    [
        # Summer time begins: the day has 23 hours; it ends: 25.
        ((2026, 3, 29), {"2026-03-28T22:59": -2, "2026-03-28T23:00": -1, "2026-03-29T21:59": -1}),
        ((2026, 10, 25), {"2026-10-24T21:59": -2, "2026-10-24T22:00": -1, "2026-10-25T22:59": -1}),
    ],
)
def test_days_end_at_midnight_in_thuringia_also_when_the_clock_is_changed(
    day: tuple[int, int, int], moments: dict[str, int]
) -> None:
    for text in moments:
        make_entry(public=False, received_at=datetime.fromisoformat(f"{text}:00+00:00"))
    days = facts_now(datetime(*day, 22, 59, 59, tzinfo=UTC) - (DAY - 23 * HOUR if day[1] == 3 else timedelta())).days
    expected = {place: list(moments.values()).count(place) for place in (-1, -2)}
    assert {place: days[place][1].new for place in (-1, -2)} == expected


@pytest.mark.usefixtures("app")
def test_a_town_is_told_with_the_middle_and_the_longest_of_its_waits() -> None:
    for hours in (1, 5, 30):
        make_entry(public=False, town=JENA, received_at=NOW - hours * HOUR)
    make_entry(town=WEIMAR)
    towns = {town.name: (town.median, town.oldest, town.tally) for town in facts_now().towns}
    assert towns == {
        "Jena": (5 * HOUR, 30 * HOUR, Tally(3, pending=3)),
        "Weimar": (None, None, Tally(1, approved=1)),
    }


def test_a_town_that_always_waits_longer_is_named_also_when_its_queue_is_empty(organiser: StaffClient) -> None:
    for place in range(20):
        town, waited = (JENA, 5 * DAY) if place % 2 else (ERFURT, HOUR)
        number = make_entry(public=False, town=town, received_at=NOW - waited - HOUR).number
        reject(number, Reason.QUALITY, None, COMMAND_LINE, NOW - HOUR)
    assert tasks_of(organiser) == [
        (
            "Bilder aus Jena warten länger als andere: die Hälfte mindestens 5 Tage, anderswo 60 Minuten.",
            f"/moderation/eintraege?status=pending&ort={JENA}",
        )
    ]
    assert text_of(organiser.get(PAGE)[1]).count("Jena wartet länger als andere") == 1


def test_the_drawing_and_the_table_say_the_same(organiser: StaffClient) -> None:
    fill()
    page = organiser.get(PAGE)[1]
    table = re.search(r"<th scope=\"col\">Datum</th>.*?</table>", page, re.DOTALL)
    assert table is not None
    rows = [text_of(row).rsplit(" ", 4) for row in re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", table[0], re.DOTALL)]
    assert len(rows) == 15
    assert [sum(int(row[place]) for row in rows) for place in (1, 2, 3, 4)] == [70, 14, 14, 42]
    most = max(int(row[1]) for row in rows[:-1])
    heights = [float(height) for height in re.findall(r'width="16" height="([\d.]+)"', page)]
    assert sum(heights) == pytest.approx(100 / most * sum(int(row[1]) for row in rows[:-1]), abs=0.5)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_much_there_is(organiser: StaffClient, count: int) -> None:
    for town in (ERFURT, WEIMAR, JENA)[:count]:
        reject(make_entry(public=False, town=town).number, Reason.QUALITY, None, COMMAND_LINE, NOW)
        make_entry(public=False, town=town)
    with statements() as asked:
        organiser.get(PAGE)
    assert len(asked) == 31


def test_a_scrutineer_sees_it_and_a_moderator_does_not(app: Flask) -> None:
    assert logged_in(app, RoleName.SCRUTINEER).get(PAGE)[0] == 200
    assert logged_in(app, RoleName.MODERATOR).get(PAGE)[0] == 403
