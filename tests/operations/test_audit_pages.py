"""The audit log as staff read it: who did what, narrowed, in pages, as a file; nobody outside the staff is in it."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.accounts import lift_account_rule, set_account_rule
from campaign.entries.admission import AccountKind
from campaign.extensions import db, keyring
from campaign.moderation.reasons import Reason
from campaign.moderation.services import approve, reject, set_town
from campaign.operations.alarms import announce
from campaign.operations.audit_check import audit_notices, check_audit_log
from campaign.operations.audit_log import PAGE_SIZE, LogFilter, log_page
from campaign.operations.models import Alarm
from campaign.staff import audit
from campaign.staff.actors import COMMAND_LINE, PROGRAM, Actor
from campaign.staff.chain import GENESIS
from campaign.staff.models import AuditRow, RoleName
from campaign.uploads.models import Upload
from tests.factories import ERFURT, NOW, WEIMAR, make_entry
from tests.results.ballots import statements
from tests.staff.people import StaffClient, logged_in
from tests.staff.tampering import without_triggers
from tests.uploads.people import entered

PAGE = "/verwaltung/protokoll"
EVA = Actor(None, "eva@example.org")


@pytest.fixture
def organiser(app: Flask) -> StaffClient:
    """Somebody whose own log-in is not in the log any more: what a test writes begins it."""
    staff = logged_in(app, RoleName.ORGANISER)
    seal = keyring().fingerprint("audit head", f"0:{GENESIS}")
    empty = f"UPDATE audit_head SET rows = 0, hash = '{GENESIS}', seal = '{seal}'"
    without_triggers("DELETE FROM audit_row", empty)
    return staff


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows_of(page: str) -> list[str]:
    """What each row of the page says."""
    return [text_of(row) for row in re.findall(r'<li class="log__row".*?\n  </li>', page, re.DOTALL)]


def note(act: str = "entry.look", subject: str = "entry:1", *, actor: Actor = EVA, at: datetime = NOW) -> int:
    number = audit.record(actor, act, subject, at).number
    db.session.commit()
    return number


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="zeile-(\d+)"', page)]


def test_a_row_tells_when_who_what_about_what_and_what_changed(organiser: StaffClient) -> None:
    number = make_entry(public=False, picture=True).number
    set_town(number, WEIMAR, EVA, NOW)
    reject(number, Reason.QUALITY, "Frau Muster ruft an", COMMAND_LINE, NOW)
    status, page = organiser.get(PAGE)
    assert (status, rows_of(page)) == (
        200,
        [
            "2 15. Juni 2026, 14:00:00 Kommandozeile Bild abgelehnt Bild 1"
            " Status: vorher wartet → jetzt abgelehnt Grund: jetzt Zu unscharf oder zu klein",
            "1 15. Juni 2026, 14:00:00 eva@example.org Ort gesetzt Bild 1 Ort: vorher Erfurt → jetzt Weimar",
        ],
    )
    assert page.count(f'href="/moderation/eintrag/{number}"') == 2
    assert "Muster" not in page


def test_an_account_is_named_as_long_as_a_rule_holds_for_it_and_found_by_its_name(organiser: StaffClient) -> None:
    contest = current_contest()
    for name in ("werbung", "anna"):
        set_account_rule(contest, name, AccountKind.BLOCKED, "Reklame", by=EVA, now=NOW)
    lift_account_rule(contest, "anna", by=EVA, now=NOW)
    assert db.session.scalars(sa.select(AuditRow.subject).where(AuditRow.subject.contains("anna"))).all() == []
    page = organiser.get(PAGE)[1]
    first = rows_of(page)[-1]
    assert first.endswith("Konto gesperrt @werbung Regel: jetzt gesperrt Bewegte Bilder: jetzt 0")
    assert re.search(r"Konto ohne Regel \(\w{6}\) Regel: vorher gesperrt → jetzt nichts", rows_of(page)[0])
    assert numbers(organiser.get(f"{PAGE}?woran=@anna")[1]) == [3, 2]
    assert numbers(organiser.get(f"{PAGE}?woran=werbung")[1]) == [1]


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ("wer=command+line", [3]),
        ("wer=program", [4]),
        ("art=account", [2]),
        ("art=entry", [5, 4, 3, 1]),
        ("woran=12", [3]),
        ("woran=%2312", [3]),
        ("woran=Bild+12", [3]),
        ("woran=account:abc", [2]),
        ("von=2026-06-16", [5, 4]),
        ("bis=2026-06-15", [3, 2, 1]),
        ("von=2026-06-15&bis=2026-06-15&art=entry", [3, 1]),
        ("von=morgen&art=nirgends&wer=niemand", [5, 4, 3, 2, 1]),
        ("woran=99", []),
    ],
)
def test_the_log_is_narrowed_by_person_act_subject_and_day(
    organiser: StaffClient, narrowed: str, found: list[int]
) -> None:
    note("entry.look", "entry:1")
    note("account.block", "account:abc")
    note("entry.look", "entry:12", actor=COMMAND_LINE)
    # Half past midnight in Thuringia is the day before in UTC.
    note("entry.look", "entry:1", actor=PROGRAM, at=datetime(2026, 6, 15, 22, 30, tzinfo=UTC))
    note("entry.look", "entry:1", at=datetime(2026, 6, 16, 12, 0, tzinfo=UTC))
    status, page = organiser.get(f"{PAGE}?{narrowed}")
    assert (status, numbers(page)) == (200, found)
    assert page.count("Dazu steht nichts im Protokoll.") == (not found)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_day_on_which_the_clock_is_changed_has_all_its_hours(organiser: StaffClient, day: str) -> None:
    begin = datetime.fromisoformat(f"{day}T00:00:00+00:00") - timedelta(hours=1 if day < "2026-06" else 2)
    hours = 23 if day < "2026-06" else 25
    for hour in (-1, 0, hours - 1, hours):
        note(at=begin + timedelta(hours=hour))
    assert numbers(organiser.get(f"{PAGE}?von={day}&bis={day}")[1]) == [3, 2]


def test_somebody_with_an_account_is_found_by_it_whatever_its_address_is_now(organiser: StaffClient) -> None:
    number = make_entry(public=False, picture=True).number
    organiser.post(f"/moderation/eintrag/{number}/freigeben")
    note()
    page = organiser.get(f"{PAGE}?wer=1")[1]
    assert rows_of(page)[0].count("organiser@example.org Bild freigegeben") == 1
    assert numbers(page) == [1]


@pytest.mark.usefixtures("app")
def test_every_row_stands_on_exactly_one_page_in_both_directions() -> None:
    total = 2 * PAGE_SIZE + 3
    for number in range(2 * total):
        audit.record(EVA, "entry.look", f"entry:{number % 2}", NOW)
    db.session.commit()
    narrow, page = LogFilter(subject="entry:1"), log_page(LogFilter(subject="entry:1"))
    seen = [[row.number for row in page.rows]]
    assert page.newer is None
    while page.older is not None:
        page = log_page(narrow, before=page.older)
        seen.append([row.number for row in page.rows])
    assert [len(part) for part in seen] == [PAGE_SIZE, PAGE_SIZE, 3]
    assert [number for part in seen for number in part] == list(range(2 * total, 0, -2))
    back = [seen[-1]]
    while page.newer is not None:
        page = log_page(narrow, after=page.newer)
        back.append([row.number for row in page.rows])
    assert [number for part in reversed(back) for number in part] == list(range(2 * total, 0, -2))


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_however_many_rows_it_has(organiser: StaffClient, count: int) -> None:
    for _ in range(count):
        note()
    with statements() as asked:
        organiser.get(PAGE)
    assert len(asked) == 5


def test_the_page_says_what_the_last_check_found(organiser: StaffClient) -> None:
    said = [text_of(organiser.get(PAGE)[1])]
    note()
    check_audit_log(NOW)
    said.append(text_of(organiser.get(PAGE)[1]))
    note()
    said.append(text_of(organiser.get(PAGE)[1]))
    without_triggers("UPDATE audit_row SET actor = 'x' WHERE number = 1")
    check_audit_log(NOW)
    said.append(text_of(organiser.get(PAGE)[1]))
    found = [
        "Noch nicht geprüft.",
        "Geprüft: 1 Zeile, vollständig. Am 15. Juni 2026, 14:00 Uhr.",
        "Geprüft: 1 Zeile, vollständig. Am 15. Juni 2026, 14:00 Uhr. Seitdem kam 1 Zeile dazu.",
        "Die Prüfung nennt 1 Stelle: Row 1 of the audit log was changed.",
    ]
    assert [sentence in text for sentence, text in zip(found, said, strict=True)] == [True] * 4
    assert "vollständig. Am" not in said[3]


def test_organisers_are_told_once_that_the_log_was_tampered_with(organiser: StaffClient) -> None:
    note()
    assert announce(audit_notices(check_audit_log(NOW)), NOW) == 0
    without_triggers("DELETE FROM audit_row")
    assert [announce(audit_notices(check_audit_log(NOW)), NOW) for _ in range(2)] == [1, 0]
    [alarm] = db.session.scalars(sa.select(Alarm))
    assert alarm.message.endswith("The audit log ends with row 0, but 1 rows were written.")


def test_a_row_that_somebody_spoilt_does_not_hold_the_page_up(organiser: StaffClient) -> None:
    note()
    spoilt = "UPDATE audit_row SET before = '{', after = '[1]', act = 'nonsense', subject = ':'"
    without_triggers(spoilt if db.engine.dialect.name != "sqlite" else f"{spoilt}, at = 'gestern'")
    status, page = organiser.get(PAGE)
    assert (status, len(rows_of(page)), organiser.get(f"{PAGE}.csv")[0]) == (200, 1, 200)


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_the_narrowed_log_is_a_file_and_who_took_it_is_in_the_log(organiser: StaffClient) -> None:
    number = make_entry(public=False, picture=True).number
    approve(number, EVA, NOW)
    note("entry.look", "entry:2", actor=Actor(None, "=cmd|x"))
    with time_machine.travel(NOW):
        organiser.login()
        answer = organiser.client.get(f"{PAGE}.csv?woran={number}")
        everything = organiser.client.get(f"{PAGE}.csv").data
    assert answer.headers["Content-Disposition"] == "attachment; filename=blick-2026-protokoll.csv"
    assert answer.data.startswith(b"\xef\xbb\xbfNummer;Zeitpunkt;Wer;Was;Kennung;Woran;Vorher;Nachher;Pr")
    [header, row] = csv_rows(answer.data)
    assert row[:8] == [
        "1",
        "2026-06-15 14:00:00",
        "eva@example.org",
        "Bild freigegeben",
        "entry.approve",
        f"entry:{number}",
        "Status: wartet",
        "Status: freigegeben",
    ]
    assert len(header) == len(row) == 9
    assert csv_rows(everything)[2][2] == "'=cmd|x"
    # Behind them somebody logged in.
    assert csv_rows(everything)[4][2:6] == [
        "organiser@example.org",
        "Datei heruntergeladen",
        "export.file",
        "file:protokoll.csv",
    ]


def test_an_export_of_the_results_is_in_the_log(organiser: StaffClient) -> None:
    make_entry(town=ERFURT)
    assert organiser.get("/verwaltung/export/standings.csv")[0] == 200
    [row] = db.session.scalars(sa.select(AuditRow))
    assert (row.actor, row.act, row.subject) == ("organiser@example.org", "export.file", "file:standings.csv")


@pytest.mark.parametrize(
    ("role", "status"), [(RoleName.MODERATOR, 403), (RoleName.SCRUTINEER, 200), (RoleName.ADMIN, 200)]
)
def test_moderators_do_not_read_the_log(app: Flask, role: RoleName, status: int) -> None:
    staff = logged_in(app, role)
    assert (staff.get(PAGE)[0], staff.get(f"{PAGE}.csv")[0]) == (status, status)


def test_no_address_of_somebody_who_sent_a_picture_is_in_the_log(organiser: StaffClient) -> None:
    with time_machine.travel(NOW):
        entered()
        number = db.session.scalars(sa.select(Upload.entry_number)).one()
        organiser.login()
        organiser.post(f"/moderation/eintrag/{number}/ablehnen", reason="quality", text="anna@example.com war es")
        organiser.post(f"/moderation/eintrag/{number}/zurueckziehen", text="Anruf von anna@example.com")
        said = organiser.get(PAGE)[1] + organiser.client.get(f"{PAGE}.csv").text
    stored = " ".join(str(tuple(row)) for row in db.session.execute(sa.text("SELECT * FROM audit_row")))
    assert set(re.findall(r"[\w.]+@[\w.]+", said + stored)) == {"organiser@example.org"}
