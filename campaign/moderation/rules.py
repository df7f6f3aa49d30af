"""What may be decided about an entry, and what may be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from campaign.entries.lifecycle import People, PictureState, Source, Status
from campaign.errors import N_, Conflict

UNDO, PARK, CREATOR, PROGRAM = "undo", "park", "creator", "program"
# What one person alone does not take back: two decided it, or are about to.
PROPOSALS = frozenset({"propose_exclusion", "drop_exclusion"})
OF_TWO = PROPOSALS | {"disqualify"}
# What says that an entry is not put aside any more.
_TAKES_UP = frozenset({"approve", "reject", "withdraw", "disqualify", "reopen"})


class DecisionFacts(Protocol):
    """What the rules know of a decision."""

    @property
    def id(self) -> int: ...
    @property
    def action(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def undoes_id(self) -> int | None: ...
    @property
    def decided_at(self) -> datetime: ...
    @property
    def status_before(self) -> Status: ...
    @property
    def status_after(self) -> Status: ...
    @property
    def town_after(self) -> str | None: ...
    @property
    def picture_after(self) -> int | None: ...


AnyDecision = TypeVar("AnyDecision", bound=DecisionFacts)


def check_not_settled(current: Status, new: Status) -> None:
    """Raise Conflict when an entry has the wanted status already: somebody was faster."""
    if current is new:
        raise Conflict(N_("Das wurde inzwischen schon so entschieden. Mach mit dem nächsten Bild weiter."))


def check_waits(number: int, current: Status, wanted: Status) -> None:
    """Raise Conflict unless an entry still waits: whoever decides at the desk saw it waiting."""
    check_not_settled(current, wanted)
    if current is not Status.PENDING:
        raise Conflict(
            N_("Über Bild %(number)s hat inzwischen jemand anders entschieden. Dabei bleibt es."), number=number
        )


def check_approvable(town: str | None, picture: PictureState, people: People | None, alt_text: str | None) -> None:
    """Raise Conflict unless the entry has what a public page needs.

    That is a town, a stored picture, a word about recognisable persons (§ 22 KUG) and an alternative text (WCAG 1.1.1).
    """
    if town is None:
        raise Conflict(N_("Ohne Ort lässt sich das Bild nicht freigeben. Setz zuerst den Ort (Taste T)."))
    if picture is not PictureState.STORED:
        raise Conflict(N_("Das Bild selbst fehlt noch. Freigeben geht erst, wenn es gespeichert ist."))
    if people is None:
        raise Conflict(N_("Sag zuerst, ob Menschen zu erkennen sind (Tasten 1 bis 4)."))
    if not alt_text:
        raise Conflict(N_("Ohne Bildbeschreibung lässt sich das Bild nicht freigeben (Taste X)."))


def check_describable(status: Status) -> None:
    """Raise Conflict when the entry is out of the contest: what is said about it is of no use any more."""
    if status in (Status.WITHDRAWN, Status.DISQUALIFIED):
        raise Conflict(N_("Das Bild nimmt nicht mehr teil; was dazu gesagt ist, bleibt."))


def check_town_change(status: Status) -> None:
    """Raise Conflict when the entry is out of the contest: its town is of no use any more."""
    if status in (Status.WITHDRAWN, Status.DISQUALIFIED):
        raise Conflict(N_("Das Bild nimmt nicht mehr teil; sein Ort bleibt, wie er ist."))


def check_picture_change(status: Status) -> None:
    """Raise Conflict when the entry is out of the contest: nobody will see its picture any more."""
    if status in (Status.WITHDRAWN, Status.DISQUALIFIED):
        raise Conflict(N_("Das Bild nimmt nicht mehr teil; es bleibt, wie es ist."))


def needs_still(source: Source, media_type: str, picture: PictureState) -> bool:
    """Return whether staff may add a picture: none has come, it is a film, or staff wrote the entry down themselves."""
    return picture is not PictureState.STORED or media_type == "VIDEO" or source is Source.STAFF


def check_still(source: Source, media_type: str, picture: PictureState) -> None:
    """Raise Conflict when the post has brought its own picture: that is the one that takes part."""
    if not needs_still(source, media_type, picture):
        raise Conflict(N_("Dieser Beitrag hat sein eigenes Bild. Ein anderes lässt sich nicht dafür einsetzen."))


def check_park(status: Status) -> None:
    """Raise Conflict unless an entry waits: what is decided needs no more time."""
    if status is not Status.PENDING:
        raise Conflict(N_("Parken lässt sich nur ein Bild, das noch wartet."))


def check_reopen(status: Status, is_parked: bool, kept_out: bool) -> None:
    """Raise Conflict unless an entry is rejected by a person, or put aside: only that can be taken up again."""
    if status is Status.REJECTED and kept_out:
        raise Conflict(N_("Eine Regel hält dieses Bild draußen. Gib es frei, oder ändere die Regel für das Konto."))
    if status is not Status.REJECTED and not (status is Status.PENDING and is_parked):
        raise Conflict(N_("Wieder aufnehmen lässt sich nur, was abgelehnt oder geparkt ist."))


def check_not_voted_out(has_votes: bool) -> None:
    """Raise Conflict when people have voted for an approved entry: one person alone does not take it out any more."""
    if has_votes:
        raise Conflict(
            N_("Für dieses Bild wurde schon gestimmt. Heraus nehmen es nur zwei Personen: Schlag den Ausschluss vor.")
        )


def check_one_may_undo(decision: DecisionFacts) -> None:
    """Raise Conflict for what two people decide: excluding an entry, and letting it take part again."""
    if _is_of_two(decision):
        raise Conflict(N_("Über einen Ausschluss entscheiden zwei Personen. Er lässt sich nicht allein zurücknehmen."))


def _is_of_two(decision: DecisionFacts) -> bool:
    lifted = decision.action == "reopen" and decision.status_before is Status.DISQUALIFIED
    return decision.action in OF_TWO or lifted


def parked_since(history: Sequence[DecisionFacts]) -> datetime | None:
    """Return since when an entry is put aside, None where it is not; what was undone counts for nothing."""
    undone = {decision.undoes_id for decision in history}
    moves = [one for one in history if one.id not in undone and one.action in (PARK, *_TAKES_UP)]
    latest = max(moves, key=lambda one: one.id, default=None)
    return latest.decided_at if latest is not None and latest.action == PARK else None


def last_standing(history: Sequence[AnyDecision]) -> AnyDecision | None:
    """Return the latest decision of an entry that is neither an undo nor undone; `history` is in any order.

    A proposal is none: it changes nothing.
    """
    undone = {decision.undoes_id for decision in history}
    standing = [one for one in history if one.action not in (UNDO, *PROPOSALS) and one.id not in undone]
    return max(standing, key=lambda one: one.id, default=None)


def undoable(history: Sequence[AnyDecision]) -> AnyDecision | None:
    """Return the decision of an entry that one person may undo now, None where there is none."""
    latest = last_standing(history)
    if latest is None or latest.actor in (CREATOR, PROGRAM) or _is_of_two(latest):
        return None
    return latest


def check_undo(
    decision: DecisionFacts, history: Sequence[DecisionFacts], status: Status, town: str | None, picture: int | None
) -> None:
    """Raise Conflict unless the decision is the last one that stands and the entry is still as it left it.

    The picture is compared only where the decision was about it: it may come later than other decisions.
    """
    if decision.action == UNDO:
        raise Conflict(N_("Ein Rückgängig lässt sich nicht zurücknehmen. Entscheide das Bild neu."))
    if any(other.undoes_id == decision.id for other in history):
        raise Conflict(N_("Das ist schon rückgängig gemacht."))
    latest = last_standing(history)
    moved = (status, town) != (decision.status_after, decision.town_after)
    moved = moved or decision.picture_after not in (None, picture)
    if moved or latest is None or latest.id != decision.id:
        raise Conflict(N_("Das Bild wurde inzwischen anders entschieden. Sieh dir seinen Verlauf an."))
