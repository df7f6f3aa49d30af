"""How much one network may send; schools and mobile networks share an address, so the limits are wide."""

from __future__ import annotations

from flask import request
from limits import RateLimitItem, parse
from werkzeug.exceptions import TooManyRequests

from campaign.extensions import keyring, limiter
from campaign.keys import network_of

FILES = parse("120 per hour")
PIECES = parse("12000 per hour")
FORMS = parse("120 per hour")
PINS = parse("600 per hour")


def count(limit: RateLimitItem, what: str) -> None:
    """Count one act of the present request's network.

    Raises:
        TooManyRequests: with the seconds until the next one counts again.
    """
    # Only a keyed fingerprint is kept, never an address.
    key = keyring().fingerprint("upload throttle", network_of(request.remote_addr))
    if not limiter.limiter.hit(limit, f"upload {what}", key):
        raise TooManyRequests(retry_after=min(limit.get_expiry(), 600))
