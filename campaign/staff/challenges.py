"""What a browser is asked to sign with a passkey: kept in its own signed cookie, and taken back once."""

from __future__ import annotations

import hashlib
import time
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request, session
from webauthn.helpers import bytes_to_base64url, generate_challenge

from campaign.counters import counters
from campaign.errors import N_, InvalidInput
from campaign.extensions import settings
from campaign.staff.passkeys import Site

SECONDS = 600
_KEY = "passkey_challenge"


def site_of_passkeys() -> Site | None:
    """Return whom passkeys belong to, or None where browsers make none: at a bare IP address."""
    base = settings().site.base_url.rstrip("/")
    # On one's own machine the site has several names; elsewhere only the public one counts.
    origin = base if base.startswith("https://") else request.host_url.rstrip("/")
    host = urlsplit(origin).hostname or ""
    return None if _is_number(host) else Site(host, origin)


def new_challenge() -> str:
    """Return a challenge and keep it in the session."""
    challenge = bytes_to_base64url(generate_challenge())
    session[_KEY] = [challenge, int(time.time())]
    return challenge


def take_challenge() -> str:
    """Return the challenge of the session; it cannot be had again.

    Raises:
        InvalidInput: there is none, it is too old, or it was used.
    """
    challenge, made_at = session.pop(_KEY, ("", 0))
    fresh = bool(challenge) and time.time() - made_at < SECONDS
    used = f"staff:challenge:{hashlib.sha256(challenge.encode()).hexdigest()}"
    # The cookie itself could be sent a second time.
    if not fresh or counters.add(used, SECONDS) > 1:
        raise InvalidInput(N_("Das hat zu lange gedauert. Versuch es noch einmal."))
    return str(challenge)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
