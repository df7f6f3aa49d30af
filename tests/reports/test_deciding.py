"""Deciding reports: what becomes of the picture, who is told, who may decide again, what the database refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status as EntryStatus
from campaign.entries.models import Entry
from campaign.entries.uses import Use, has_right, may_use
from campaign.errors import Conflict, InvalidInput, NotAllowed
from campaign.extensions import db
from campaign.moderation import services as moderation
from campaign.moderation.models import Decision
from campaign.moderation.queries import last_decisions_of
from campaign.moderation.reasons import Reason
from campaign.moderation.taking_back import withdraw_as_creator
from campaign.reports import deciding, queries, services
from campaign.reports.deciding import sender_of
from campaign.reports.erasure import erase_reports
from campaign.reports.keys import Sender
from campaign.reports.lifecycle import Event, Ground, Kind, Outcome, Party, Status
from campaign.reports.models import Report, ReportEvent, ReportWord
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.services import grant, revoke
from campaign.staff import audit
from campaign.staff.actors import COMMAND_LINE, Actor
from campaign.staff.models import AuditRow
from tests.factories import NOW, SEEN, make_entry
from tests.moderation.test_blur import blurred, shown
from tests.moderation.undoing import undo_last
from tests.reports.people import REASONS, decided, reported, somebody
from tests.staff.people import logged_in
from tests.voting.people import mails, newest_mail

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def decide_both(entry: Entry, reports: list[Report], actor: Actor, outcome: Outcome = Outcome.HIDE) -> None:
    verdict = deciding.Verdict(outcome, Ground.LAW, Reason.PEOPLE, REASONS)
    deciding.decide(entry.number, [report.id for report in reports], verdict, actor, NOW + DAY)


def entry_of(report: Report) -> Entry:
    return db.session.get_one(Entry, report.entry_number, populate_existing=True)


def events() -> list[tuple[str, str, str | None]]:
    found = db.session.scalars(sa.select(ReportEvent).order_by(ReportEvent.id))
    return [(one.what.value, one.actor, one.outcome.value if one.outcome else None) for one in found]


def test_a_picture_is_taken_out_and_its_reporter_reads_why(app: Flask) -> None:
    report = decided(reported(), somebody(), at=NOW + HOUR)
    entry = entry_of(report)
    assert (report.status, entry.status, entry.reported_at) == (Status.DECIDED, EntryStatus.REJECTED, None)
    decision = db.session.scalars(sa.select(Decision)).one()
    assert (report.decision_id, decision.reason, decision.text) == (decision.id, "people", REASONS)
    mail = newest_mail(NOW + HOUR)
    assert (mail.to, mail.subject) == ("berta@example.com", f"Entscheidung über Bild {entry.number}")
    text = " ".join(mail.text.replace("> ", "").split())
    for said in (REASONS, "Grundlage ist das Gesetz.", "Das hat ein Mensch entschieden", "vor Gericht"):
        assert text.count(said) == 1
    assert events() == [("received", "reporter", None), ("decided", "moderation@example.org", "hide")]
    acts = db.session.scalars(sa.select(AuditRow.act).order_by(AuditRow.number)).all()
    assert acts[-2:] == ["entry.reject", "report.decided"]
    assert list(audit.broken_rows()) == []


def test_what_is_kept_stays_and_can_be_objected_to_by_the_reporter_alone(app: Flask) -> None:
    report = decided(reported(), somebody(), Outcome.KEEP)
    assert (entry_of(report).status, report.creator_code, report.decision_id) == (EntryStatus.APPROVED, None, None)
    assert "widersprechen" in newest_mail(NOW).text
    services.object_to(report.code, "Man sieht mein Gesicht.", NOW + DAY)
    assert (report.status, report.objected_by) == (Status.OBJECTED, Party.REPORTER)
    assert entry_of(report).reported_at == NOW + DAY
    with pytest.raises(Conflict):
        services.object_to(report.code, "Noch einmal.", NOW + DAY)
    db.session.rollback()


def test_an_objection_is_decided_by_somebody_else_and_for_good(app: Flask) -> None:
    first, second = somebody(), somebody("leitung")
    report = decided(reported(), first, Outcome.KEEP)
    services.object_to(report.code, "Man sieht mein Gesicht.", NOW + DAY)
    with pytest.raises(NotAllowed):
        decided(report, first, Outcome.HIDE, NOW + DAY)
    db.session.rollback()
    decided(report, second, Outcome.HIDE, NOW + DAY)
    assert (report.status, report.stands, entry_of(report).status) == (
        Status.SETTLED,
        Outcome.HIDE,
        EntryStatus.REJECTED,
    )
    assert "widersprechen" not in newest_mail(NOW + DAY).text
    with pytest.raises(Conflict):
        decided(report, second, Outcome.KEEP, NOW + DAY)
    db.session.rollback()


def test_the_database_refuses_a_second_decision_by_the_same_person(app: Flask) -> None:
    actor = somebody()
    report = decided(reported(), actor, Outcome.KEEP)
    values = {
        "status": Status.SETTLED,
        "settled_outcome": Outcome.KEEP,
        "settled_reasons": REASONS,
        "settled_at": NOW,
        "settled_by_id": actor.staff_id,
    }
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Report).values(**values))
    db.session.rollback()
    values["settled_by_id"] = somebody("leitung").staff_id
    db.session.execute(sa.update(Report).values(**values))
    assert report.id


@pytest.mark.parametrize(
    "broken",
    ["status = 'decided'", "outcome = 'keep'", "settled_at = received_at", "reasons = 'x'", "status = 'settled'"],
)
def test_the_database_refuses_half_a_decision(app: Flask, broken: str) -> None:
    reported()
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.text(f"UPDATE report SET {broken}"))
    db.session.rollback()


def test_a_creators_objection_that_is_right_brings_the_picture_back(app: Flask) -> None:
    entry = make_entry(picture=True)
    one, other = reported(entry), reported(entry, email="carl@example.com")
    first, second = somebody(), somebody("leitung")
    decide_both(entry, [one, other], first)
    codes = [report.creator_code for report in (one, other) if report.creator_code]
    assert (len(codes), entry_of(one).status) == (1, EntryStatus.REJECTED)
    services.object_to(codes[0], "Das bin ich selbst.", NOW + DAY)
    # They were decided as one, and come back as one.
    assert [one.status, other.status] == [Status.OBJECTED, Status.OBJECTED]
    decide_both(entry, [one, other], second, Outcome.KEEP)
    assert (entry_of(one).status, one.stands, other.stands) == (EntryStatus.APPROVED, Outcome.KEEP, Outcome.KEEP)
    assert queries.shown_again(current_contest(), NOW) == []


def test_an_objection_that_is_right_holds_although_something_was_said_of_the_picture_since(app: Flask) -> None:
    second = somebody("leitung")
    report = decided(reported(), somebody())
    moderation.set_alt_text(report.entry_number, "Der Dom am Abend", second, NOW)
    db.session.refresh(report)
    assert report.creator_code is not None
    services.object_to(report.creator_code, "Das bin ich selbst.", NOW + DAY)
    decided(report, second, Outcome.KEEP, NOW + DAY)
    entry = entry_of(report)
    assert (entry.status, entry.alt_text) == (EntryStatus.APPROVED, "Der Dom am Abend")


@ON_SQLITE
def test_an_objection_that_is_right_brings_nothing_back_that_was_rejected_anew(app: Flask) -> None:
    second = somebody("leitung")
    report = decided(reported(), somebody())
    number = report.entry_number
    moderation.approve(number, second, NOW)
    moderation.reject(number, Reason.QUALITY, None, second, NOW)
    db.session.refresh(report)
    assert report.creator_code is not None
    services.object_to(report.creator_code, "Das bin ich selbst.", NOW + DAY)
    decided(report, second, Outcome.KEEP, NOW + DAY)
    assert (entry_of(report).status, report.status) == (EntryStatus.REJECTED, Status.SETTLED)


def test_one_person_gets_one_mail_about_all_reports_that_were_decided_together(app: Flask) -> None:
    entry = make_entry(picture=True)
    reports = [reported(entry), reported(entry, Kind.CHILD), reported(entry, email="carl@example.com")]
    newest_mail(NOW)
    before = len(mails())
    decide_both(entry, reports, somebody())
    newest_mail(NOW + DAY)
    told = mails()[: len(mails()) - before]
    assert sorted(mail.to for mail in told) == ["berta@example.com", "carl@example.com"]
    (both,) = [mail for mail in told if mail.to == "berta@example.com"]
    assert [both.text.count(f"/melden/{report.code}") for report in reports] == [1, 1, 0]


@ON_SQLITE
def test_blurring_hides_a_public_picture_and_leaves_a_waiting_one(app: Flask) -> None:
    report = decided(reported(), somebody(), Outcome.BLUR)
    assert entry_of(report).status is EntryStatus.REJECTED
    other = reported(make_entry(picture=True))
    db.session.execute(sa.update(Entry).filter_by(number=other.entry_number).values(status=EntryStatus.PENDING))
    db.session.commit()
    decided(other, somebody("leitung"), Outcome.BLUR)
    assert entry_of(other).status is EntryStatus.PENDING


def test_a_right_that_does_not_hold_is_revoked_in_the_same_act(app: Flask) -> None:
    entry = make_entry(picture=True, has_right=False)
    grant(entry.number, "Anna", "Mail", COMMAND_LINE, NOW)
    report = decided(reported(entry, Kind.OWN_PHOTO), somebody(), Outcome.REVOKE)
    found = entry_of(report)
    assert (found.status, has_right(found, Use.WEB, NOW), report.status) == (
        EntryStatus.APPROVED,
        False,
        Status.DECIDED,
    )


def revoked_by_report() -> Report:
    """The decided report by which a picture has no right to be shown any more."""
    entry = make_entry(picture=True, has_right=False)
    grant(entry.number, "Anna", "Mail", COMMAND_LINE, NOW)
    return decided(reported(entry, Kind.OWN_PHOTO), somebody(), Outcome.REVOKE, NOW + HOUR)


def kept_after_all(report: Report) -> Entry:
    """The picture of a report, after another person has said to its creator's objection that it was without ground."""
    assert report.creator_code is not None
    services.object_to(report.creator_code, "Das Foto habe ich selbst gemacht.", NOW + DAY)
    decided(report, somebody("leitung"), Outcome.KEEP, NOW + 2 * DAY)
    return entry_of(report)


