"""Taking back what was decided last, for tests."""

from __future__ import annotations

from datetime import datetime

from campaign.moderation.models import Decision
from campaign.moderation.queries import history_of
from campaign.moderation.rules import last_standing
from campaign.moderation.services import undo
from campaign.staff.actors import Actor


def undo_last(number: int, actor: Actor, now: datetime) -> Decision:
    """Undo the last decision of an entry that still stands."""
    latest = last_standing(history_of(number))
    assert latest is not None, "nothing is decided"
    return undo(latest.id, actor, now)
