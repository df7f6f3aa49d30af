"""How many tries to log in failed since an account's owner came in: the owner reads it in the list of log-ins."""

from __future__ import annotations

from campaign.counters import counters
from campaign.extensions import keyring

REMEMBERED = 30 * 24 * 3600


def note(email: str) -> None:
    """Count a try that failed for an account that there is."""
    counters.add(_key(email), REMEMBERED)


def count(email: str) -> int:
    """Return how many failed."""
    return counters.count(_key(email))


def forget(email: str) -> None:
    """Begin anew: the owner came in."""
    counters.forget(_key(email))


def _key(email: str) -> str:
    return f"staff:missed:{keyring().fingerprint('log-in throttle', email)}"
