"""How often one network may use a public form; schools and mobile networks share an address, so limits are wide."""

from __future__ import annotations

from collections.abc import Iterator

from flask import request
from limits import RateLimitItem
from werkzeug.exceptions import TooManyRequests

from campaign.counters import counters
from campaign.extensions import keyring
from campaign.keys import network_of

# Whoever has a /48 of IPv6 has 65,536 networks: together they may send so many times as much as one of them.
SITE_BITS, SITE_SHARE = 48, 4
LONGEST_WAIT = 600


def count(limit: RateLimitItem, what: str) -> None:
    """Count one act of the present request's network.

    Raises:
        TooManyRequests: with the seconds until the next one counts again.
    """
    for key, most in _keys(limit, what):
        if counters.add(key, limit.get_expiry()) > most:
            raise _too_many(limit)


def refuse_when_spent(limit: RateLimitItem, what: str) -> None:
    """Refuse a network that has done all that it may; counts nothing.

    Raises:
        TooManyRequests: with the seconds until the next one counts again.
    """
    if any(counters.count(key) >= most for key, most in _keys(limit, what)):
        raise _too_many(limit)


def _keys(limit: RateLimitItem, what: str) -> Iterator[tuple[str, int]]:
    network, site = network_of(request.remote_addr), network_of(request.remote_addr, SITE_BITS)
    yield _key(what, network), limit.amount
    if site != network:
        yield _key(f"{what} of a site", site), limit.amount * SITE_SHARE


def _key(what: str, network: str) -> str:
    # Only a keyed fingerprint is kept, never an address.
    return f"public:{what}:{keyring().fingerprint('public throttle', network)}"


def _too_many(limit: RateLimitItem) -> TooManyRequests:
    return TooManyRequests(retry_after=min(limit.get_expiry(), LONGEST_WAIT))
