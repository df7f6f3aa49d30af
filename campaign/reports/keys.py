"""What stands in the database instead of who reported a picture: a key of the person, and name and address sealed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from campaign.keys import Keyring, network_of

SEAL = "report sender"


@dataclass(frozen=True)
class Sender:
    """Who reported a picture, as they said it themselves."""

    name: str
    address: str


def person_key(keyring: Keyring, contest: str, canonical_address: str) -> str:
    """Return the key of a person in a contest (given by its slug)."""
    return keyring.fingerprint("report address key", f"{contest}\n{canonical_address}")


def nameless_key(keyring: Keyring, contest: str, remote_address: str | None) -> str:
    """Return the key of somebody who did not say who they are: that of their network."""
    return keyring.fingerprint("report network key", f"{contest}\n{network_of(remote_address)}")


def seal_sender(keyring: Keyring, sender: Sender) -> bytes:
    """Return name and address, sealed."""
    return keyring.seal(SEAL, json.dumps(asdict(sender), ensure_ascii=False))


def unseal_sender(keyring: Keyring, sealed: bytes) -> Sender:
    """Return who reported a picture.

    Raises:
        CampaignError: it was sealed under another `site.secret_key`, or altered.
    """
    return Sender(**json.loads(keyring.unseal(SEAL, sealed)))
