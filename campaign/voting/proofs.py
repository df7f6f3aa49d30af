"""PIN and link: what a mail brought, compared with what the ballot keeps of it."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from campaign.errors import N_
from campaign.extensions import keyring
from campaign.voting import keys
from campaign.voting.models import Ballot

WRONG_LINK = N_("Dieser Link ist nicht vollständig. Öffne ihn noch einmal aus der Mail.")


@dataclass(frozen=True)
class Proof:
    """What came by mail: the PIN as typed, or the code of the link."""

    pin: str = ""
    link_code: str = ""


def is_proven(ballot: Ballot, proof: Proof) -> bool:
    """Return whether PIN (six digits) or link are those of the mail."""
    if proof.link_code:
        link = keys.link_key(keyring(), ballot.request_code, proof.link_code)
        return hmac.compare_digest(link, ballot.link_key)
    return hmac.compare_digest(keys.pin_key(keyring(), ballot.request_code, proof.pin), ballot.pin_key)


def keep_proof(ballot: Ballot, proof: Proof | None) -> None:
    """Write down what PIN and link of a ballot are compared by; without a mail nothing fits, no guess either."""
    ballot.pin_key, ballot.link_key = secrets.token_hex(32), secrets.token_hex(32)
    if proof:
        ballot.pin_key = keys.pin_key(keyring(), ballot.request_code, proof.pin)
        ballot.link_key = keys.link_key(keyring(), ballot.request_code, proof.link_code)