def test_an_objection_that_is_right_gives_the_right_back_that_the_report_revoked(app: Flask) -> None:
    report = revoked_by_report()
    entry = kept_after_all(report)
    assert (may_use(entry, Use.WEB, NOW + 2 * DAY), may_use(entry, Use.PRINT, NOW + 2 * DAY)) == (True, True)
    given = db.session.scalars(sa.select(RightsGrant)).one()
    assert (given.status, given.revoked_at, given.revoked_by) == (GrantStatus.GRANTED, None, None)
    rows = sa.select(AuditRow.act).where(AuditRow.act != "staff.add").order_by(AuditRow.number)
    assert db.session.scalars(rows).all()[-5:] == [
        "rights.revoke",
        "report.decided",
        "report.objected",
        "rights.restore",
        "report.settled",
    ]
    assert list(audit.broken_rows()) == []


def test_a_right_that_was_taken_back_before_a_report_or_has_ended_since_is_not_given_back(app: Flask) -> None:
    entry = make_entry(picture=True, has_right=False)
    for end in (None, NOW + DAY):
        grant(entry.number, "Anna", "Mail", COMMAND_LINE, NOW, expires_at=end)
        revoke(entry.number, COMMAND_LINE, NOW)
    grant(entry.number, "Anna", "Mail", COMMAND_LINE, NOW, expires_at=NOW + DAY)
    report = decided(reported(entry), somebody(), Outcome.REVOKE, NOW + HOUR)
    assert not has_right(kept_after_all(report), Use.WEB, NOW)


