"""What reporters said of themselves goes when its time is over, as the privacy page promises; the decisions stay."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from campaign.extensions import db
from campaign.mail.models import MailStatus, OutboxMail
from campaign.mail.services import recipient_key
from campaign.reports.deciding import DECISION, sender_of
from campaign.reports.lifecycle import Event, Status
from campaign.reports.log import note
from campaign.reports.models import Report, ReportWord
from campaign.reports.rules import ADDRESS_LIFETIME, OBJECTION
from campaign.reports.services import RECEIPT
from campaign.staff.actors import PROGRAM

BATCH = 200


def erase_reports(now: datetime) -> int:
    """Erase names, addresses and explanations of reports 30 days after nobody can object any more.

    Returns how many reports it were; commits in parts; safe to run again.
    """
    erased = 0
    while True:
        found = _erase(now)
        erased += found
        if found < BATCH:
            return erased


def _erase(now: datetime) -> int:
    over = sa.or_(
        sa.and_(Report.status == Status.DECIDED, Report.decided_at <= now - OBJECTION - ADDRESS_LIFETIME),
        sa.and_(Report.status == Status.SETTLED, Report.settled_at <= now - ADDRESS_LIFETIME),
    )
    due = sa.select(Report).where(over, Report.erased_at.is_(None)).order_by(Report.id).limit(BATCH)
    reports = db.session.scalars(due.with_for_update().execution_options(populate_existing=True)).all()
    for report in reports:
        _forget(report, now)
    db.session.flush()
    for report in reports:
        note(report, Event.ERASED, PROGRAM, now, report.status)
    db.session.commit()
    return len(reports)


def _forget(report: Report, now: datetime) -> None:
    sender = sender_of(report)
    if sender:
        # A mail's row holds a key of the address, too.
        mails = sa.delete(OutboxMail).where(OutboxMail.purpose.in_((RECEIPT, DECISION)), OutboxMail.created_at < now)
        left = OutboxMail.status.in_((MailStatus.SENT, MailStatus.FAILED))
        db.session.execute(mails.where(OutboxMail.recipient_key == recipient_key(sender.address), left))
    db.session.execute(sa.delete(ReportWord).where(ReportWord.report_id == report.id))
    report.sealed_sender = report.statement = report.reporter_key = None
    report.erased_at = now
