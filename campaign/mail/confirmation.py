"""PIN and link: what a mail brings, and what the database keeps of it; each kind of request has keys of its own."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from campaign import codes
from campaign.errors import N_, CampaignError, Gone, InvalidInput
from campaign.keys import Keyring

PIN_TRIES = 6
PIN_LIFETIME = timedelta(hours=48)
MAILS_PER_HOUR = 5
UNKNOWN_REQUEST = N_("Diese Anfrage kennen wir nicht. Fang noch einmal an.")
WRONG_LINK = N_("Dieser Link ist nicht vollständig. Öffne ihn noch einmal aus der Mail.")
TRIES_USED_UP = N_("Sechsmal war die PIN falsch, darum gilt diese Anfrage nicht mehr. Fang noch einmal an.")
PIN_EXPIRED = N_("Diese PIN ist abgelaufen, sie gilt 48 Stunden. Fang noch einmal an.")
_WRONG_PIN = N_("Diese PIN stimmt nicht. Nimm die aus der neuesten Mail. Versuche, die noch bleiben: %(left)s.")


@dataclass(frozen=True)
class Visitor:
    """Who asks: the mail address as typed, the IP address (never stored), the language of the page."""

    address: str
    remote_address: str | None
    language: str


@dataclass(frozen=True)
class Proof:
    """What came by mail: the PIN as typed, or the code of the link."""

    pin: str = ""
    link_code: str = ""


class WrongPin(InvalidInput):
    """The PIN is not the one from the mail; the try has been counted."""

    def __init__(self, left: int) -> None:
        super().__init__(_WRONG_PIN, left=left)


class Kept(Protocol):
    """What is kept of a request: its code, and what PIN and link are compared by."""

    request_code: str
    pin_key: str
    link_key: str


@dataclass(frozen=True)
class Confirmation:
    """The confirmation of one kind of request by mail; no two kinds share a key."""

    kind: str

    def pin_key(self, keyring: Keyring, request_code: str, pin: str) -> str:
        """Return what a PIN is compared by; no two requests share it."""
        return keyring.fingerprint(f"{self.kind} pin", f"{request_code}\n{pin}")

    def link_key(self, keyring: Keyring, request_code: str, link_code: str) -> str:
        """Return what a link is compared by."""
        return keyring.fingerprint(f"{self.kind} link", f"{request_code}\n{link_code}")

    def is_proven(self, keyring: Keyring, kept: Kept, proof: Proof) -> bool:
        """Return whether PIN (six digits) or link are those of the mail."""
        if proof.link_code:
            link = self.link_key(keyring, kept.request_code, proof.link_code)
            return hmac.compare_digest(link, kept.link_key)
        return hmac.compare_digest(self.pin_key(keyring, kept.request_code, proof.pin), kept.pin_key)

    def keep(self, keyring: Keyring, kept: Kept, proof: Proof | None) -> None:
        """Write down what PIN and link are compared by; without a mail nothing fits, no guess either."""
        kept.pin_key, kept.link_key = secrets.token_hex(32), secrets.token_hex(32)
        if proof:
            kept.pin_key = self.pin_key(keyring, kept.request_code, proof.pin)
            kept.link_key = self.link_key(keyring, kept.request_code, proof.link_code)


def wrong_proof(proof: Proof, tries: int) -> CampaignError:
    """Return what to say of a proof that is not the one of the mail, after so many wrong PINs."""
    if proof.link_code:
        return InvalidInput(WRONG_LINK)
    return WrongPin(PIN_TRIES - tries) if tries < PIN_TRIES else Gone(TRIES_USED_UP)


def read_proof(typed: Proof) -> Proof:
    """Return a proof as it is compared: the PIN in six digits, none where a link stands.

    Raises:
        InvalidInput: these are not six digits.
    """
    return Proof("" if typed.link_code else codes.read_pin(typed.pin), typed.link_code)
