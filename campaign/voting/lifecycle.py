"""The states of a ballot and the acts that move it from one to the other."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import Final

from campaign.errors import N_, Conflict


class BallotStatus(enum.StrEnum):
    """requested -> counted | held; held -> counted | rejected; counted, held -> superseded | withdrawn."""

    REQUESTED = "requested"
    COUNTED = "counted"
    HELD = "held"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Act(enum.StrEnum):
    """What happens to a ballot.

    cast: its person confirms it. hold: a rule sets it aside. release: two people, the person's second tap or the
    answer to a new question let it count. reject: two people decide that it does not. reinstate: two people take that
    back. supersede: a newer ballot of the person takes its place. withdraw: the person takes it back. take_back: the
    request of a person who takes back what stands, confirmed.
    """

    CAST = "cast"
    HOLD = "hold"
    RELEASE = "release"
    REJECT = "reject"
    REINSTATE = "reinstate"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"


_S: Final = BallotStatus
STANDING: Final = (_S.COUNTED, _S.HELD)
FINAL: Final = (_S.SUPERSEDED, _S.WITHDRAWN)

MOVES: Final[dict[tuple[BallotStatus, Act], BallotStatus]] = {
    (_S.REQUESTED, Act.CAST): _S.COUNTED,
    (_S.REQUESTED, Act.TAKE_BACK): _S.WITHDRAWN,
    (_S.COUNTED, Act.HOLD): _S.HELD,
    (_S.COUNTED, Act.SUPERSEDE): _S.SUPERSEDED,
    (_S.COUNTED, Act.WITHDRAW): _S.WITHDRAWN,
    (_S.HELD, Act.RELEASE): _S.COUNTED,
    (_S.HELD, Act.REJECT): _S.REJECTED,
    (_S.HELD, Act.SUPERSEDE): _S.SUPERSEDED,
    (_S.HELD, Act.WITHDRAW): _S.WITHDRAWN,
    (_S.REJECTED, Act.REINSTATE): _S.COUNTED,
}


def moved(status: BallotStatus, act: Act) -> BallotStatus:
    """Return the status after an act.

    Raises:
        Conflict: a ballot in this status does not take it.
    """
    try:
        return MOVES[status, act]
    except KeyError:
        raise Conflict(N_("Diese Stimme steht schon fest. Lade die Seite neu.")) from None


def status_after(acts: Iterable[Act]) -> BallotStatus:
    """Return what becomes of a request by these acts, one after the other. Raises as `moved` does."""
    status = BallotStatus.REQUESTED
    for act in acts:
        status = moved(status, act)
    return status


def picks_text(numbers: Iterable[int]) -> str:
    """Return picks as a cast and the ledger have them: ascending, with commas, "3,17,40"."""
    return ",".join(str(number) for number in sorted(numbers))


def read_picks(text: str) -> Sequence[int]:
    """Return the numbers of `picks_text`."""
    return [int(number) for number in text.split(",") if number]