def test_nothing_is_given_back_of_what_its_creator_took_back_meanwhile(app: Flask) -> None:
    report = revoked_by_report()
    withdraw_as_creator(report.entry_number, "Code", NOW + 2 * HOUR)
    entry = kept_after_all(report)
    assert (entry.status, has_right(entry, Use.WEB, NOW)) == (EntryStatus.WITHDRAWN, False)


@ON_SQLITE
def test_a_picture_that_was_blurred_for_its_report_is_not_hidden_any_more(app: Flask) -> None:
    entry = shown(public=True)
    report = reported(entry)
    blurred(entry)
    decided(report, somebody(), Outcome.BLUR)
    assert (entry_of(report).status, report.stands) == (EntryStatus.APPROVED, Outcome.BLUR)


def test_a_picture_that_was_taken_out_meanwhile_stays_out_and_the_report_ends(app: Flask) -> None:
    report, actor = reported(), somebody()
    moderation.withdraw(report.entry_number, "Wunsch", actor, NOW)
    decided(report, actor)
    assert (entry_of(report).status, report.status, report.decision_id) == (
        EntryStatus.WITHDRAWN,
        Status.DECIDED,
        None,
    )


@pytest.mark.parametrize("outcome", [Outcome.HIDE, Outcome.BLUR])
def test_what_a_report_decided_is_not_undone_at_the_desk(app: Flask, outcome: Outcome) -> None:
    actor = somebody()
    report = decided(reported(), actor, outcome)
    for undo in (lambda: undo_last(report.entry_number, actor, NOW), lambda: undo_of(report, actor)):
        with pytest.raises(Conflict, match="Meldung"):
            undo()
        db.session.rollback()
    assert actor.staff_id is not None
    assert list(last_decisions_of(actor.staff_id, 5)) == []
    assert entry_of(report).status is EntryStatus.REJECTED


