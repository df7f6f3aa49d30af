"""How often somebody may try to log in: counted per network and account, so that nobody locks out the owner."""

from __future__ import annotations

from flask import request
from limits import RateLimitItem, parse
from werkzeug.exceptions import TooManyRequests

from campaign.extensions import keyring, limiter
from campaign.keys import network_of

LOGIN_ENDPOINT = "security.login"
PER_ACCOUNT = parse("10 per 5 minutes")
PER_NETWORK = parse("100 per 5 minutes")


def slow_down() -> None:
    """Refuse a log-in that comes after too many others (a `before_request` function).

    Raises:
        TooManyRequests: with the seconds until the next try counts again.
    """
    if request.endpoint != LOGIN_ENDPOINT or request.method != "POST":
        return
    network = network_of(request.remote_addr)
    account = request.form.get("email", "").strip().casefold()
    _count(PER_NETWORK, network)
    _count(PER_ACCOUNT, f"{network}|{account}")


def _count(limit: RateLimitItem, who: str) -> None:
    # Only a keyed fingerprint is kept: neither an address of the network nor one of a person.
    key = keyring().fingerprint("log-in throttle", who)
    if not limiter.limiter.hit(limit, "log-in", key):
        raise TooManyRequests(retry_after=limit.get_expiry())
