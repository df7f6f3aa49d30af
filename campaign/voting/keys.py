"""What stands in the database instead of addresses and networks: HMACs under keys that live as long as the round."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from campaign.errors import CampaignError
from campaign.extensions import db, keyring
from campaign.keys import Keyring, network_of
from campaign.mail.confirmation import Confirmation
from campaign.voting.models import RoundKey

BALLOT: Final = Confirmation("ballot")
PURPOSES: Final = ("voter", "network", "address")
_SEAL: Final = "round key"
# What one provider or one rented rack has.
_WIDE_IPV6, _WIDE_IPV4 = 48, 16


@dataclass(frozen=True)
class RoundKeys:
    """The keys of one round; none can stand in for another."""

    voter: Keyring
    network: Keyring
    address: Keyring

    def voter_key(self, canonical_address: str) -> str:
        """Return the key of a person."""
        return self.voter.fingerprint("person", canonical_address)

    def trait_key(self, trait: str) -> str:
        """Return what stands for a part of an address."""
        return self.voter.fingerprint("trait", trait)

    def network_key(self, remote_address: str | None) -> str:
        """Return the key of the /24 or /64 that an IP address belongs to."""
        return self.network.fingerprint("network", network_of(remote_address))

    def wide_network_key(self, remote_address: str | None) -> str:
        """Return the key of the /16 or /48 that an IP address belongs to."""
        return self.network.fingerprint("wide network", network_of(remote_address, _WIDE_IPV6, _WIDE_IPV4))

    def seal_address(self, address: str) -> bytes:
        """Encrypt an address."""
        return self.address.seal("address", address)

    def unseal_address(self, sealed: bytes) -> str:
        """Return a sealed address. Raises CampaignError when it was sealed under another key."""
        return self.address.unseal("address", sealed)


def round_keys(contest_id: int, now: datetime) -> RoundKeys:
    """Return the keys of a round, made when they are first asked for; the caller commits.

    Raises:
        CampaignError: the keys have been destroyed.
    """
    kept: dict[int, RoundKeys] = current_app.extensions.setdefault("round_keys", {})
    if contest_id in kept:
        return kept[contest_id]
    stored = _stored(contest_id)
    if len(stored) == len(PURPOSES):
        # Only what is committed may outlive this transaction.
        kept[contest_id] = _opened(stored)
        return kept[contest_id]
    _make(contest_id, now)
    return _opened(_stored(contest_id))


def _stored(contest_id: int) -> dict[str, bytes | None]:
    query = sa.select(RoundKey.purpose, RoundKey.sealed).filter_by(contest_id=contest_id)
    return dict(db.session.execute(query).all())


def _make(contest_id: int, now: datetime) -> None:
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {
            "contest_id": contest_id,
            "purpose": purpose,
            "sealed": keyring().seal(_SEAL, secrets.token_hex(32)),
            "made_at": now,
        }
        for purpose in PURPOSES
    ]
    db.session.execute(insert(RoundKey).values(rows).on_conflict_do_nothing())


def _opened(stored: dict[str, bytes | None]) -> RoundKeys:
    secret = {purpose: keyring().unseal(_SEAL, sealed) for purpose, sealed in stored.items() if sealed}
    if len(secret) < len(PURPOSES):
        raise CampaignError("The keys of this round have been destroyed; nothing of its voters can be read any more.")
    return RoundKeys(**{purpose: Keyring(value) for purpose, value in secret.items()})
