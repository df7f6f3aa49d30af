"""Putting an entry aside for later, and taking it up again: also what was rejected."""

from __future__ import annotations

from datetime import datetime

from campaign.entries.lifecycle import Status
from campaign.moderation.acts import begin, finish
from campaign.moderation.declining import check_not_declined
from campaign.moderation.models import Action, Decision
from campaign.moderation.reasons import ParkReason, check_park_text
from campaign.moderation.rules import check_park, check_reopen
from campaign.moderation.taking_back import check_not_final
from campaign.staff.actors import Actor


def park(number: int, reason: ParkReason, text: str | None, actor: Actor, now: datetime) -> Decision:
    """Put a waiting entry aside, with what it waits for; commits. What is put aside already gets the new reason.

    Raises:
        InvalidInput: „Anderes“ comes without words, or the text is too long.
        NotFound: there is no such entry.
        Conflict: it does not wait.
    """
    words = check_park_text(reason, text)
    entry, decision = begin(number, Action.PARK, actor, now)
    decision.reason, decision.text = reason.value, words
    check_park(entry.status)
    entry.parked_at = now
    return finish(entry, decision)


def reopen(number: int, actor: Actor, now: datetime) -> Decision:
    """Let an entry wait at the desk again that was rejected or put aside; commits.

    Raises:
        NotFound: there is no such entry.
        Conflict: it is neither, a rule keeps it out, its creator has taken it back, or nobody allowed to show it.
    """
    entry, decision = begin(number, Action.REOPEN, actor, now)
    check_not_final(number)
    check_not_declined(number)
    check_reopen(entry.status, entry.parked_at is not None, bool(entry.intake_reasons))
    entry.status, entry.parked_at = Status.PENDING, None
    return finish(entry, decision)
