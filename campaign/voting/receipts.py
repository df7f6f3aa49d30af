"""Receipts: what stands, never what was picked."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from campaign.codes import read_receipt_code
from campaign.contests.models import Contest
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.models import Ballot
from campaign.voting.rules import LATE_CONFIRMATION, SCANNER


class ReceiptState(enum.StrEnum):
    """What a receipt tells; until the vote is over, counted and held look the same."""

    STANDS = "stands"
    SET_ASIDE = "set_aside"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


STATES = {
    BallotStatus.COUNTED: ReceiptState.STANDS,
    BallotStatus.HELD: ReceiptState.STANDS,
    BallotStatus.SUPERSEDED: ReceiptState.SUPERSEDED,
    BallotStatus.WITHDRAWN: ReceiptState.WITHDRAWN,
    BallotStatus.REJECTED: ReceiptState.REJECTED,
}


@dataclass(frozen=True)
class Receipt:
    """The answer to a confirmed ballot; `needs_tap`: it counts once a person presses the button again."""

    code: str
    state: ReceiptState
    confirmed_at: datetime
    needs_tap: bool = False


def receipt(code: str, now: datetime) -> Receipt:
    """Return the receipt of a code as somebody typed it; once nobody can confirm any more it tells of held ballots.

    Raises:
        NotFound: no confirmed ballot has it.
    """
    stored = read_receipt_code(code)
    ballot = db.session.scalar(sa.select(Ballot).filter_by(receipt_code=stored)) if stored else None
    if ballot is None or ballot.status is BallotStatus.REQUESTED:
        raise NotFound(N_("Diesen Beleg gibt es nicht. Vergleich den Code Zeichen für Zeichen."))
    found = receipt_of(ballot)
    contest = db.session.get_one(Contest, ballot.contest_id)
    is_over = now >= contest.vote_until + LATE_CONFIRMATION
    return replace(found, state=ReceiptState.SET_ASIDE) if is_over and ballot.status is BallotStatus.HELD else found


def receipt_of(ballot: Ballot) -> Receipt:
    """Return the receipt of a confirmed ballot."""
    if ballot.confirmed_at is None:
        raise ValueError("a ballot that is not confirmed has no receipt")
    return Receipt(ballot.receipt_code, STATES[ballot.status], ballot.confirmed_at, needs_tap(ballot))


def needs_tap(ballot: Ballot) -> bool:
    """Return whether a ballot waits for a person's press, because its confirmation looked like a scanner's."""
    return ballot.status is BallotStatus.HELD and ballot.reason == SCANNER
