"""What may be decided about an entry, and what may be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from campaign.entries.lifecycle import People, PictureState, Source, Status
from campaign.errors import N_, Conflict

UNDO = "undo"


class DecisionFacts(Protocol):
    """What the rules know of a decision."""

    @property
    def id(self) -> int: ...
    @property
    def action(self) -> str: ...
    @property
    def undoes_id(self) -> int | None: ...
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


def last_standing(history: Sequence[AnyDecision]) -> AnyDecision | None:
    """Return the latest decision of an entry that is neither an undo nor undone; `history` is in any order."""
    undone = {decision.undoes_id for decision in history}
    standing = [one for one in history if one.action != UNDO and one.id not in undone]
    return max(standing, key=lambda one: one.id, default=None)


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
