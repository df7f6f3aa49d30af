"""The key of a contest's log: made with its first leaf, kept sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from campaign.contests.models import Contest
from campaign.extensions import db, keyring, settings
from campaign.ledger.models import LedgerKey
from campaign.ledger.notes import Checkpoint, VerifierKey, sign, verifier_key

_SEAL: Final = "ledger key"


@dataclass(frozen=True)
class Signer:
    """Signs checkpoints of one log."""

    origin: str
    private_key: Ed25519PrivateKey

    @property
    def public(self) -> VerifierKey:
        """Return what others check the signatures with."""
        return verifier_key(self.origin, self.private_key)

    def note(self, size: int, root: bytes, now: datetime) -> str:
        """Return the signed note of a state of the log."""
        return sign(Checkpoint(self.origin, size, root, now), self.private_key)


def signer_of(contest: Contest, now: datetime) -> Signer:
    """Return what signs the log of a contest, made when it is first asked for; the caller holds the log's lock.

    Raises:
        CampaignError: the key was sealed under another `site.secret_key`.
    """
    kept = db.session.get(LedgerKey, contest.id)
    if kept is None:
        private = Ed25519PrivateKey.generate()
        sealed = keyring().seal(_SEAL, private.private_bytes_raw().hex())
        kept = LedgerKey(contest_id=contest.id, origin=_origin(contest), sealed=sealed, made_at=now)
        db.session.add(kept)
        db.session.flush()
    raw = bytes.fromhex(keyring().unseal(_SEAL, kept.sealed))
    return Signer(kept.origin, Ed25519PrivateKey.from_private_bytes(raw))


def _origin(contest: Contest) -> str:
    return f"{urlsplit(settings().site.base_url).netloc}/{contest.slug}"
