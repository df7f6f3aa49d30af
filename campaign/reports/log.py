"""What happens to a report is written twice: into its own log and into the audit log, in the same transaction."""

from __future__ import annotations

from datetime import datetime

from campaign.extensions import db
from campaign.reports.lifecycle import Event, Status
from campaign.reports.models import Report, ReportEvent
from campaign.staff import audit
from campaign.staff.actors import Actor


def note(report: Report, what: Event, actor: Actor, now: datetime, before: Status | None = None) -> None:
    """Write down what happened, last before the commit; nothing that people outside the staff said goes along."""
    decided = what in (Event.DECIDED, Event.SETTLED)
    told = {"outcome": report.stands, "ground": report.stated_ground} if decided else {}
    event = ReportEvent(report_id=report.id, at=now, staff_id=actor.staff_id, actor=actor.name, what=what, **told)
    event.reasons = report.stated_reasons if decided else None
    db.session.add(event)
    db.session.flush()
    after = {"status": report.status, "entry": report.entry_number, "event": event.id, **told}
    stood = {"status": before} if before else None
    audit.record(actor, f"report.{what}", f"report:{report.id}", now, before=stood, after=after)
