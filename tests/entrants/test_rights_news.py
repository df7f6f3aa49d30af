"""The senders of photos are told when their right to be shown ends, is asked for or comes back, and after a report."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.entrants import asking
from campaign.extensions import db
from campaign.moderation.declining import decline_by_code, decline_unanswered
from campaign.reports.lifecycle import Outcome
from campaign.reports.models import Report
from campaign.rights import wording
from campaign.rights.expiry import expire_due
from campaign.rights.request_rules import stand_of
from campaign.rights.services import grant, grants_of
from campaign.rights.snapshots import all_names
from campaign.staff.actors import COMMAND_LINE
from campaign.uploads.news import note_change
from tests.entrants.people import MINUTE, approve, handed_in, plain, told
from tests.factories import NOW
from tests.reports.people import REASONS, decided, reported, somebody
from tests.rights.requests import YES, requested
from tests.voting.people import mails

# What staff says of its own decisions.
UNTRUE = ("ein Mensch entschieden", "Jemand aus dem Team", "Dazu schreibt das Team")
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_report_that_is_right_brings_the_creator_a_statement_and_a_way_to_object(app: Flask) -> None:
    entry = handed_in()
    approve(entry)
    told(10)
    actor = somebody()
    report = decided(reported(entry, at=NOW + 20 * MINUTE), actor, at=NOW + 20 * MINUTE)
    mail = next(one for one in told(30) if one.to == "anna@example.com")
    said = plain(mail)
    for words in (
        "Uns wurde das Foto gemeldet",
        REASONS,
        "Grundlage ist das Gesetz.",
        "Das hat ein Mensch entschieden",
    ):
        assert (words, said.count(words)) == (words, 1)
    assert f"http://127.0.0.1:8000/melden/{report.creator_code}" in mail.text.splitlines()
    # Nothing of who reported it.
    assert [word for word in ("berta", "Beispiel", report.code) if word in mail.text] == []


def test_a_revoked_right_is_told(app: Flask) -> None:
    entry = handed_in()
    approve(entry)
    told(10)
    decided(reported(entry, at=NOW + 20 * MINUTE), somebody(), Outcome.REVOKE, NOW + 20 * MINUTE)
    mail = next(one for one in told(30) if one.to == "anna@example.com")
    assert mail.subject == f"Dein Foto {entry.number} ist verborgen"
    assert db.session.scalars(sa.select(Report)).one().decision_id is None


def test_whoever_handed_a_photo_in_is_asked_by_mail_when_its_right_was_taken_back(app: Flask) -> None:
    entry = handed_in()
    asking.revoke(entry.number, COMMAND_LINE, NOW)
    told(0)
    asked = asking.ask(entry.number, COMMAND_LINE, NOW)
    told(1)
    mail = next(mail for mail in mails() if mail.subject == "Dürfen wir dein Foto aus Erfurt zeigen?")
    assert (mail.to, mail.text.count(f"http://127.0.0.1:8000/rechte/{asked.code}")) == ("anna@example.com", 1)


def test_a_right_that_staff_take_back_is_told_after_ten_minutes(app: Flask) -> None:
    entry = handed_in()
    approve(entry)
    told(10)
    asking.revoke(entry.number, COMMAND_LINE, NOW + 20 * MINUTE)
    assert told(29) == []
    assert len(told(30)) == 1


@ON_SQLITE
def test_who_did_not_answer_or_said_no_reads_that_the_photo_is_deleted_and_of_no_human(app: Flask) -> None:
    silent, unwilling = handed_in(), handed_in("bert@example.com")
    for entry in (silent, unwilling):
        asking.revoke(entry.number, COMMAND_LINE, NOW)
        code = asking.ask(entry.number, COMMAND_LINE, NOW).code
    told(0)
    decline_by_code(str(code), NOW)
    (mail,) = told(11)
    assert (mail.to, mail.subject) == ("bert@example.com", f"Dein Foto {unwilling.number} ist gelöscht")
    fortnight = 14 * 24 * 60 + 1
    assert decline_unanswered(NOW + fortnight * MINUTE) == 1
    (other,) = told(fortnight + 11)
    assert (other.to, other.subject) == ("anna@example.com", f"Dein Foto {silent.number} ist gelöscht")
    counts = [
        [plain(one).count(said) for one in (mail, other)] for said in ("gelöscht.", "ein Programm getan", *UNTRUE)
    ]
    assert counts == [[1, 1], [0, 1], [0, 0], [0, 0], [0, 0]]


@ON_SQLITE
def test_a_right_that_a_report_took_comes_with_reasons_and_a_way_to_object(app: Flask) -> None:
    entry = handed_in()
    approve(entry)
    told(11)
    report = decided(reported(entry), somebody(), Outcome.REVOKE, NOW + 20 * MINUTE)
    (mail,) = [one for one in told(40) if one.to == "anna@example.com"]
    assert mail.subject == f"Dein Foto {entry.number} ist verborgen"
    db.session.refresh(report)
    said = (REASONS, f"/melden/{report.creator_code}", "Grundlage ist das Gesetz.", "Das hat ein Mensch entschieden")
    assert [plain(mail).count(one) for one in said] == [1, 1, 1, 1]


@ON_SQLITE
def test_a_right_that_ends_anew_is_not_put_down_to_an_old_report(app: Flask) -> None:
    entry = handed_in()
    approve(entry)
    decided(reported(entry), somebody(), Outcome.REVOKE, NOW + 20 * MINUTE)
    grant(entry.number, "Anna", "Mail", COMMAND_LINE, NOW + 50 * MINUTE)
    asking.revoke(entry.number, COMMAND_LINE, NOW + 60 * MINUTE)
    (mail,) = [one for one in told(80) if one.to == "anna@example.com"]
    assert (mail.subject, plain(mail).count(REASONS)) == (f"Dein Foto {entry.number} ist verborgen", 0)


def test_a_right_that_ends_and_one_that_is_recorded_again_are_told(app: Flask) -> None:
    entry = handed_in()
    approve(entry)
    told(10)
    for standing in grants_of(entry.number):
        standing.expires_at = NOW + 20 * MINUTE
    db.session.commit()
    assert expire_due(NOW + 20 * MINUTE, tell=note_change) == 1
    assert [mail.subject for mail in told(30)] == ["Dein Foto 1 ist verborgen"]
    grant(entry.number, "Anna", "Mail", COMMAND_LINE, NOW + 40 * MINUTE, tell=note_change)
    assert [mail.subject for mail in told(50)] == ["Dein Foto 1 hängt in der Galerie"]


def test_a_yes_to_our_question_is_told_as_well(app: Flask) -> None:
    entry = handed_in()
    approve(entry)
    told(10)
    asking.revoke(entry.number, COMMAND_LINE, NOW + 20 * MINUTE)
    code, stand = requested(entry, NOW + 20 * MINUTE), stand_of(all_names(entry), wording.VERSION)
    told(30)
    sent = app.test_client().post(f"/rechte/{code}", data={**YES, "stand": stand})
    assert sent.status_code == 303
    assert len(told(60 * 24 * 365)) == 1
