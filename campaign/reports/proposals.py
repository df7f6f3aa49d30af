"""What was proposed for a report and waits for a second account: its answer decides the report, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from campaign.entries.services import get_entry
from campaign.extensions import db
from campaign.moderation import exclusions
from campaign.moderation.models import Decision, Exclusion
from campaign.moderation.reasons import Reason
from campaign.reports.deciding import Verdict, check_decidable, follow_rights, settle
from campaign.reports.lifecycle import OPEN, Outcome
from campaign.reports.models import Report
from campaign.reports.rules import check_reasons
from campaign.staff.actors import Actor


def waiting_on(proposal: Exclusion | None) -> Sequence[Report]:
    """Return the reports that the answer to a proposal decides."""
    if proposal is None or proposal.outcome is not None:
        return ()
    query = sa.select(Report).where(Report.proposal_id == proposal.id, Report.status.in_(OPEN))
    return db.session.scalars(query.order_by(Report.id)).all()


def confirm(number: int, actor: Actor, now: datetime) -> Decision:
    """Do what another account proposed, and decide the reports that it was proposed for in the same way; commits.

    Raises as `exclusions.confirm` does, and NotAllowed for whoever made the decision that was objected to.
    """
    entry = get_entry(number, lock=True)
    reports = waiting_on(exclusions.open_proposal(number))
    check_decidable(reports, actor)

    def decide(proposal: Exclusion, decision: Decision) -> None:
        if not reports:
            return
        outcome, ground = reports[0].proposed_outcome or Outcome.KEEP, reports[0].proposed_ground
        reason = Reason(proposal.reason) if proposal.reason else Reason.OTHER
        verdict = Verdict(outcome, ground, reason, proposal.text or "", proposal.proposed_by)
        follow_rights(entry, reports, outcome, actor, now)
        settle(reports, verdict, None if outcome is Outcome.KEEP else decision, actor, now)

    return exclusions.confirm(number, actor, now, then=decide)


def drop(number: int, text: str | None, actor: Actor, now: datetime) -> Decision:
    """Put a proposal aside: the picture stays as it is, and the reports are decided so; commits.

    Whoever takes their own proposal back decides nothing: the reports are open as before.

    Raises as `exclusions.drop` does, InvalidInput where the reporters would not learn why, and NotAllowed for whoever
    made the decision that was objected to.
    """
    get_entry(number, lock=True)
    proposal = exclusions.open_proposal(number)
    reports = waiting_on(proposal)
    if proposal is None or not reports or proposal.proposed_by == actor.staff_id:
        return exclusions.drop(number, text, actor, now)
    words = check_reasons(text or "", Outcome.KEEP, None)
    check_decidable(reports, actor)

    def leave(_proposal: Exclusion, _decision: Decision) -> None:
        stands = dict.fromkeys((report.outcome, report.ground) for report in reports)
        for outcome, ground in stands:
            alike = [report for report in reports if (report.outcome, report.ground) == (outcome, ground)]
            settle(alike, Verdict(outcome or Outcome.KEEP, ground, Reason.OTHER, words), None, actor, now)

    return exclusions.drop(number, words, actor, now, then=leave)
