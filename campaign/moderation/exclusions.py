"""Excluding an approved entry, and letting it take part again: one account proposes, another one decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.errors import N_, Conflict
from campaign.extensions import db
from campaign.moderation.acts import begin, complete
from campaign.moderation.exclusion_rules import check_answer, check_proposal
from campaign.moderation.models import Action, Decision, Exclusion, ExclusionKind, ExclusionOutcome
from campaign.moderation.queries import with_all
from campaign.moderation.reasons import Reason, check_text
from campaign.moderation.taking_back import check_not_final
from campaign.staff.actors import Actor

# What follows from a proposal or from its answer in the same transaction, the last before its commit.
Then: TypeAlias = Callable[[Exclusion, Decision], None]


def _nothing(_proposal: Exclusion, _decision: Decision) -> None:
    """Nothing follows."""


def propose(
    number: int,
    kind: ExclusionKind,
    actor: Actor,
    now: datetime,
    *,
    reason: Reason | None,
    text: str | None,
    then: Then = _nothing,
) -> Decision:
    """Propose that an approved entry leaves the contest, or that an excluded one comes back; commits.

    The entry stays as it is until another account decides.

    Raises:
        InvalidInput: „Anderer Grund“ comes without words, or the text is too long.
        NotFound: there is no such entry.
        Conflict: its status does not admit that, something is proposed already, or it was taken back for good.
        NotAllowed: the act has no account: a proposal is somebody's.
    """
    words = check_text(reason, text)
    entry, decision = begin(number, Action.PROPOSE_EXCLUSION, actor, now)
    check_not_final(number)
    proposer = check_proposal(kind, entry.status, open_proposal(number) is not None, actor.staff_id)
    decision.reason, decision.text = (reason.value if reason else None), words
    proposal = Exclusion(
        entry_number=number,
        kind=kind,
        reason=decision.reason,
        text=words,
        proposed_by=proposer,
        proposer=actor.name,
        proposed_at=now,
    )
    db.session.add(proposal)
    return _finish(entry, decision, proposal, then)


def confirm(number: int, actor: Actor, now: datetime, *, then: Then = _nothing) -> Decision:
    """Do what another account proposed; commits.

    Raises:
        NotFound: there is no such entry.
        Conflict: nothing is proposed, the entry does not stand as it did, or it is to come back and was taken back for
            good meanwhile.
        NotAllowed: the same account proposed it.
    """
    entry, decision = begin(number, Action.DISQUALIFY, actor, now)
    proposal = _open(number)
    check_answer(proposal.kind, entry.status, proposal.proposed_by, actor.staff_id)
    decision.reason, decision.text = proposal.reason, proposal.text
    _answer(proposal, ExclusionOutcome.CONFIRMED, actor, now)
    if proposal.kind is ExclusionKind.LIFT:
        check_not_final(number)
        decision.action, entry.status = Action.REOPEN, Status.APPROVED
    else:
        entry.status = Status.DISQUALIFIED
    return _finish(entry, decision, proposal, then)


def drop(number: int, text: str | None, actor: Actor, now: datetime, *, then: Then = _nothing) -> Decision:
    """Put a proposal aside, one's own or another's: the entry stays as it is; commits.

    Raises:
        InvalidInput: the text is too long.
        NotFound: there is no such entry.
        Conflict: nothing is proposed.
    """
    words = check_text(None, text)
    entry, decision = begin(number, Action.DROP_EXCLUSION, actor, now)
    proposal = _open(number)
    _answer(proposal, ExclusionOutcome.DROPPED, actor, now)
    decision.text = words
    return _finish(entry, decision, proposal, then)


def open_proposal(number: int) -> Exclusion | None:
    """Return what is proposed about an entry and waits for a second account."""
    return db.session.scalar(sa.select(Exclusion).filter_by(entry_number=number, outcome=None))


def open_proposals(contest: Contest) -> Sequence[tuple[Exclusion, Entry]]:
    """Return what waits for a second account, the oldest first, with the entries."""
    query = with_all().add_columns(Exclusion).join(Exclusion, Exclusion.entry_number == Entry.number)
    mine = query.where(Entry.contest_id == contest.id, Exclusion.outcome.is_(None))
    return [(proposal, entry) for entry, proposal in db.session.execute(mine.order_by(Exclusion.id))]


def _open(number: int) -> Exclusion:
    found = open_proposal(number)
    if found is None:
        raise Conflict(N_("Für dieses Bild ist nichts mehr vorgeschlagen. Sieh dir seinen Verlauf an."))
    return found


def _answer(proposal: Exclusion, outcome: ExclusionOutcome, actor: Actor, now: datetime) -> None:
    proposal.outcome, proposal.decided_by, proposal.decided_at = outcome, actor.staff_id, now


def _finish(entry: Entry, decision: Decision, proposal: Exclusion, then: Then) -> Decision:
    complete(entry, decision)
    then(proposal, decision)
    db.session.commit()
    return decision
