"""Never again: who got a mail of the vote can say that it was the last one; the link in it is the proof."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.errors import InvalidInput
from campaign.extensions import db, keyring
from campaign.mail.addresses import canonical
from campaign.mail.confirmation import WRONG_LINK, Proof
from campaign.mail.models import MailRefusal
from campaign.voting.keys import BALLOT, round_keys
from campaign.voting.models import Ballot
from campaign.voting.queries import ballot_of


def has_refused(canonical_address: str) -> bool:
    """Return whether a person wants no mails of the vote."""
    return db.session.get(MailRefusal, _key(canonical_address)) is not None


def is_refused(request_code: str, link_code: str, now: datetime) -> bool:
    """Return whether the reader of a mail has said so already. Raises as `refuse_mails` does."""
    return has_refused(_address_of(request_code, link_code, now))


def refuse_mails(request_code: str, link_code: str, now: datetime) -> None:
    """Write no more mails of the vote to the reader of this one; twice does no harm.

    Raises:
        NotFound: there is no such request.
        InvalidInput: the link is not the one from the mail.
    """
    address = _address_of(request_code, link_code, now)
    if not has_refused(address):
        db.session.add(MailRefusal(address_key=_key(address), at=now))
    try:
        db.session.commit()
    except IntegrityError:
        # Two presses at once: the other one has written it.
        db.session.rollback()


def allow_mails(request_code: str, link_code: str, now: datetime) -> None:
    """Take the refusal back. Raises as `refuse_mails` does."""
    address = _address_of(request_code, link_code, now)
    db.session.execute(sa.delete(MailRefusal).filter_by(address_key=_key(address)))
    db.session.commit()


def _address_of(request_code: str, link_code: str, now: datetime) -> str:
    ballot: Ballot = ballot_of(request_code)
    if not BALLOT.is_proven(keyring(), ballot, Proof(link_code=link_code or "-")) or ballot.sealed_address is None:
        raise InvalidInput(WRONG_LINK)
    return canonical(round_keys(ballot.contest_id, now).unseal_address(ballot.sealed_address))


def _key(canonical_address: str) -> str:
    return keyring().fingerprint("mail refusal", canonical_address)
