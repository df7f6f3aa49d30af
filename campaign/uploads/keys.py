"""What stands in the database instead of addresses and networks: HMACs under keys of their own."""

from __future__ import annotations

from campaign.keys import Keyring, network_of
from campaign.mail.confirmation import Confirmation

ADDRESS_SEAL = "upload address"
UPLOAD = Confirmation("upload")


def address_key(keyring: Keyring, contest: str, canonical_address: str) -> str:
    """Return the key of a person in a contest (given by its slug)."""
    return keyring.fingerprint("upload address key", f"{contest}\n{canonical_address}")


def network_key(keyring: Keyring, contest: str, remote_address: str | None) -> str:
    """Return the key of a network in a contest."""
    return keyring.fingerprint("upload network key", f"{contest}\n{network_of(remote_address)}")
