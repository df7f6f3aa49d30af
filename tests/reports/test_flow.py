"""Reporting a picture: the form, its receipt, the way back to it; what the pages keep to themselves."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from campaign.counters import counters
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.models import OutboxMail
from campaign.moderation.reasons import Reason
from campaign.moderation.services import approve, reject
from campaign.pictures.models import Derivative
from campaign.reports.lifecycle import Kind, Status
from campaign.reports.models import Report, ReportEvent
from campaign.staff.models import AuditRow
from tests.factories import NOW, make_entry
from tests.reports.people import REASONS, WHY, Reporter, decided, reported, somebody
from tests.voting.people import mails, newest_mail

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def berta(app: Flask) -> Reporter:
    """Somebody who reports a picture."""
    counters.begin_anew()
    return Reporter(app)


def only_report() -> Report:
    return db.session.scalars(sa.select(Report)).one()


@time_machine.travel(NOW, tick=False)
def test_a_report_is_received_with_a_code_at_once_and_by_mail(app: Flask, berta: Reporter) -> None:
    number = make_entry(picture=True).number
    answer = berta.report(number)
    report = only_report()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/melden/{report.code}?neu=1")
    assert (report.entry_number, report.kind, report.status, report.statement) == (
        number,
        Kind.SHOWN,
        Status.RECEIVED,
        WHY,
    )
    code = report.code
    page = berta.get(answer.headers["Location"])
    assert (page.status_code, page.text.count(f">{code}<"), "Set-Cookie" in page.headers) == (200, 1, False)
    mail = newest_mail()
    assert (mail.to, mail.subject) == ("berta@example.com", f"Deine Meldung zu Bild {number} ist da")
    assert re.findall(r"^    (\S+)$", mail.text, re.M) == [code]
    assert f"http://127.0.0.1:8000/melden/{code}" in mail.text.splitlines()


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_whoever_reports_in_english_reads_english(app: Flask) -> None:
    counters.begin_anew()
    berta, number = Reporter(app, "/en"), make_entry(picture=True).number
    answer = berta.report(f"http://127.0.0.1:8000/en/bild/{number}?bild=3")
    report = only_report()
    assert answer.headers["Location"] == f"/en/melden/{report.code}?neu=1"
    mail = newest_mail()
    assert (mail.subject, report.language) == (f"Your report about picture {number} has arrived", "en")
    assert f"http://127.0.0.1:8000/en/melden/{report.code}" in mail.text.splitlines()


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_an_entry_says_since_when_it_is_reported(app: Flask, berta: Reporter) -> None:
    number = make_entry(picture=True).number
    berta.report(number)
    assert db.session.get_one(Entry, number).reported_at == NOW


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"nummer": ""}, "Welches Bild meinst du?"),
        ({"nummer": "https://example.com/bild/1"}, "Diese Adresse ist nicht von unserer Website."),
        ({"nummer": "http://127.0.0.1:8000/galerie"}, "Auf dieser Seite sind mehrere Bilder."),
        ({"nummer": "der Dom"}, "Daraus lesen wir kein Bild."),
        ({"nummer": "999999"}, "Dieses Bild gibt es hier nicht."),
        ({"grund": None}, "Wähl aus, was mit dem Bild nicht stimmt."),
        ({"text": "Weg damit"}, "Erklär uns in ein, zwei Sätzen"),
        ({"name": " "}, "Wer meldet das Bild?"),
        ({"email": "berta"}, "Das ist keine E-Mail-Adresse"),
        ({"ehrlich": None}, "Bestätige bitte, dass deine Angaben"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_what_is_missing_is_said_and_nothing_is_written(
    app: Flask, berta: Reporter, change: dict[str, str | None], said: str
) -> None:
    number = make_entry(picture=True).number
    answer = berta.report(number, **change)
    assert (answer.status_code, answer.text.count(said)) == (422, 2)
    assert db.session.scalars(sa.select(Report)).all() == []
    # What was written is still there.
    assert answer.text.count(WHY) == (0 if "text" in change else 1)


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_sexual_violence_against_children_is_reported_without_a_name(app: Flask, berta: Reporter) -> None:
    number = make_entry(picture=True).number
    answer = berta.report(number, grund="abuse", name=None, email=None)
    report = only_report()
    assert (answer.status_code, report.sealed_sender, mails()) == (303, None, [])
    assert "per Mail" not in berta.get(answer.headers["Location"]).text


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_a_form_sent_twice_is_one_report(app: Flask, berta: Reporter) -> None:
    number = make_entry(picture=True).number
    first, second = (berta.report(number).headers["Location"] for _ in range(2))
    assert (first, len(db.session.scalars(sa.select(Report)).all())) == (second, 1)
    assert berta.report(number, text=WHY + " Bitte schnell.").headers["Location"] != first


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_what_visitors_cannot_see_cannot_be_reported(app: Flask, berta: Reporter) -> None:
    hidden = make_entry(public=False).number
    assert berta.report(hidden).status_code == 422
    gone = make_entry(gone_at=NOW).number
    assert berta.report(gone).status_code == 303


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_a_picture_is_known_by_its_file_and_by_its_post(app: Flask, berta: Reporter) -> None:
    entry = make_entry(picture=True)
    number, shortcode = entry.number, entry.shortcode
    name = db.session.scalars(sa.select(Derivative.name).limit(1)).one()
    for named in (f"/bilder/{name}", f"https://www.instagram.com/p/{shortcode}/"):
        assert berta.report(named, text=f"{WHY} {named}").status_code == 303
    assert set(db.session.scalars(sa.select(Report.entry_number))) == {number}


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_opening_pages_writes_nothing(app: Flask, berta: Reporter) -> None:
    report = reported()
    code, number = report.code, report.entry_number
    count = len(db.session.scalars(sa.select(ReportEvent)).all())
    for path in (f"/melden?nummer={number}", f"/melden/{code}", f"/melden/{code}?neu=1", f"/bild/{number}"):
        assert (path, berta.get(path).status_code) == (path, 200)
    assert len(db.session.scalars(sa.select(ReportEvent)).all()) == count


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_the_page_of_a_picture_brings_its_number_along(app: Flask, berta: Reporter) -> None:
    number = make_entry(picture=True).number
    link = re.search(r'href="(/melden\?nummer=\d+)"', berta.get(f"/bild/{number}").text)
    assert link is not None
    assert f'value="{number}"' in berta.get(link[1]).text
    assert 'href="/melden"' in berta.get("/").text


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_a_word_is_added_and_an_unknown_code_is_not_found(app: Flask, berta: Reporter) -> None:
    code = reported().code
    answer = berta.post(f"/melden/{code.lower()}", tun="ergaenzen", text="Es ist die zweite Bank.")
    assert answer.status_code == 303
    assert berta.get(f"/melden/{code}").text.count("Es ist die zweite Bank.") == 1
    assert berta.post(f"/melden/{code}", tun="ergaenzen", text=" ").status_code == 422
    assert berta.post("/melden/none", tun="ergaenzen", text="x").status_code == 404
    assert berta.get("/melden/7K3M-9QWT-C4XD-R02H").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_an_objection_before_the_decision_is_refused(app: Flask, berta: Reporter) -> None:
    code = reported().code
    answer = berta.post(f"/melden/{code}", tun="widersprechen", text="Trotzdem.")
    assert (answer.status_code, only_report().status) == (409, Status.RECEIVED)


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_one_network_is_slowed_down(app: Flask, berta: Reporter) -> None:
    number = make_entry(picture=True).number
    answers = [berta.report(number, text="").status_code for _ in range(41)]
    assert answers == [422] * 40 + [429]


@ON_SQLITE
def test_one_address_gets_five_receipts_in_an_hour(app: Flask) -> None:
    for minute in range(7):
        reported(why=f"{WHY} {minute}", at=NOW + timedelta(minutes=minute))
    assert len(db.session.scalars(sa.select(OutboxMail)).all()) == 5
    reported(why=f"{WHY} und noch", at=NOW + timedelta(hours=2))
    assert len(db.session.scalars(sa.select(OutboxMail)).all()) == 6


def test_who_reported_stands_nowhere_in_plain_words(app: Flask) -> None:
    report = reported()
    rows = [
        str(value)
        for table in ("report", "report_event", "audit_row", "outbox_mail")
        for row in db.session.execute(sa.text(f"SELECT * FROM {table}"))
        for value in row
    ]
    assert [value for value in rows if "berta" in value.lower() or "Beispiel" in value] == []
    audited = db.session.scalars(sa.select(AuditRow).order_by(AuditRow.number)).all()
    assert [(row.act, row.subject, row.actor) for row in audited] == [
        ("report.received", f"report:{report.id}", "reporter")
    ]
    assert WHY not in str([(row.before, row.after) for row in audited])


@ON_SQLITE
@time_machine.travel(NOW, tick=False)
def test_whoever_looks_for_a_picture_that_was_taken_out_reads_why(app: Flask, berta: Reporter) -> None:
    entry = make_entry(picture=True)
    post, actor = f"https://www.instagram.com/p/{entry.shortcode}/", somebody()
    decided(reported(entry), actor)
    number = entry.number
    answer = berta.post("/wo-ist-mein-bild", beitrag=post).text
    for said in (REASONS, "Uns wurde dieses Bild gemeldet.", "Grundlage ist das Gesetz.", "vor Gericht"):
        assert (said, answer.count(said)) == (said, 1)
    # Once somebody has decided anew, the old reasons stand nowhere.
    approve(number, actor, NOW)
    reject(number, Reason.QUALITY, None, actor, NOW)
    assert REASONS not in berta.post("/wo-ist-mein-bild", beitrag=post).text
