"""Questions that the pages of a ballot ask about a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaign.codes import is_secret
from campaign.contests.models import Contest
from campaign.errors import InvalidInput, NotFound
from campaign.extensions import db, keyring
from campaign.mail.confirmation import UNKNOWN_REQUEST, WRONG_LINK, Proof
from campaign.voting import rules
from campaign.voting.keys import BALLOT
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.models import Ballot, Pick
from campaign.voting.receipts import needs_tap


@dataclass(frozen=True)
class PendingRequest:
    """A request as its pages show it; `numbers` are its picks, and empty once it is confirmed.

    `needs_tap`: it was confirmed as a scanner does it, and waits for a person's press.
    """

    code: str
    withdraws: bool
    is_waiting: bool
    numbers: list[int]
    needs_tap: bool = False


def find_request(request_code: str) -> PendingRequest:
    """Return a request by its code.

    Raises:
        NotFound: there is none.
    """
    return _described(ballot_of(request_code))


def confirmable_request(request_code: str, link_code: str, now: datetime) -> PendingRequest:
    """Return a request that can be confirmed at this moment; an empty `link_code` asks for no proof.

    Raises:
        NotFound: there is none.
        NotOpen: the vote closed more than 24 hours ago.
        Gone: its time is over, or six wrong PINs ended it.
        InvalidInput: the link is not the one from the mail.
    """
    ballot = ballot_of(request_code)
    rules.check_confirmable(facts_of(ballot), db.session.get_one(Contest, ballot.contest_id), now)
    if link_code and not BALLOT.is_proven(keyring(), ballot, Proof(link_code=link_code)):
        raise InvalidInput(WRONG_LINK)
    return _described(ballot)


def facts_of(ballot: Ballot) -> rules.RequestFacts:
    """Return what the rules ask about a ballot whose mail is loaded."""
    return rules.RequestFacts(ballot.status, ballot.pin_tries, ballot.mail.sent_at if ballot.mail else None)


def ballot_of(request_code: str) -> Ballot:
    """Return the ballot of a request, with its mail. Raises NotFound when there is none."""
    query = sa.select(Ballot).filter_by(request_code=request_code).options(joinedload(Ballot.mail))
    ballot = db.session.scalar(query) if is_secret(request_code) else None
    if ballot is None:
        raise NotFound(UNKNOWN_REQUEST)
    return ballot


def _described(ballot: Ballot) -> PendingRequest:
    is_waiting = ballot.status is BallotStatus.REQUESTED
    numbers = sa.select(Pick.entry_number).filter_by(ballot_id=ballot.id).order_by(Pick.entry_number)
    picked = list(db.session.scalars(numbers)) if is_waiting else []
    return PendingRequest(ballot.request_code, ballot.withdraws, is_waiting, picked, needs_tap(ballot))
