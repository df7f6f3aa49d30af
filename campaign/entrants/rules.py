"""What there is to tell the sender of a photo, and when; pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from campaign.entries.lifecycle import Status

# Decisions about several photos of one person become one mail; the first of them waits no longer than this.
PATIENCE = timedelta(minutes=50)


class Kind(enum.StrEnum):
    """What a mail tells of a photo."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    DISQUALIFIED = "disqualified"
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"
    NO_RIGHT = "no_right"
    UNANSWERED = "unanswered"
    SAID_NO = "said_no"


@dataclass(frozen=True)
class Standing:
    """How an entry stands: its status, the decision that brought it there, whether its creator took it back,
    whether there is a right to show it, and whether a question for that right ended it, by whose no or silence."""

    status: Status
    decision_id: int | None = None
    is_taken_back: bool = False
    has_right: bool = True
    declined: Literal[Kind.UNANSWERED, Kind.SAID_NO] | None = None

    @property
    def kind(self) -> Kind:
        """Return what a mail would tell of it."""
        if self.is_taken_back:
            return Kind.DELETED
        if self.status is Status.REJECTED and self.declined:
            return self.declined
        if self.status is Status.APPROVED and not self.has_right:
            return Kind.NO_RIGHT
        return {
            Status.PENDING: Kind.WAITING,
            Status.APPROVED: Kind.APPROVED,
            Status.REJECTED: Kind.REJECTED,
            Status.DISQUALIFIED: Kind.DISQUALIFIED,
            Status.WITHDRAWN: Kind.WITHDRAWN,
        }[self.status]

    @property
    def key(self) -> str:
        """Return what two mails that tell the same have in common; another refusal has other reasons."""
        with_reasons = self.kind in (Kind.REJECTED, Kind.DISQUALIFIED)
        return f"{self.kind}:{self.decision_id}" if with_reasons else self.kind.value


def is_news(standing: Standing, told: str | None) -> bool:
    """Return whether a person who was told that (None: only that the photo has come) has something to learn."""
    return standing.key != (told or Kind.WAITING.value)


def corrects(standing: Standing, told: str | None) -> bool:
    """Return whether what somebody was told last is wrong now, other than by their own wish."""
    own_wish = standing.kind in (Kind.DELETED, Kind.WITHDRAWN, Kind.SAID_NO)
    return told is not None and told != Kind.WAITING.value and not own_wish


def is_ripe(due: Sequence[datetime], now: datetime) -> bool:
    """Return whether it is time to write to somebody with news that are due at these moments."""
    return bool(due) and min(due) <= now and (max(due) <= now or min(due) + PATIENCE <= now)
