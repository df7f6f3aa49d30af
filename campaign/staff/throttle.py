"""How often somebody may try to log in: counted per network and account, so that nobody locks out the owner."""

from __future__ import annotations

import ipaddress

from flask import request
from limits import RateLimitItem, parse
from werkzeug.exceptions import TooManyRequests

from campaign.extensions import keyring, limiter

LOGIN_ENDPOINT = "security.login"
PER_ACCOUNT = parse("10 per 5 minutes")
PER_NETWORK = parse("100 per 5 minutes")


def network_prefix(address: str) -> str:
    """Return the /24 (IPv4) or /64 (IPv6) network that an address belongs to; "" when it is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    plain = getattr(found, "ipv4_mapped", None) or found
    bits = 24 if plain.version == 4 else 64
    return str(ipaddress.ip_network(f"{plain}/{bits}", strict=False))


def slow_down() -> None:
    """Refuse a log-in that comes after too many others (a `before_request` function).

    Raises:
        TooManyRequests: with the seconds until the next try counts again.
    """
    if request.endpoint != LOGIN_ENDPOINT or request.method != "POST":
        return
    network = network_prefix(request.remote_addr or "")
    account = request.form.get("email", "").strip().casefold()
    _count(PER_NETWORK, network)
    _count(PER_ACCOUNT, f"{network}|{account}")


def _count(limit: RateLimitItem, who: str) -> None:
    # Only a keyed fingerprint is kept: neither an address of the network nor one of a person.
    key = keyring().fingerprint("log-in throttle", who)
    if not limiter.limiter.hit(limit, "log-in", key):
        raise TooManyRequests(retry_after=limit.get_expiry())
