"""How often somebody may try to log in, counted per account, device and network; no account is ever locked.

Each try is counted before its password is hashed, and refused before that when it comes too early: a flood costs next
to nothing. Hashing itself has few places, some of them kept for devices that are known.
"""

from __future__ import annotations

import math
import os
import threading

import sqlalchemy as sa
from flask import Response, g, render_template, request
from flask_security import uia_email_mapper
from werkzeug.exceptions import TooManyRequests

from campaign.arrivals import DESKS
from campaign.counters import counters
from campaign.extensions import db, keyring, set_read_only
from campaign.keys import network_of
from campaign.staff import missed
from campaign.staff.known_devices import device_of, some_device
from campaign.staff.models import Staff
from campaign.staff.throttle_rules import ACCOUNT, CODE, DEVICE, LETTERS, NETWORK, Patience

LOGIN_ENDPOINT = "security.login"
# A hash takes 64 MiB and all the cores it can get: strangers have half of them to share, known devices places apart.
CORES = os.cpu_count() or 1
# Who hashes or waits keeps a desk of the server from others: strangers never have more than half of them.
PLACES = max(1, min(CORES // 2, DESKS // 4))
FOR_STRANGERS, FOR_KNOWN = threading.BoundedSemaphore(PLACES), threading.BoundedSemaphore(CORES)
WAITING_ROOM = threading.BoundedSemaphore(DESKS // 4)
STRANGERS_WAIT, KNOWN_WAIT = 1.0, 5.0
PAUSE_SECONDS = 5


def slow_down() -> None:
    """Refuse a log-in that comes too early, and take a place for hashing for the others (a `before_request` function).

    Raises:
        TooManyRequests: with the seconds until the next try counts.
    """
    if request.endpoint != LOGIN_ENDPOINT or request.method != "POST":
        return
    email = _address(request.form.get("email", ""))
    device = device_of(email)
    # What was read to know the device may be old by the time there is a place.
    db.session.rollback()
    if device:
        _count(DEVICE, f"device|{device}")
    else:
        _count(NETWORK, f"network|{network_of(request.remote_addr)}")
        _count(ACCOUNT, f"account|{email}")
    take_place(known=device is not None)
    # On SQLite nobody else could write while a password is hashed.
    set_read_only(True)


def begin_to_write(staff: Staff) -> None:
    """Lock the account whose password was right, and let the log-in write from here on.

    Raises:
        TooManyRequests: the account was changed meanwhile, so that the password may be right no longer.
    """
    if request.endpoint != LOGIN_ENDPOINT:
        return
    kept, (checked, *_) = staff.password, sa.inspect(staff).attrs.password.history.non_added()
    db.session.rollback()
    set_read_only(False)
    db.session.refresh(staff, ["password", "active"], with_for_update=True)
    if staff.password != checked or not staff.active:
        raise _later(PAUSE_SECONDS)
    # The library may have hashed it anew, by a better method.
    staff.password = kept


def take_place(*, known: bool) -> None:
    """Take a place for hashing a password until the request ends.

    Raises:
        TooManyRequests: none became free in time, or too many wait already.
    """
    places = FOR_KNOWN if known else FOR_STRANGERS
    if not (places.acquire(timeout=KNOWN_WAIT) if known else _wait_with_strangers()):
        raise _later(PAUSE_SECONDS)
    g.hashing_place = places


def _wait_with_strangers() -> bool:
    if FOR_STRANGERS.acquire(blocking=False):
        return True
    if not WAITING_ROOM.acquire(blocking=False):
        return False
    try:
        return FOR_STRANGERS.acquire(timeout=STRANGERS_WAIT)
    finally:
        WAITING_ROOM.release()


def leave_place(_error: BaseException | None = None) -> None:
    """Give the place for hashing back (a `teardown_request` function)."""
    places = g.pop("hashing_place", None)
    if places is not None:
        places.release()


def slow_down_codes(staff_id: int, email: str) -> None:
    """Count a try with a second factor.

    Raises:
        TooManyRequests: it comes too early.
    """
    _count(CODE, _code_key(staff_id, email))


def slow_down_letters(email: str) -> None:
    """Count a wish for a mail with a link, per account and per network.

    Raises:
        TooManyRequests: it comes too early.
    """
    _count(NETWORK, f"letters|{network_of(request.remote_addr)}")
    _count(LETTERS, f"letters|{email.strip().casefold()}")


def slow_down_network() -> None:
    """Count a try that names no account.

    Raises:
        TooManyRequests: it comes too early.
    """
    _count(NETWORK, f"nameless|{network_of(request.remote_addr)}")


def slow_down_passkey() -> None:
    """Count a try with a passkey alone, which names no account: of the known device, or else of the network.

    Raises:
        TooManyRequests: it comes too early.
    """
    patience, who = _nameless()
    db.session.rollback()
    _count(patience, who)


def forget_passkey_tries() -> None:
    """Let the tries with a passkey alone count no longer: somebody came in."""
    counters.forget(_key("tries", _nameless()[1]))


def forget_tries(email: str) -> None:
    """Let the tries of an account, its device and the network count no longer: somebody came in."""
    device = device_of(email)
    done = [f"device|{device}"] if device else [f"account|{email}", f"network|{network_of(request.remote_addr)}"]
    for who in done:
        counters.forget(_key("tries", who))
    missed.forget(email)


def forget_codes(staff_id: int, email: str) -> None:
    """Let the tries with a second factor count no longer: it was right."""
    counters.forget(_key("tries", _code_key(staff_id, email)))


def _nameless() -> tuple[Patience, str]:
    device = some_device()
    return (DEVICE, f"device|{device}") if device else (NETWORK, f"network|{network_of(request.remote_addr)}")


def _address(typed: str) -> str:
    # As the library looks it up: one account can be spelled in many ways (UTS 46), and all of them are its tries.
    plain = typed.strip()
    return (uia_email_mapper(plain) or plain).casefold()


def _code_key(staff_id: int, email: str) -> str:
    # Who has stolen the password cannot make the owner wait on the owner's own device.
    return f"code|{staff_id}|{device_of(email) or ''}"


def _count(patience: Patience, who: str) -> None:
    waiting = counters.left(_key("wait", who))
    if waiting > 0:
        raise _later(math.ceil(waiting))
    wait = patience.wait(counters.add(_key("tries", who), patience.remembered))
    # Others may have asked at the same moment: counting is what decides, and only the first of a wait goes on.
    if wait and counters.add(_key("wait", who), wait) > 1:
        raise _later(wait)


def _later(seconds: int) -> TooManyRequests:
    page = render_template("security/later.html", seconds=seconds)
    return TooManyRequests(response=Response(page, 429, {"Retry-After": str(seconds)}))


def _key(what: str, who: str) -> str:
    # Only a keyed fingerprint is kept: neither an address of the network nor one of a person.
    return f"staff:{what}:{keyring().fingerprint('log-in throttle', who)}"
