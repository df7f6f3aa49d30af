"""Asking for a right: when one may, how long the answer has, and what it allows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from campaign.entries.lifecycle import Status
from campaign.entries.uses import EntryFacts, Use, has_right
from campaign.errors import N_, Conflict
from campaign.rights.rules import USUAL_USES

ANSWER_TIME: Final = timedelta(days=14)
REMIND_AFTER: Final = timedelta(days=7)
# So long before a grant ends staff are shown that it does.
ENDING: Final = timedelta(days=90)
TAKING_PART: Final = frozenset({Status.PENDING, Status.APPROVED})


class RequestFacts(Protocol):
    """What the rules know of a request or a grant; whoever answered or revoked is named."""

    @property
    def status(self) -> str: ...
    @property
    def answered_by(self) -> str | None: ...
    @property
    def revoked_by(self) -> str | None: ...


def check_askable(number: int, entry: EntryFacts, history: Iterable[RequestFacts], creator: str, now: datetime) -> None:
    """Raise Conflict unless somebody may be asked for the rights of an entry.

    `creator` is the name under which people answer for themselves: who has said no is not asked again.
    """
    known = list(history)
    if entry.status not in TAKING_PART:
        raise Conflict(N_("Das Bild %(number)s nimmt nicht teil. Dafür braucht es keine Erlaubnis."), number=number)
    if any(one.status == "requested" for one in known):
        raise Conflict(N_("Für das Bild %(number)s läuft schon eine Anfrage."), number=number)
    if all(has_right(entry, use, now) for use in USUAL_USES):
        raise Conflict(
            N_("Für das Bild %(number)s liegt schon eine Erlaubnis vor. Widerruf sie zuerst."), number=number
        )
    if any(_is_no(one, creator) for one in known):
        raise Conflict(
            N_("Die Person hat für das Bild %(number)s schon Nein gesagt. Frag sie nicht noch einmal."), number=number
        )


def is_reminder_due(requested_at: datetime, reminded_at: datetime | None, now: datetime) -> bool:
    """Return whether somebody who has not answered is to be reminded: after a week, and once."""
    return reminded_at is None and requested_at + REMIND_AFTER <= now


def uses_of_answer(*, advertising: bool) -> tuple[Use, ...]:
    """Return what a yes allows."""
    return (*USUAL_USES, Use.ADVERTISING) if advertising else USUAL_USES


def stand_of(names: Sequence[str], wording_version: str) -> str:
    """Return in few characters which pictures and which wording a page showed, to be sent along with the answer."""
    return hashlib.sha256("\n".join([wording_version, *names]).encode()).hexdigest()[:16]


def _is_no(one: RequestFacts, creator: str) -> bool:
    return (one.status == "declined" and one.answered_by == creator) or (
        one.status == "revoked" and one.revoked_by == creator
    )
