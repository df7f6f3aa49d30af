"""The states of a ballot and the moves between them."""

from __future__ import annotations

import enum

from campaign.errors import N_, Conflict


class BallotStatus(enum.StrEnum):
    """requested -> counted | held; held -> counted | rejected; counted, held -> superseded | withdrawn."""

    REQUESTED = "requested"
    COUNTED = "counted"
    HELD = "held"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


STANDING = (BallotStatus.COUNTED, BallotStatus.HELD)

MOVES: dict[BallotStatus, frozenset[BallotStatus]] = {
    # A request that takes the standing ballot back is itself withdrawn when it is confirmed.
    BallotStatus.REQUESTED: frozenset({BallotStatus.COUNTED, BallotStatus.HELD, BallotStatus.WITHDRAWN}),
    BallotStatus.COUNTED: frozenset({BallotStatus.SUPERSEDED, BallotStatus.WITHDRAWN}),
    BallotStatus.HELD: frozenset(
        {BallotStatus.COUNTED, BallotStatus.REJECTED, BallotStatus.SUPERSEDED, BallotStatus.WITHDRAWN}
    ),
    BallotStatus.REJECTED: frozenset(),
    BallotStatus.WITHDRAWN: frozenset(),
    BallotStatus.SUPERSEDED: frozenset(),
}


def check_move(current: BallotStatus, new: BallotStatus) -> None:
    """Raise Conflict unless a ballot may go from one status to the other."""
    if new not in MOVES[current]:
        raise Conflict(N_("Diese Stimme steht schon fest. Lade die Seite neu."))
