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
# Whoever has a /48 of IPv6 has 65,536 networks: together they may send so many times as much as one of them.
SITE_BITS, SITE_SHARE = 48, 4


def count(limit: RateLimitItem, what: str) -> None:
    """Count one act of the present request's network.

    Raises:
        TooManyRequests: with the seconds until the next one counts again.
    """
    network, site = network_of(request.remote_addr), network_of(request.remote_addr, SITE_BITS)
    _hit(limit, f"upload {what}", network)
    if site != network:
        _hit(type(limit)(limit.amount * SITE_SHARE, limit.multiples), f"upload {what} of a site", site)


def _hit(limit: RateLimitItem, what: str, network: str) -> None:
    # Only a keyed fingerprint is kept, never an address.
    key = keyring().fingerprint("upload throttle", network)
    if not limiter.limiter.hit(limit, what, key):
        raise TooManyRequests(retry_after=min(limit.get_expiry(), 600))
