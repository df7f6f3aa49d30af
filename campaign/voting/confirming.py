"""Confirmations, many in one transaction: load, decide each, write all, commit once.

Locks, always in this order: people by key, their ballots by id, then as `tally` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload, selectinload

from campaign import codes
from campaign.contests.models import Contest
from campaign.errors import CampaignError, NotFound
from campaign.extensions import db, keyring, one_at_a_time
from campaign.mail.confirmation import UNKNOWN_REQUEST, Proof, read_proof, wrong_proof
from campaign.voting import rules
from campaign.voting.acting import Acts
from campaign.voting.keys import BALLOT
from campaign.voting.lifecycle import STANDING, Act, BallotStatus
from campaign.voting.models import Ballot
from campaign.voting.queries import facts_of
from campaign.voting.receipts import Receipt, needs_tap, receipt_of
from campaign.voting.together import Together

Outcome = Receipt | Exception


@dataclass(frozen=True)
class Tap:
    """One confirmation as it came; `again` is the second tap after one that looked like a scanner's."""

    request_code: str
    proof: Proof
    now: datetime
    signals: rules.Signals = rules.SILENT
    again: bool = False


def confirm_ballot(tap: Tap) -> Receipt:
    """Let a requested ballot take the place of the person's standing one, or take that one back.

    The same PIN or link confirms once and gives the same receipt each time. Confirmations of the same moment share
    a transaction.

    Raises:
        NotFound: there is no such request.
        NotOpen: the vote closed more than 24 hours ago.
        Gone: the PIN is too old, or this was the sixth wrong one.
        WrongPin: the PIN is wrong; the try is counted.
        InvalidInput: these are not six digits, or the link is not whole; nothing is counted.
    """
    together: Together[Tap, Receipt] = current_app.extensions.setdefault("confirming", Together(_confirm_all))
    return together.do(replace(tap, proof=read_proof(tap.proof)))


def _confirm_all(taps: Sequence[Tap]) -> list[Outcome]:
    try:
        return _confirm_batch(taps)
    except DBAPIError as error:
        db.session.rollback()
        # Nobody's ballot fails for what is wrong with another's; and whom the unique index stopped now sees why.
        return [_confirm_alone(tap) for tap in taps] if len(taps) > 1 else [_confirm_alone(taps[0], error)]


def _confirm_alone(tap: Tap, first: DBAPIError | None = None) -> Outcome:
    try:
        return _confirm_batch([tap])[0]
    except DBAPIError as error:
        db.session.rollback()
        return error if first else _confirm_alone(tap, error)


def _confirm_batch(taps: Sequence[Tap]) -> list[Outcome]:
    with db.session.no_autoflush:
        ballots = _locked({tap.request_code for tap in taps})
        acts = Acts(ballots)
        outcomes = [_decide(acts, tap) for tap in taps]
        acts.write()
        by_code = {ballot.request_code: ballot for ballot in ballots}
        said: list[Outcome] = [
            error or receipt_of(by_code[tap.request_code]) for tap, error in zip(taps, outcomes, strict=True)
        ]
    db.session.commit()
    return said


def _locked(request_codes: set[str]) -> list[Ballot]:
    asked = [code for code in request_codes if codes.is_secret(code)]
    people = list(db.session.scalars(sa.select(Ballot.voter_key).where(Ballot.request_code.in_(asked)).distinct()))
    one_at_a_time(*people)
    wanted = sa.or_(Ballot.request_code.in_(asked), Ballot.status.in_(STANDING))
    query = sa.select(Ballot).where(Ballot.voter_key.in_(people), wanted).order_by(Ballot.id)
    query = query.options(joinedload(Ballot.mail), selectinload(Ballot.picks)).with_for_update(of=Ballot)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _decide(acts: Acts, tap: Tap) -> CampaignError | None:
    ballot = acts.by_code.get(tap.request_code)
    if ballot is None:
        return NotFound(UNKNOWN_REQUEST)
    contest = db.session.get_one(Contest, ballot.contest_id)
    try:
        rules.check_confirmable(facts_of(ballot), contest, tap.now)
    except CampaignError as error:
        return error
    if not BALLOT.is_proven(keyring(), ballot, tap.proof):
        if not tap.proof.link_code:
            ballot.pin_tries += 1
        return wrong_proof(tap.proof, ballot.pin_tries)
    _confirm(acts, ballot, tap)
    return None


def _confirm(acts: Acts, ballot: Ballot, tap: Tap) -> None:
    looks_scanned = rules.looks_scanned(tap.signals, tap.proof, facts_of(ballot).sent_at, tap.now)
    if ballot.status is BallotStatus.REQUESTED:
        _replace(acts, ballot, tap.now)
        if looks_scanned and not ballot.withdraws:
            acts.act(ballot, Act.HOLD, tap.now, rules.SCANNER)
    elif tap.again and needs_tap(ballot) and rules.is_second_tap(tap.signals, ballot.confirmed_at, tap.now):
        acts.act(ballot, Act.RELEASE, tap.now, "voter")


def _replace(acts: Acts, ballot: Ballot, now: datetime) -> None:
    for old in acts.standing_of(ballot):
        acts.act(old, Act.WITHDRAW if ballot.withdraws else Act.SUPERSEDE, now)
    acts.act(ballot, Act.TAKE_BACK if ballot.withdraws else Act.CAST, now)
    ballot.confirmed_at = now
