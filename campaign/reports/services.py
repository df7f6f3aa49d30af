"""Reporting a picture, adding to a report, objecting: each public function is one act and commits once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign import codes
from campaign.contests.services import current_contest
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.errors import N_, InvalidInput, NotFound
from campaign.extensions import db, keyring, one_at_a_time
from campaign.mail.addresses import parse_address
from campaign.mail.confirmation import MAILS_PER_HOUR, Visitor
from campaign.mail.models import OutboxMail
from campaign.mail.services import enqueue, recipient_key
from campaign.reports import rules
from campaign.reports.keys import Sender, nameless_key, person_key, seal_sender
from campaign.reports.lifecycle import OPEN, Event, Kind, Party, Status
from campaign.reports.log import note
from campaign.reports.mails import receipt
from campaign.reports.models import Report, ReportWord
from campaign.reports.queries import report_by_code
from campaign.staff.actors import CREATOR, REPORTER, Actor

RECEIPT = "report receipt"
NO_NAME = N_("Wer meldet das Bild? Trag deinen Namen ein.")
ACTORS = {Party.REPORTER: REPORTER, Party.CREATOR: CREATOR}


@dataclass(frozen=True)
class Notice:
    """What the form says: the picture's number, what is wrong with it, why, and the name of who says so."""

    number: int
    kind: Kind
    statement: str
    name: str


def report_picture(notice: Notice, visitor: Visitor, now: datetime) -> str:
    """Write a report with its receipt by mail; returns the reporter's code.

    The same report sent again within an hour is the same report. Whoever reports sexual violence against children may
    leave name and address out.

    Raises:
        InvalidInput: something is missing, or the address is not one.
        NotFound: there is no such picture.
    """
    statement = rules.check_statement(notice.statement)
    sender, key = _sender(notice, visitor)
    one_at_a_time(key)
    known = _sent_before(notice.number, statement, key, now)
    if known is not None:
        db.session.commit()
        return known
    entry = get_entry(notice.number, lock=True)
    report = _written(entry, notice, visitor, now)
    report.statement, report.reporter_key = statement, key
    report.sealed_sender = seal_sender(keyring(), sender) if sender else None
    db.session.add(report)
    db.session.flush()
    follow(entry)
    if sender:
        _send_receipt(report, sender.address, now)
    note(report, Event.RECEIVED, REPORTER, now)
    db.session.commit()
    return report.code


def add_word(code: str, text: str, now: datetime) -> None:
    """Add something to a report, by the code of the reporter or of the person whose picture it is.

    Raises:
        NotFound: no report has that code.
        InvalidInput: there is nothing, or too much.
        Conflict: there are as many additions as there may be.
    """
    report, party, _ = _locked(code)
    _say(report, party, text, now)
    note(report, Event.WORD, ACTORS[party], now, report.status)
    db.session.commit()


def object_to(code: str, text: str, now: datetime) -> None:
    """Object to the decision about a report, once; another person than before decides then.

    What was decided in one act comes back as one.

    Raises:
        NotFound: no report has that code.
        InvalidInput: there is nothing, or too much.
        Conflict: this side cannot object (any more).
    """
    report, party, entry = _locked(code)
    rules.check_objection(report.facts, party, now)
    _say(report, party, text, now)
    again = _decided_with(report) if party is Party.CREATOR else [report]
    for one in again:
        one.status, one.objected_by, one.objected_at = Status.OBJECTED, party, now
    db.session.flush()
    follow(entry)
    for one in again:
        note(one, Event.OBJECTED, ACTORS[party], now, Status.DECIDED)
    db.session.commit()


def take(number: int, actor: Actor, now: datetime) -> int:
    """Note that somebody of the staff looks at the new reports of a picture; returns how many there were."""
    get_entry(number, lock=True)
    query = sa.select(Report).filter_by(entry_number=number, status=Status.RECEIVED).order_by(Report.id)
    reports = db.session.scalars(query.with_for_update()).all()
    for report in reports:
        report.status, report.taken_by_id = Status.TAKEN, actor.staff_id
        note(report, Event.TAKEN, actor, now, Status.RECEIVED)
    db.session.commit()
    return len(reports)


def follow(entry: Entry) -> None:
    """Let an entry (locked) say since when a report about it is open; part of the caller's transaction."""
    since = sa.func.min(sa.func.coalesce(Report.objected_at, Report.received_at), type_=Report.received_at.type)
    open_ones = sa.select(since).where(Report.entry_number == entry.number, Report.status.in_(OPEN))
    entry.reported_at = db.session.scalar(open_ones)


def _sender(notice: Notice, visitor: Visitor) -> tuple[Sender | None, str]:
    slug, name = current_contest().slug, notice.name.strip()
    if not visitor.address.strip() and not rules.needs_sender(notice.kind):
        return None, nameless_key(keyring(), slug, visitor.remote_address)
    if not name and rules.needs_sender(notice.kind):
        raise InvalidInput(NO_NAME)
    address = parse_address(visitor.address)
    return Sender(name, address.deliverable), person_key(keyring(), slug, address.canonical)


def _sent_before(number: int, statement: str, key: str, now: datetime) -> str | None:
    same = sa.select(Report.code).filter_by(entry_number=number, reporter_key=key, statement=statement)
    return db.session.scalar(same.where(Report.received_at > now - rules.AGAIN).limit(1))


def _written(entry: Entry, notice: Notice, visitor: Visitor, now: datetime) -> Report:
    return Report(
        contest_id=entry.contest_id,
        entry_number=entry.number,
        status=Status.RECEIVED,
        kind=notice.kind,
        code=codes.new_receipt_code(),
        language=visitor.language,
        received_at=now,
    )


def _send_receipt(report: Report, address: str, now: datetime) -> None:
    # Nobody has confirmed that the address is theirs: it must not be flooded by us.
    query = sa.select(sa.func.count()).select_from(OutboxMail).where(OutboxMail.created_at > now - timedelta(hours=1))
    sent = db.session.scalar(query.filter_by(recipient_key=recipient_key(address), purpose=RECEIPT)) or 0
    if sent < MAILS_PER_HOUR:
        enqueue(RECEIPT, receipt(report, address), now)


def _locked(code: str) -> tuple[Report, Party, Entry]:
    """Return a report and its entry, both locked, in the order that everybody keeps."""
    found, party = report_by_code(code)
    entry = get_entry(found.entry_number, lock=True)
    query = sa.select(Report).filter_by(id=found.id).with_for_update().execution_options(populate_existing=True)
    report = db.session.scalar(query)
    if report is None:
        raise NotFound(N_("Zu diesem Code gibt es keine Meldung. Vergleich ihn Zeichen für Zeichen."))
    return report, party, entry


def _say(report: Report, party: Party, text: str, now: datetime) -> None:
    query = sa.select(sa.func.count()).select_from(ReportWord).where(ReportWord.report_id == report.id)
    words = rules.check_word(text, db.session.scalar(query) or 0)
    db.session.add(ReportWord(report_id=report.id, party=party, text=words, said_at=now))


def _decided_with(report: Report) -> Sequence[Report]:
    """Return the reports that the same act decided: the person whose picture it is was told of them as one."""
    same = sa.select(Report).filter_by(
        entry_number=report.entry_number, decided_at=report.decided_at, status=Status.DECIDED
    )
    return db.session.scalars(same.order_by(Report.id).with_for_update()).all()
