"""Asking for a ballot, or to take one back; each public function is one act and commits once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from campaign import codes
from campaign.contests.models import Contest
from campaign.contests.services import current_contest
from campaign.entries.queries import picked_entries
from campaign.extensions import db, keyring, one_at_a_time
from campaign.mail.addresses import Address, parse_address
from campaign.mail.confirmation import Proof, Visitor
from campaign.mail.services import enqueue, not_withheld, withhold
from campaign.voting import rules
from campaign.voting.keys import BALLOT, RoundKeys, round_keys
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.mails import Invitation, compose
from campaign.voting.models import Ballot, Pick
from campaign.voting.opening import fix_rules
from campaign.voting.refusals import has_refused
from campaign.voting.traits import AddressTraits, traits_of
from campaign.voting.work import Action, Work, check

# Weighs with the detectors, and never alone.
NO_WORK = "no_work"


def request_ballot(visitor: Visitor, numbers: Sequence[int], now: datetime, work: str = "") -> str:
    """Write a ballot that waits for its confirmation, and the mail that asks for it; returns the request's code.

    The answer is the same for every address. A person gets one mail a day and three in a round, no further one.
    `work` is the form's proof of work; without it the ballot is taken all the same, and marked.

    Raises:
        NotOpen: the vote has not begun or is over.
        NotFound: an entry is not public.
        InvalidInput: the address is not one, the picks make no ballot, or the proof of work is not ours or used.
    """
    contest = current_contest()
    rules.check_open(contest, now)
    known = {entry.number: entry for entry in picked_entries(contest, numbers, now)}
    facts = [
        rules.PickFacts(number, known[number].town_ags if number in known else None, number in known)
        for number in numbers
    ]
    rules.check_picks(facts, rules.BallotLimits(contest.votes_per_ballot, contest.votes_per_town))
    return _request(contest, visitor, numbers, now, check(work, Action.BALLOT, contest.slug, now))


def request_withdrawal(visitor: Visitor, now: datetime) -> str:
    """Ask by mail whether the vote of an address shall be taken back; returns the request's code.

    Raises:
        NotOpen: the vote has not begun or is over.
        InvalidInput: the address is not one.
    """
    contest = current_contest()
    rules.check_open(contest, now)
    return _request(contest, visitor, (), now, Work.DONE)


def _request(contest: Contest, visitor: Visitor, numbers: Sequence[int], now: datetime, work: Work) -> str:
    address = parse_address(visitor.address)
    keys = round_keys(contest.id, now)
    person = keys.voter_key(address.canonical)
    request_code, withdraws = codes.new_secret(), not numbers
    invitation = Invitation(request_code, codes.new_pin(), codes.new_secret(), visitor.language, withdraws)
    content = compose(invitation, address.deliverable)
    one_at_a_time(person)
    network = keys.network_key(visitor.remote_address)
    earlier = _same_again(contest.id, person, network, numbers, now)
    if earlier is not None:
        db.session.commit()
        return earlier
    wants_mail = not has_refused(address.canonical)
    may_mail = rules.may_mail(*_mails(contest.id, person, withdraws, now)) and wants_mail
    write = enqueue if may_mail else withhold
    ballot = Ballot(
        contest_id=contest.id,
        status=BallotStatus.REQUESTED,
        voter_key=person,
        network_key=network,
        wide_network_key=keys.wide_network_key(visitor.remote_address),
        sealed_address=keys.seal_address(address.deliverable),
        language=visitor.language,
        rules_version=fix_rules(contest, now),
        withdraws=withdraws,
        **asdict(_traits(address, keys)),
        hints=[NO_WORK] if work is Work.NONE else [],
        request_code=request_code,
        receipt_code=codes.new_receipt_code(),
        mail=write("withdrawal" if withdraws else "ballot", content, now),
        requested_at=now,
        picks=[Pick(entry_number=number) for number in sorted(numbers)],
    )
    BALLOT.keep(keyring(), ballot, Proof(invitation.pin, invitation.link_code) if may_mail else None)
    db.session.add(ballot)
    db.session.commit()
    return request_code


def _same_again(contest_id: int, person: str, network: str, numbers: Sequence[int], now: datetime) -> str | None:
    """The request of today with the same picks from the same place: a form that was sent twice has one PIN."""
    query = sa.select(Ballot).filter_by(contest_id=contest_id, voter_key=person, network_key=network)
    query = query.where(Ballot.status == BallotStatus.REQUESTED, Ballot.requested_at > now - timedelta(days=1))
    query = query.where(Ballot.withdraws.is_(not numbers)).options(selectinload(Ballot.picks)).order_by(Ballot.id)
    for ballot in db.session.scalars(query):
        if [pick.entry_number for pick in ballot.picks] == sorted(numbers):
            return ballot.request_code
    return None


def _traits(address: Address, keys: RoundKeys) -> AddressTraits:
    local, _, domain = address.deliverable.rpartition("@")
    return traits_of(local, domain, "", keys.trait_key)


def _mails(contest_id: int, person: str, withdraws: bool, now: datetime) -> tuple[int, int]:
    """Mails of this kind to a person, within 24 hours and in the whole round."""
    sent = sa.select(Ballot.mail_id).filter_by(contest_id=contest_id, voter_key=person, withdraws=withdraws)
    return not_withheld(sent.where(Ballot.requested_at > now - timedelta(days=1))), not_withheld(sent)
