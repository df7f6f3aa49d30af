"""Decisions about reports: what becomes of the picture, of the reports, and who is told, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from campaign.codes import new_receipt_code
from campaign.entries.lifecycle import Status as EntryStatus
from campaign.entries.lifecycle import check_move
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.errors import N_, CampaignError, Conflict, InvalidInput
from campaign.extensions import db, keyring
from campaign.mail.services import enqueue
from campaign.moderation import exclusions
from campaign.moderation.acts import begin, complete, has_picks
from campaign.moderation.models import Action, Decision, Exclusion, ExclusionKind
from campaign.moderation.queries import blurred_since, last_move
from campaign.moderation.reasons import Reason
from campaign.moderation.rules import check_approvable
from campaign.moderation.taking_back import is_given_up
from campaign.reports import rules
from campaign.reports.keys import Sender, unseal_sender
from campaign.reports.lifecycle import Event, Ground, Outcome, Status
from campaign.reports.log import note
from campaign.reports.mails import decision as decision_mail
from campaign.reports.models import Report
from campaign.reports.services import follow
from campaign.rights import services as rights
from campaign.rights.models import GrantStatus
from campaign.staff.actors import Actor
from campaign.uploads.news import note_change

DECISION = "report decision"


@dataclass(frozen=True)
class Verdict:
    """What is decided, on what it rests, and why, in words that both sides read; `reason` is for the entry.

    `author` is the account that decided so where another one has confirmed it.
    """

    outcome: Outcome
    ground: Ground | None
    reason: Reason
    reasons: str
    author: int | None = None


def decide(number: int, ids: Collection[int], verdict: Verdict, actor: Actor, now: datetime) -> None:
    """Decide reports of one picture; tells their senders by mail, and the creator where there is an address.

    A picture that is not shown any more stays so, whatever is decided. Reports that have been objected to are settled.
    Nobody takes out alone what has votes, nor lets back alone what two have excluded: that becomes a proposal, and its
    answer decides the reports (`reports.proposals`).

    Raises:
        InvalidInput: reasons or ground are missing, or no report was chosen.
        NotFound: there is no such picture.
        Conflict: a report is decided already or waits for a second person, what has votes is to be hidden for a while,
            or a picture that is to come back lacks what a public one needs.
        NotAllowed: it is an objection to a decision of the same person.
    """
    reasons = rules.check_reasons(verdict.reasons, verdict.outcome, verdict.ground)
    entry = get_entry(number, lock=True)
    reports = _chosen(number, ids)
    _check_not_waiting(reports)
    check_decidable(reports, actor)
    kind = _needs_two(entry, reports, verdict.outcome)
    if kind is not None:
        reason = verdict.reason if kind is ExclusionKind.EXCLUDE else None
        wait = partial(_wait, reports, verdict)
        exclusions.propose(number, kind, actor, now, reason=reason, text=reasons, then=wait)
        return
    decision = _carry_out(entry, reports, verdict, actor, now)
    settle(reports, verdict, decision, actor, now)
    db.session.commit()


def check_decidable(reports: Sequence[Report], actor: Actor) -> None:
    """Raise unless somebody may decide these reports.

    Raises:
        Conflict: one is decided already.
        NotAllowed: one is an objection, and this person made the first decision or confirmed it.
    """
    confirmed = sa.select(Decision.staff_id).where(Decision.id.in_([report.decision_id for report in reports]))
    confirming = set(db.session.scalars(confirmed))
    for report in reports:
        rules.check_decidable(report.facts, confirming, actor.staff_id)


def settle(reports: Sequence[Report], verdict: Verdict, decision: Decision | None, actor: Actor, now: datetime) -> None:
    """Write down what is decided of reports and tell the reporters; the last before the caller commits.

    `decision` is what came of it for the entry.
    """
    before = [report.status for report in reports]
    for report in reports:
        _fill(report, verdict, verdict.author or actor.staff_id, now)
        report.decision_id = decision.id if decision else report.decision_id
    fresh = [report for report in reports if report.status is Status.DECIDED]
    if verdict.outcome is not Outcome.KEEP and fresh:
        # One code for all of them: the creator is told of one decision.
        fresh[0].creator_code = new_receipt_code()
    db.session.flush()
    follow(get_entry(reports[0].entry_number))
    _tell(reports, now)
    for report, stood in zip(reports, before, strict=True):
        settled = report.status is Status.SETTLED
        note(report, Event.SETTLED if settled else Event.DECIDED, actor, now, stood)


def follow_rights(entry: Entry, reports: Sequence[Report], outcome: Outcome, actor: Actor, now: datetime) -> None:
    """Revoke what is allowed of a picture, or let hold again what these reports had revoked without ground.

    The caller holds the entry's lock and commits. What its creator has ended meanwhile stays so.
    """
    wrongly = {one.decided_at for one in reports if one.outcome is Outcome.REVOKE and one.decided_at is not None}
    if outcome is Outcome.REVOKE:
        note_change(entry.number, now)
        for one in rights.take_back(entry, actor.name, now):
            rights.note(one, actor, "rights.revoke", now, before=GrantStatus.GRANTED)
    elif outcome is Outcome.KEEP and wrongly and not is_given_up(entry.number):
        note_change(entry.number, now)
        for one in rights.give_back(entry, wrongly, now):
            rights.note(one, actor, "rights.restore", now, before=GrantStatus.REVOKED)


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


def _check_not_waiting(reports: Sequence[Report]) -> None:
    waiting = sa.select(Exclusion.id).where(Exclusion.outcome.is_(None))
    proposed = Report.proposal_id.in_(waiting), Report.id.in_([report.id for report in reports])
    if db.session.scalar(sa.select(sa.exists().where(*proposed))):
        raise Conflict(N_("Darüber entscheidet eine zweite Person: Sie bestätigt den Vorschlag oder verwirft ihn."))


def _needs_two(entry: Entry, reports: Sequence[Report], outcome: Outcome) -> ExclusionKind | None:
    """Return what to propose, None where one person decides.

    Raises:
        Conflict: what has votes is to be hidden for a while: it is blurred at once instead.
    """
    if outcome is Outcome.KEEP:
        is_excluded = entry.status is EntryStatus.DISQUALIFIED and _hidden_by(entry, reports) is not None
        return ExclusionKind.LIFT if is_excluded else None
    if entry.status is not EntryStatus.APPROVED or not has_picks(entry.number):
        return None
    if outcome is Outcome.BLUR:
        rules.check_blurred(_is_blurred(reports))
        return None
    return ExclusionKind.EXCLUDE


def _wait(reports: Sequence[Report], verdict: Verdict, proposal: Exclusion, _decision: Decision) -> None:
    for report in reports:
        report.proposal_id, report.proposed_outcome = proposal.id, verdict.outcome
        report.proposed_ground = verdict.ground


def _is_blurred(reports: Sequence[Report]) -> bool:
    """Return whether people were made unrecognisable since the first of these reports came."""
    since = min(report.received_at for report in reports)
    return db.session.scalar(sa.select(blurred_since(reports[0].entry_number, since))) or False


def _hidden_by(entry: Entry, reports: Sequence[Report]) -> Decision | None:
    """Return the decision that keeps an entry out, where it came of these reports."""
    moved = last_move(entry.number)
    return moved if moved is not None and moved.id in {report.decision_id for report in reports} else None


def _carry_out(
    entry: Entry, reports: Sequence[Report], verdict: Verdict, actor: Actor, now: datetime
) -> Decision | None:
    """Change the entry as decided, without a commit; returns its decision, None where it stays as it is."""
    decision = _move(entry, reports, verdict, actor, now)
    follow_rights(entry, reports, verdict.outcome, actor, now)
    return decision


def _move(entry: Entry, reports: Sequence[Report], verdict: Verdict, actor: Actor, now: datetime) -> Decision | None:
    if verdict.outcome is Outcome.HIDE and entry.status in (EntryStatus.PENDING, EntryStatus.APPROVED):
        return _reject(entry, verdict.reason, verdict.reasons, actor, now)
    if verdict.outcome is Outcome.BLUR and entry.status is EntryStatus.APPROVED and not _is_blurred(reports):
        return _reject(entry, Reason.PEOPLE, verdict.reasons, actor, now)
    hidden_by = _hidden_by(entry, reports) if verdict.outcome is Outcome.KEEP else None
    if hidden_by is not None:
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


def _fill(report: Report, verdict: Verdict, author: int | None, now: datetime) -> None:
    status = rules.final_status(report.status)
    found: dict[str, object] = {"outcome": verdict.outcome, "ground": verdict.ground}
    found["reasons"] = verdict.reasons.strip()
    if status is Status.SETTLED:
        values = {f"settled_{name}": value for name, value in found.items()}
        values |= {"settled_by_id": author, "settled_at": now}
    else:
        values = found | {"decided_by_id": author, "decided_at": now}
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
