"""What stands in the database instead of addresses, networks, PINs and links: HMACs under keys of their own."""

from __future__ import annotations

from campaign.keys import Keyring, network_of

ADDRESS_SEAL = "voter address"


def voter_key(keyring: Keyring, contest: str, canonical_address: str) -> str:
    """Return the key of a person in a contest (given by its slug)."""
    return keyring.fingerprint("voter key", f"{contest}\n{canonical_address}")


def network_key(keyring: Keyring, contest: str, remote_address: str | None) -> str:
    """Return the key of a network in a contest."""
    return keyring.fingerprint("network key", f"{contest}\n{network_of(remote_address)}")


def pin_key(keyring: Keyring, request_code: str, pin: str) -> str:
    """Return what a PIN is compared by; no two requests share it."""
    return keyring.fingerprint("ballot pin", f"{request_code}\n{pin}")


def link_key(keyring: Keyring, request_code: str, link_code: str) -> str:
    """Return what a link is compared by."""
    return keyring.fingerprint("ballot link", f"{request_code}\n{link_code}")
