"""Decisions about reports: what becomes of the picture, of the reports, and who is told, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from campaign.codes import new_receipt_code
from campaign.entries.lifecycle import Status as EntryStatus
from campaign.entries.lifecycle import check_move
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.entries.uses import Use, has_right
from campaign.errors import N_, CampaignError, InvalidInput
from campaign.extensions import db, keyring
from campaign.mail.services import enqueue
from campaign.moderation import exclusions
from campaign.moderation.acts import begin, complete, has_picks
from campaign.moderation.models import Action, Decision, ExclusionKind
from campaign.moderation.queries import last_move
from campaign.moderation.reasons import Reason
from campaign.moderation.rules import check_approvable
from campaign.reports import rules
from campaign.reports.keys import Sender, unseal_sender
from campaign.reports.lifecycle import Event, Ground, Outcome, Status
from campaign.reports.log import note
from campaign.reports.mails import decision as decision_mail
from campaign.reports.models import Report
from campaign.reports.services import follow
from campaign.rights import services as rights
from campaign.staff.actors import Actor
from campaign.uploads.news import note_change

DECISION = "report decision"


@dataclass(frozen=True)
class Verdict:
    """What is decided, on what it rests, and why, in words that both sides read; `reason` is for the entry."""

    outcome: Outcome
    ground: Ground | None
    reason: Reason
    reasons: str


def decide(number: int, ids: Collection[int], verdict: Verdict, actor: Actor, now: datetime) -> None:
    """Decide reports of one picture; tells their senders by mail, and the creator where there is an address.

    A picture that is not shown any more stays so, whatever is decided. Reports that have been objected to are settled.
    Nobody hides alone what has votes: that becomes a proposal to exclude it, and the reports stay open meanwhile.

    Raises:
        InvalidInput: reasons or ground are missing, or no report was chosen.
        NotFound: there is no such picture.
        Conflict: a report is decided already, what has votes waits for a second person already, or a picture that is to
            come back lacks what a public one needs.
        NotAllowed: it is an objection to a decision of the same person.
    """
    reasons = rules.check_reasons(verdict.reasons, verdict.outcome, verdict.ground)
    entry = get_entry(number, lock=True)
    reports = _chosen(number, ids)
    for report in reports:
        rules.check_decidable(report.facts, actor.staff_id)
    if _needs_two(entry, verdict.outcome):
        exclusions.propose(number, ExclusionKind.EXCLUDE, actor, now, reason=verdict.reason, text=reasons)
        return
    _settle(entry, reports, verdict, actor, now)
    _close(entry, verdict.outcome, actor, now)


def _settle(entry: Entry, reports: Sequence[Report], verdict: Verdict, actor: Actor, now: datetime) -> None:
    """Do what is decided, write it down and tell the reporters, without a commit."""
    before = [report.status for report in reports]
    decision = _carry_out(entry, reports, verdict, actor, now)
    for report in reports:
        _fill(report, verdict, actor, now)
        report.decision_id = decision.id if decision else report.decision_id
    fresh = [report for report in reports if report.status is Status.DECIDED]
    if verdict.outcome is not Outcome.KEEP and fresh:
        # One code for all of them: the creator is told of one decision.
        fresh[0].creator_code = new_receipt_code()
    db.session.flush()
    follow(entry)
    _tell(reports, now)
    for report, stood in zip(reports, before, strict=True):
        settled = report.status is Status.SETTLED
        note(report, Event.SETTLED if settled else Event.DECIDED, actor, now, stood)


def sender_of(report: Report) -> Sender | None:
    """Return who reported a picture; None: they did not say, or it is erased, or sealed under another key."""
    try:
        return unseal_sender(keyring(), report.sealed_sender) if report.sealed_sender else None
    except CampaignError:
        return None


def _chosen(number: int, ids: Collection[int]) -> Sequence[Report]:
    query = sa.select(Report).where(Report.entry_number == number, Report.id.in_(ids)).order_by(Report.id)
    reports = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    if not reports:
        raise InvalidInput(N_("Wähl aus, über welche Meldung du entscheidest."))
    return reports


def _needs_two(entry: Entry, outcome: Outcome) -> bool:
    return outcome is Outcome.HIDE and entry.status is EntryStatus.APPROVED and has_picks(entry.number)


def _carry_out(
    entry: Entry, reports: Sequence[Report], verdict: Verdict, actor: Actor, now: datetime
) -> Decision | None:
    """Change the entry as decided, without a commit; returns its decision, None where it stays as it is."""
    hides = {Outcome.HIDE: (EntryStatus.PENDING, EntryStatus.APPROVED), Outcome.BLUR: (EntryStatus.APPROVED,)}
    if entry.status in hides.get(verdict.outcome, ()):
        reason = Reason.PEOPLE if verdict.outcome is Outcome.BLUR else verdict.reason
        return _reject(entry, reason, verdict.reasons, actor, now)
    hidden_by = last_move(entry.number)
    came_of = {report.decision_id for report in reports}
    if verdict.outcome is Outcome.KEEP and hidden_by is not None and hidden_by.id in came_of:
        _restore(hidden_by, actor, now)
    return None


def _reject(entry: Entry, reason: Reason, reasons: str, actor: Actor, now: datetime) -> Decision:
    entry, decision = begin(entry.number, Action.REJECT, actor, now)
    check_move(entry.status, EntryStatus.REJECTED)
    decision.reason, decision.text = reason.value, reasons.strip()
    entry.status, entry.intake_reasons = EntryStatus.REJECTED, []
    complete(entry, decision)
    return decision


def _restore(undone: Decision, actor: Actor, now: datetime) -> None:
    """Give an entry back the status that a report took from it, now that an objection to that is right.

    What was said of it since stays.
    """
    entry, decision = begin(undone.entry_number, Action.UNDO, actor, now)
    if undone.status_before is EntryStatus.APPROVED:
        check_approvable(entry.town_ags, entry.picture_state, entry.people, entry.alt_text)
    decision.undoes_id = undone.id
    entry.status = undone.status_before
    complete(entry, decision)


def _fill(report: Report, verdict: Verdict, actor: Actor, now: datetime) -> None:
    status = rules.final_status(report.status)
    found: dict[str, object] = {"outcome": verdict.outcome, "ground": verdict.ground}
    found["reasons"] = verdict.reasons.strip()
    if status is Status.SETTLED:
        values = {f"settled_{name}": value for name, value in found.items()}
        values |= {"settled_by_id": actor.staff_id, "settled_at": now}
    else:
        values = found | {"decided_by_id": actor.staff_id, "decided_at": now}
    for name, value in values.items():
        setattr(report, name, value)
    report.status = status


def _tell(reports: Sequence[Report], now: datetime) -> None:
    """Write one mail to each reporter whose address we have."""
    by_person: dict[tuple[str, str], list[Report]] = {}
    for report in reports:
        sender = sender_of(report)
        if sender:
            by_person.setdefault((sender.address, report.language), []).append(report)
    for (address, _), theirs in by_person.items():
        enqueue(DECISION, decision_mail(theirs, address), now)


def _close(entry: Entry, outcome: Outcome, actor: Actor, now: datetime) -> None:
    if outcome is Outcome.REVOKE and has_right(entry, Use.WEB, now):
        note_change(entry.number, now)
        # Commits all of it, last as everywhere.
        rights.revoke(entry.number, actor, now)
        return
    db.session.commit()
