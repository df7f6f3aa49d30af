"""What may be said about a report, who may decide it, how long it holds; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from campaign.errors import N_, Conflict, InvalidInput, NotAllowed
from campaign.reports.lifecycle import NAMELESS, OPEN, Ground, Kind, Outcome, Party, Status

STATEMENT: Final = (20, 3000)
WORD_LENGTH: Final = 2000
WORDS: Final = 10
REASONS: Final = (15, 500)
NAME_LENGTH: Final = 100
OBJECTION: Final = timedelta(days=14)
ADDRESS_LIFETIME: Final = timedelta(days=30)
# The same form sent once more, by a second tap or a reload.
AGAIN: Final = timedelta(hours=1)
# From so many reports on somebody is shown as one who reports a lot (Art. 23 DSA).
MANY, MANY_UNFOUNDED = 20, 5


@dataclass(frozen=True)
class Facts:
    """How a report stands."""

    status: Status
    outcome: Outcome | None = None
    decided_by: int | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Record:
    """How many reports somebody has sent, how many were decided, and in how many of these the picture stayed."""

    sent: int
    decided: int = 0
    kept: int = 0

    @property
    def is_many(self) -> bool:
        """Return whether staff should know that this person reports a lot, or mostly without ground."""
        return self.sent >= MANY or (self.kept >= MANY_UNFOUNDED and 2 * self.kept >= self.decided)


def needs_sender(kind: Kind) -> bool:
    """Return whether name and address are asked for."""
    return kind not in NAMELESS


def check_statement(text: str) -> str:
    """Return an explanation without spaces around it.

    Raises:
        InvalidInput: it explains nothing, or too much.
    """
    words, (shortest, longest) = text.strip(), STATEMENT
    if len(words) < shortest:
        raise InvalidInput(N_("Erklär uns in ein, zwei Sätzen, was an dem Bild nicht in Ordnung ist."))
    if len(words) > longest:
        raise InvalidInput(N_("Der Text ist zu lang. Kürze ihn auf %(length)s Zeichen."), length=longest)
    return words


def check_word(text: str, said: int) -> str:
    """Return what somebody adds to a report that has so many additions already.

    Raises:
        InvalidInput: there is nothing, or too much.
        Conflict: there are as many additions as there may be.
    """
    words = text.strip()
    if not words:
        raise InvalidInput(N_("Schreib dazu, was wir noch wissen sollten."))
    if len(words) > WORD_LENGTH:
        raise InvalidInput(N_("Der Text ist zu lang. Kürze ihn auf %(length)s Zeichen."), length=WORD_LENGTH)
    if said >= WORDS:
        raise Conflict(
            N_("Mehr lässt sich zu dieser Meldung nicht ergänzen. Wir haben alles, was du geschrieben hast.")
        )
    return words


def check_reasons(text: str, outcome: Outcome, ground: Ground | None) -> str:
    """Return the reasons of a decision without spaces around them.

    Raises:
        InvalidInput: they are missing or too long, or it is not said on what the decision rests.
    """
    words, (shortest, longest) = text.strip(), REASONS
    if len(words) < shortest:
        raise InvalidInput(N_("Begründe die Entscheidung in einem Satz: Beide Seiten lesen ihn."))
    if len(words) > longest:
        raise InvalidInput(N_("Der Text ist zu lang. Kürze ihn auf %(length)s Zeichen."), length=longest)
    if outcome is not Outcome.KEEP and ground is None:
        raise InvalidInput(N_("Sag, worauf die Entscheidung beruht: auf einem Gesetz oder auf den Regeln."))
    return words


def check_decidable(facts: Facts, confirming: Collection[int | None], staff_id: int | None) -> None:
    """Raise unless this person may decide a report now; `confirming` are those who confirmed the first decision.

    Raises:
        Conflict: it is decided already.
        NotAllowed: it is an objection to their own decision.
    """
    if facts.status not in OPEN:
        raise Conflict(N_("Darüber wurde inzwischen schon entschieden. Lade die Seite neu."))
    if facts.status is Status.OBJECTED and staff_id in (None, facts.decided_by, *confirming):
        raise NotAllowed(N_("Über einen Widerspruch entscheidet jemand anderes als beim ersten Mal."))


def check_blurred(is_blurred: bool) -> None:
    """Raise Conflict unless a picture with votes, of which somebody is to be unrecognisable, is blurred already.

    Hiding it for a while would take votes out of the count, which nobody does alone.
    """
    if not is_blurred:
        raise Conflict(
            N_(
                "Für dieses Bild wurde schon gestimmt, deshalb wird es nicht auf Zeit verborgen. Mach die Menschen"
                " darauf erst unkenntlich und entscheide dann noch einmal, oder nimm das Bild heraus."
            )
        )


def may_object(facts: Facts, party: Party, now: datetime) -> bool:
    """Return whether a side may object to a decision: once, within 14 days, against what it did not want."""
    if facts.status is not Status.DECIDED or facts.outcome is None or facts.decided_at is None:
        return False
    wanted = {Party.REPORTER: (Outcome.HIDE, Outcome.REVOKE), Party.CREATOR: (Outcome.KEEP,)}
    return now < facts.decided_at + OBJECTION and facts.outcome not in wanted[party]


def check_objection(facts: Facts, party: Party, now: datetime) -> None:
    """Raise Conflict unless a side may object to a decision."""
    if not may_object(facts, party, now):
        raise Conflict(N_("Hier ist kein Widerspruch mehr möglich: Er geht einmal, bis 14 Tage nach der Entscheidung."))


def final_status(status: Status) -> Status:
    """Return what a report is once it is decided."""
    return Status.SETTLED if status is Status.OBJECTED else Status.DECIDED