@ON_SQLITE
def test_the_page_of_a_photo_says_where_what_a_report_decided_is_taken_back(app: Flask) -> None:
    number = decided(reported(), somebody("bert")).entry_number
    page = logged_in(app).get(f"/moderation/eintrag/{number}")[1]
    sentence = "Das hat eine Meldung entschieden. Zurück holt es nur ein Widerspruch bei dieser Meldung."
    assert (page.count(sentence), page.count("Rückgängig: ")) == (1, 0)
    assert page.count(f'<a href="/moderation/meldungen/{number}">Meldung ansehen</a>') == 1


def undo_of(report: Report, actor: Actor) -> Decision:
    assert report.decision_id is not None
    return moderation.undo(report.decision_id, actor, NOW)


def test_what_is_refused_leaves_everything_as_it_was(app: Flask) -> None:
    report, actor = reported(), somebody()
    for reasons in ("", "kurz"):
        with pytest.raises(InvalidInput):
            decided(report, actor, reasons=reasons)
    db.session.rollback()
    assert (report.status, entry_of(report).status, len(events())) == (Status.RECEIVED, EntryStatus.APPROVED, 1)


def test_taking_reports_over_says_who_looks_at_them(app: Flask) -> None:
    report, actor = reported(), somebody()
    assert services.take(report.entry_number, actor, NOW) == 1
    assert services.take(report.entry_number, actor, NOW) == 0
    assert (report.status, report.taken_by_id) == (Status.TAKEN, actor.staff_id)


def test_the_log_of_reports_is_only_ever_added_to(app: Flask) -> None:
    reported()
    statements = (
        "UPDATE report_event SET actor = 'nobody'",
        "DELETE FROM report_event",
        "INSERT OR REPLACE INTO report_event SELECT * FROM report_event"
        if db.engine.dialect.name == "sqlite"
        else "TRUNCATE report_event",
    )
    for statement in statements:
        with pytest.raises(sa.exc.DBAPIError):
            db.session.execute(sa.text(statement))
        db.session.rollback()
    assert events() == [("received", "reporter", None)]


