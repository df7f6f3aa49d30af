"""Ballots from the request to the confirmation; each public function is one act and commits once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from campaign import codes
from campaign.contests.models import Contest
from campaign.contests.services import current_contest
from campaign.entries.queries import picked_entries
from campaign.errors import NotFound
from campaign.extensions import db, keyring, one_at_a_time
from campaign.mail.addresses import parse_address
from campaign.mail.confirmation import MAILS_PER_HOUR, UNKNOWN_REQUEST, Proof, Visitor, read_proof
from campaign.mail.services import enqueue, not_withheld, withhold
from campaign.mail.tries import refuse
from campaign.voting import keys, rules
from campaign.voting.lifecycle import STANDING, BallotStatus, check_move
from campaign.voting.mails import Invitation, compose
from campaign.voting.models import Ballot, Pick
from campaign.voting.queries import facts_of
from campaign.voting.receipts import Receipt, receipt_of
from campaign.voting.tally import count_ballots


def request_ballot(visitor: Visitor, numbers: Sequence[int], now: datetime) -> str:
    """Write a ballot that waits for its confirmation, and the mail that asks for it; returns the request's code.

    The answer is the same for every address; beyond five mails in an hour to one address there is no further mail.

    Raises:
        NotOpen: the vote has not begun or is over.
        NotFound: an entry is not public.
        InvalidInput: the address is not one, or the picks make no ballot.
    """
    contest = current_contest()
    rules.check_open(contest, now)
    known = {entry.number: entry for entry in picked_entries(contest, numbers, now)}
    facts = [
        rules.PickFacts(number, known[number].town_ags if number in known else None, number in known)
        for number in numbers
    ]
    rules.check_picks(facts, rules.BallotLimits(contest.votes_per_ballot, contest.votes_per_town))
    return _request(contest, visitor, numbers, now)


def request_withdrawal(visitor: Visitor, now: datetime) -> str:
    """Ask by mail whether the vote of an address shall be taken back; returns the request's code.

    Raises:
        NotOpen: the vote has not begun or is over.
        InvalidInput: the address is not one.
    """
    contest = current_contest()
    rules.check_open(contest, now)
    return _request(contest, visitor, (), now)


def confirm_ballot(request_code: str, proof: Proof, now: datetime) -> Receipt:
    """Let a requested ballot take the place of the person's standing one, or take that one back.

    The same PIN or link confirms once and gives the same receipt each time.

    Raises:
        NotFound: there is no such request.
        NotOpen: the vote closed more than 24 hours ago.
        Gone: the PIN is too old, or this was the sixth wrong one.
        WrongPin: the PIN is wrong; the try is counted.
        InvalidInput: these are not six digits, or the link is not whole; nothing is counted.
    """
    proof = read_proof(proof)
    try:
        return _confirm(request_code, proof, now)
    except IntegrityError:
        # The unique index stopped a second standing ballot of this person: now the other one is visible.
        db.session.rollback()
        return _confirm(request_code, proof, now)


def _request(contest: Contest, visitor: Visitor, numbers: Sequence[int], now: datetime) -> str:
    address = parse_address(visitor.address)
    person = keys.voter_key(keyring(), contest.slug, address.canonical)
    request_code, withdraws = codes.new_secret(), not numbers
    invitation = Invitation(request_code, codes.new_pin(), codes.new_secret(), visitor.language, withdraws)
    content = compose(invitation, address.deliverable)
    one_at_a_time(person)
    may_mail = _mails_of_last_hour(person, now) < MAILS_PER_HOUR
    write = enqueue if may_mail else withhold
    ballot = Ballot(
        contest_id=contest.id,
        status=BallotStatus.REQUESTED,
        voter_key=person,
        network_key=keys.network_key(keyring(), contest.slug, visitor.remote_address),
        sealed_address=keyring().seal(keys.ADDRESS_SEAL, address.deliverable),
        language=visitor.language,
        rules_version=rules.rules_version(contest),
        withdraws=withdraws,
        request_code=request_code,
        receipt_code=codes.new_receipt_code(),
        mail=write("withdrawal" if withdraws else "ballot", content, now),
        requested_at=now,
        picks=[Pick(entry_number=number) for number in sorted(numbers)],
    )
    keys.BALLOT.keep(keyring(), ballot, Proof(invitation.pin, invitation.link_code) if may_mail else None)
    db.session.add(ballot)
    db.session.commit()
    return request_code


def _mails_of_last_hour(person: str, now: datetime) -> int:
    query = sa.select(Ballot.mail_id)
    return not_withheld(query.where(Ballot.voter_key == person, Ballot.requested_at > now - timedelta(hours=1)))


def _confirm(request_code: str, proof: Proof, now: datetime) -> Receipt:
    ballot, contest = _locked(request_code)
    rules.check_confirmable(facts_of(ballot), contest, now)
    if not keys.BALLOT.is_proven(keyring(), ballot, proof):
        refuse(Ballot, ballot.id, proof)
    if ballot.status is BallotStatus.REQUESTED:
        _replace(ballot, now)
    receipt = receipt_of(ballot)
    db.session.commit()
    return receipt


def _locked(request_code: str) -> tuple[Ballot, Contest]:
    query = sa.select(Ballot.voter_key).filter_by(request_code=request_code)
    person = db.session.scalar(query) if codes.is_secret(request_code) else None
    if person is None:
        raise NotFound(UNKNOWN_REQUEST)
    one_at_a_time(person)
    found = sa.select(Ballot).filter_by(request_code=request_code).options(joinedload(Ballot.mail))
    found = found.options(selectinload(Ballot.picks)).with_for_update(of=Ballot)
    ballot = db.session.scalars(found.execution_options(populate_existing=True)).one()
    return ballot, db.session.get_one(Contest, ballot.contest_id)


def _replace(ballot: Ballot, now: datetime) -> None:
    query = sa.select(Ballot).filter_by(contest_id=ballot.contest_id, voter_key=ballot.voter_key)
    query = query.where(Ballot.status.in_(STANDING)).options(selectinload(Ballot.picks))
    previous = db.session.scalars(query.with_for_update(of=Ballot).execution_options(populate_existing=True)).all()
    changes = [(old, -1) for old in previous if old.status is BallotStatus.COUNTED]
    for old in previous:
        _move(old, BallotStatus.WITHDRAWN if ballot.withdraws else BallotStatus.SUPERSEDED)
    # The index admits one standing ballot of a person at any moment, so the old one goes first.
    db.session.flush()
    _move(ballot, BallotStatus.WITHDRAWN if ballot.withdraws else BallotStatus.COUNTED)
    ballot.confirmed_at = now
    if ballot.status is BallotStatus.COUNTED:
        changes.append((ballot, 1))
    db.session.flush()
    count_ballots(ballot.contest_id, changes)


def _move(ballot: Ballot, status: BallotStatus) -> None:
    check_move(ballot.status, status)
    ballot.status = status
