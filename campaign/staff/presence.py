"""The session of the database and the cookie of the browser: what makes somebody present."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask_login import current_user, user_logged_out
from flask_security import user_authenticated
from flask_security.utils import set_request_attr

from campaign.access import PUBLIC, SAFE_METHODS, Presence, presence, rule_of
from campaign.clock import utc_now
from campaign.errors import N_, NotAllowed
from campaign.extensions import db, set_read_only
from campaign.staff import missed, sessions, throttle
from campaign.staff.actors import Actor
from campaign.staff.ends import Proof, SessionEnd
from campaign.staff.known_devices import device_of as known_device_of
from campaign.staff.known_devices import know_device
from campaign.staff.models import Staff
from campaign.staff.session_rules import TOUCH, device_of

TOKEN = "staff_session"  # noqa: S105 - the name of the place in the cookie
# What the libraries have just written there.
_OF_LOG_IN = frozenset({"_user_id", "_fresh", "_id", "fs_cc", "fs_paa"})


def init_presence(app: Flask, manager: Any) -> None:
    """Let nobody count as logged in whose session the database does not know, and note who is there."""

    def load(user_id: str) -> Staff | None:
        """Return who is logged in, if the session of this request holds."""
        found = sessions.find(session.get(TOKEN, ""), utc_now())
        if found is None or found[0].fs_uniquifier != user_id:
            return None
        staff, row, has_factor = found
        # The library's own loader says so too: without it the log-out would ask for no token.
        set_request_attr("fs_authn_via", "session")
        g.presence = Presence(row.id, row.proven_at, has_factor, row.last_seen_at)
        return staff

    manager.user_loader(load)
    user_authenticated.connect(_came, app)
    user_logged_out.connect(_went, app)
    app.before_request(_touch)


def present() -> Presence:
    """Return what is known of who is logged in.

    Raises:
        NotAllowed: nobody is.
    """
    found = presence()
    if found is None:
        raise NotAllowed(N_("Dafür musst du angemeldet sein."))
    return found


def present_actor() -> Actor:
    """Return the person of the staff who sent this request."""
    return Actor(current_user.id, current_user.email)


def come_in(staff: Staff, proof: Proof) -> None:
    """Write down that a second factor was shown in this session, and know the device from now on; flushed."""
    session[TOKEN] = sessions.prove(present().session_id, proof, utc_now())
    throttle.forget_tries(staff.email)
    throttle.forget_codes(staff.id, staff.email)
    g.device_of = staff


def remember_device(response: Response) -> Response:
    """Give the browser the cookie of a known device after a full log-in (an `after_request` function)."""
    staff = g.pop("device_of", None)
    if staff is None:
        return response
    return response if known_device_of(staff.email) else know_device(response, staff)


def _came(_app: Flask, user: Staff, **_values: object) -> None:
    """Begin a session when the library has found out who is there (its view commits)."""
    throttle.begin_to_write(user)
    now = utc_now()
    visit = sessions.Visit(
        *device_of(request.headers.get("User-Agent", "")),
        known_device=known_device_of(user.email) is not None,
        failed_before=missed.count(user.email),
    )
    row, token = sessions.begin(user, visit, now)
    # Nothing that somebody left in this browser goes along: neither a form's token nor the secret of an app.
    for key in set(session) - _OF_LOG_IN:
        session.pop(key)
    g.pop("csrf_token", None)
    session[TOKEN] = token
    g.presence = Presence(row.id, None, user.totp_secret is not None, now)


def _went(_app: Flask, user: Staff, **_values: object) -> None:
    """End the session when its owner logs out."""
    here = g.get("presence")
    if here is not None:
        sessions.end(here.session_id, user.id, SessionEnd.LOGOUT, Actor(user.id, user.email), utc_now())
        g.pop("presence")
    session.pop(TOKEN, None)


def _touch() -> None:
    """Note that somebody is there, in a transaction of its own (a `before_request` function)."""
    rule = rule_of(current_app, request.endpoint) if request.endpoint else None
    here = presence() if rule not in (None, PUBLIC) else None
    now = utc_now()
    if here is None or now - here.seen_at < TOUCH:
        return
    db.session.rollback()
    set_read_only(False)
    sessions.touch(here.session_id, now)
    set_read_only(request.method in SAFE_METHODS)