def test_what_a_reporter_said_goes_in_time_and_the_decision_stays(app: Flask) -> None:
    report = decided(reported(), somebody(), Outcome.KEEP)
    services.add_word(report.code, "Es ist die zweite Bank.", NOW)
    waiting = reported(email="carl@example.com")
    newest_mail(NOW)
    assert sender_of(report) == Sender("Berta Beispiel", "berta@example.com")
    assert erase_reports(NOW + 44 * DAY - HOUR) == 0
    assert erase_reports(NOW + 44 * DAY) == 1
    db.session.expire_all()
    assert (report.sealed_sender, report.statement, report.reporter_key, report.stated_reasons) == (
        None,
        None,
        None,
        REASONS,
    )
    assert db.session.scalars(sa.select(ReportWord)).all() == []
    assert (waiting.sealed_sender is None, erase_reports(NOW + 400 * DAY)) == (False, 0)
    assert [name for name, *_ in events()][-1] == Event.ERASED
    purposes = db.session.scalars(sa.text("SELECT purpose FROM outbox_mail")).all()
    assert purposes == ["report receipt"]


@ON_SQLITE
def test_whoever_reports_fifty_pictures_is_shown_as_such(app: Flask) -> None:
    actor = somebody()
    reports = [reported() for _ in range(50)]
    for report in reports[:3]:
        decided(report, actor, Outcome.KEEP)
    record = queries.records_of(reports)[reports[0].id]
    assert (record.sent, record.decided, record.kept, record.is_many) == (50, 3, 3, True)
    assert not queries.records_of([reported(email="carl@example.com")]).popitem()[1].is_many


@ON_SQLITE
def test_the_most_urgent_and_oldest_reports_come_first(app: Flask) -> None:
    late = reported(kind=Kind.ADVERTISING, at=NOW + HOUR)
    early = reported(kind=Kind.COPYRIGHT, at=NOW)
    urgent = reported(kind=Kind.ABUSE, at=NOW + 2 * HOUR)
    child = reported(kind=Kind.CHILD, at=NOW + 3 * HOUR)
    found = queries.reported_pictures(current_contest())
    assert [one.entry.number for one in found] == [one.entry_number for one in (urgent, child, early, late)]
    assert queries.open_reports(current_contest()) == 4


@ON_SQLITE
def test_figures_say_how_reports_ended_and_how_long_it_took(app: Flask) -> None:
    actor = somebody()
    decided(reported(), actor, Outcome.KEEP, NOW + HOUR)
    decided(reported(), actor, Outcome.KEEP, NOW + 3 * HOUR)
    decided(reported(kind=Kind.CHILD), actor, Outcome.HIDE, NOW + 8 * HOUR)
    reported()
    figures = queries.figures(current_contest())
    assert figures.ended == {(Kind.SHOWN, Outcome.KEEP): 2, (Kind.CHILD, Outcome.HIDE): 1}
    assert (figures.open, figures.objections, figures.time) == (1, 0, 3 * HOUR)


@ON_SQLITE
def test_a_picture_that_is_shown_again_although_it_was_taken_out_is_named(app: Flask) -> None:
    actor = somebody()
    report = decided(reported(), actor)
    assert queries.shown_again(current_contest(), NOW) == []
    moderation.approve(report.entry_number, actor, NOW, SEEN)
    assert queries.shown_again(current_contest(), NOW) == [report.entry_number]


@ON_SQLITE
def test_a_picture_that_is_shown_again_without_having_been_blurred_is_named(app: Flask) -> None:
    actor, entry = somebody(), shown(public=True)
    decided(reported(entry), actor, Outcome.BLUR)
    moderation.approve(entry.number, actor, NOW, SEEN)
    assert queries.shown_again(current_contest(), NOW) == [entry.number]
    blurred(entry)
    assert queries.shown_again(current_contest(), NOW) == []
    undo_last(entry.number, actor, NOW)
    assert queries.shown_again(current_contest(), NOW) == [entry.number]
