"""Who may exclude what: an account proposes, another one decides; pure."""

from __future__ import annotations

from campaign.entries.lifecycle import Status
from campaign.errors import N_, Conflict, NotAllowed

EXCLUDE = "exclude"
ALONE = N_("Das hast du selbst vorgeschlagen. Entscheiden muss eine zweite Person.")


def check_proposal(kind: str, status: Status, is_open: bool, staff_id: int | None) -> int:
    """Return the account that proposes.

    Raises:
        Conflict: the entry's status does not admit it, or something is proposed already.
        NotAllowed: there is no account.
    """
    if staff_id is None:
        raise NotAllowed(N_("Über einen Ausschluss entscheiden zwei Konten des Teams."))
    if is_open:
        raise Conflict(N_("Für dieses Bild ist schon etwas vorgeschlagen. Eine zweite Person muss entscheiden."))
    _check_status(kind, status)
    return staff_id


def check_answer(kind: str, status: Status, proposed_by: int, staff_id: int | None) -> None:
    """Raise unless another account than the one that proposed confirms, and the entry stands as it did.

    Raises:
        NotAllowed: it is the same account, or none.
        Conflict: the entry's status does not admit it any more.
    """
    if staff_id is None or staff_id == proposed_by:
        raise NotAllowed(ALONE)
    _check_status(kind, status)


def _check_status(kind: str, status: Status) -> None:
    if kind == EXCLUDE and status is not Status.APPROVED:
        raise Conflict(N_("Ausschließen lässt sich nur, was freigegeben ist."))
    if kind != EXCLUDE and status is not Status.DISQUALIFIED:
        raise Conflict(N_("Dieses Bild ist nicht ausgeschlossen."))
