"""Devices that somebody has fully logged in on before: a signed cookie that belongs to one account.

OWASP, "Device Cookies": whoever brings one is counted apart, so that strangers cannot make the owner wait.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from itertools import islice

from flask import Response, current_app, request

from campaign.extensions import db, keyring
from campaign.staff.models import Staff

LIFETIME_SECONDS = 400 * 24 * 3600  # what browsers keep at most
# A browser that several people log in on has one for each; every one that is looked at costs a query.
MOST = 5
_PURPOSE = "known device"


def device_of(email: str) -> str | None:
    """Return the name of the device that sent this request, if that account was fully logged in on it before."""
    account = email.strip().casefold()
    return next((device for staff, device in _known_here() if staff.email == account), None)


def some_device() -> str | None:
    """Return the name of the device that sent this request, if any account was fully logged in on it before."""
    return next((device for _, device in _known_here()), None)


def know_device(response: Response, staff: Staff) -> Response:
    """Let the browser keep that this account was fully logged in on it; a new password makes that void."""
    nonce = secrets.token_urlsafe(12)
    response.set_cookie(
        f"{_prefix()}{staff.id}",
        f"{nonce}.{_seal(staff, nonce)}",
        max_age=LIFETIME_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response


def _known_here() -> Iterator[tuple[Staff, str]]:
    cookies = ((name, value) for name, value in request.cookies.items() if name.startswith(_prefix()))
    checked = (_checked(name, value) for name, value in islice(cookies, MOST))
    return (known for known in checked if known)


def _checked(name: str, value: str) -> tuple[Staff, str] | None:
    number, (nonce, _, seal) = name.removeprefix(_prefix()), value.partition(".")
    staff = db.session.get(Staff, int(number)) if number.isascii() and number.isdigit() and len(number) < 9 else None
    if staff is None or not hmac.compare_digest(_seal(staff, nonce).encode(), seal.encode()):
        return None
    return staff, f"{staff.id}.{nonce}"


def _seal(staff: Staff, nonce: str) -> str:
    return keyring().fingerprint(_PURPOSE, f"{staff.id}|{nonce}|{staff.password}")


def _prefix() -> str:
    return "__Host-device-" if current_app.config["SESSION_COOKIE_SECURE"] else "device-"
