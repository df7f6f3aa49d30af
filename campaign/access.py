"""Who may open which route. A view without a rule is closed; a test compares the whole table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaign.clock import utc_now
from campaign.errors import N_, NotAllowed, NotFound
from campaign.extensions import csrf, db, set_read_only

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = frozenset({"*"})
# Whoever has typed the right password; what it takes to prove the second factor, or to set one up.
HALFWAY: Final = frozenset({"password"})
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN_RULES: Final = {"static": PUBLIC, "security.login": PUBLIC, "security.logout": PUBLIC}
# After this long the pages that can do most ask again who is there.
FRESH: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Presence:
    """How sure we are of who is logged in: the session, when a second factor was shown, whether there is one."""

    session_id: int
    proven_at: datetime | None
    has_factor: bool
    seen_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Return whether the second factor was shown a short while ago."""
        return self.proven_at is not None and now - self.proven_at <= FRESH


def public(view: View) -> View:
    """Open a view to everybody; it sets no cookie and takes no session into account."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def entrance(view: View) -> View:
    """Open a view to everybody on the way to the log-in: it has a session, and its forms carry a token."""
    view.access, view.entrance = PUBLIC, True  # type: ignore[attr-defined]
    return view


def after_password(view: View) -> View:
    """Open a view to whoever has typed the right password, before the second factor."""
    view.access = HALFWAY  # type: ignore[attr-defined]
    return view


def setting_up(view: View) -> View:
    """Open a view after the password while the account has no second factor; later only to who has just shown it."""
    view.access, view.fresh = HALFWAY, True  # type: ignore[attr-defined]
    return view


def staff_only(*roles: str, fresh: bool = False) -> Callable[[View], View]:
    """Open a view to staff with one of the roles; `fresh`: only when they have just shown their second factor."""

    def mark(view: View) -> View:
        view.access, view.fresh = frozenset(roles), fresh  # type: ignore[attr-defined]
        return view

    return mark


def sends_file(view: View) -> View:
    """Mark a view whose answer is saved and not shown: somebody who is asked again gets a link to it."""
    view.sends_file = True  # type: ignore[attr-defined]
    return view


def rule_of(app: Flask, endpoint: str) -> frozenset[str] | None:
    """Return the roles that may open an endpoint ({"*"}: everybody), or None when no rule was given."""
    return FOREIGN_RULES.get(endpoint) or getattr(app.view_functions[endpoint], "access", None)


def wants_fresh(app: Flask, endpoint: str) -> bool:
    """Return whether an endpoint asks for a second factor that was shown a short while ago."""
    return bool(getattr(app.view_functions[endpoint], "fresh", False))


def is_entrance(app: Flask, endpoint: str) -> bool:
    """Return whether an endpoint is open to everybody and has a session all the same."""
    return endpoint.startswith("security.") or bool(getattr(app.view_functions[endpoint], "entrance", False))


def presence() -> Presence | None:
    """Return what is known of the session behind this request; None: nobody is logged in."""
    return g.get("presence") if current_user.is_authenticated else None


def enforce() -> ResponseReturnValue | None:
    """Refuse foreign forms, then whoever the endpoint's rule does not name (a `before_request` function)."""
    unsafe = request.method not in SAFE_METHODS
    set_read_only(not unsafe)
    if request.endpoint is None:
        return None
    if unsafe:
        _refuse_foreign_form()
    rule = rule_of(current_app, request.endpoint)
    if rule is None:
        raise NotFound(N_("Diese Seite gibt es nicht."))
    if rule == PUBLIC:
        _let_everybody_in(unsafe)
        return None
    set_read_only(True)
    elsewhere = _step_before(rule, unsafe)
    if elsewhere is None and unsafe:
        _receive_form()
        _forget_who_is_there()
        elsewhere = _step_before(rule, unsafe)
    return elsewhere


def _let_everybody_in(unsafe: bool) -> None:
    if not unsafe:
        return
    if request.endpoint in FOREIGN_RULES:
        # The library asks who is there before it reads the form.
        request.form.keys()
    elif is_entrance(current_app, request.endpoint or ""):
        _receive_form()


def _step_before(rule: frozenset[str], unsafe: bool) -> ResponseReturnValue | None:
    """Return where somebody has to go before the page, or None when it may open.

    Raises:
        NotAllowed: the account has none of the roles.
    """
    present = presence()
    if present is None:
        return _to_log_in(unsafe)
    fresh = wants_fresh(current_app, request.endpoint or "")
    if rule == HALFWAY:
        settled = not (fresh and present.has_factor) or present.is_fresh(utc_now())
        return None if settled else _to("staff.log_in.second_step", unsafe)
    if not present.has_factor:
        return _to("staff.factors.set_up", unsafe)
    if present.proven_at is None:
        return _to("staff.log_in.second_step", unsafe)
    if not any(current_user.has_role(role) for role in rule):
        raise NotAllowed(N_("Dein Konto darf diese Seite nicht öffnen. Frag die Leitung des Wettbewerbs."))
    return _to("staff.log_in.second_step", unsafe, keep=True) if fresh and not present.is_fresh(utc_now()) else None


def _to_log_in(unsafe: bool) -> ResponseReturnValue:
    # A form that was sent cannot be sent again by the redirect after the log-in.
    wanted = None if unsafe else request.full_path.rstrip("?")
    # Whoever still carries the cookie of a session was at work and should read why that is over.
    ended = 1 if "_user_id" in session else None
    return redirect(url_for("security.login", next=wanted, abgemeldet=ended))


def _to(endpoint: str, unsafe: bool, *, keep: bool = False) -> ResponseReturnValue:
    if not unsafe:
        return redirect(url_for(endpoint, next=request.full_path.rstrip("?")))
    # 307 (RFC 9110): the browser takes the form along, so that nothing that was typed is lost.
    return redirect(url_for(endpoint, next=request.path), 307) if keep else redirect(url_for(endpoint))


def _receive_form() -> None:
    # A form arrives as slowly as its sender likes: no transaction waits for it, and the right to write begins after it.
    db.session.rollback()
    csrf.protect()
    set_read_only(False)


def _forget_who_is_there() -> None:
    # While the form arrived the session may have ended, or the account got a second factor or other roles.
    g.pop("_login_user", None)
    g.pop("presence", None)


def _refuse_foreign_form() -> None:
    # Public forms carry no cookie, hence no token: the browser itself says where a form came from.
    origin = request.headers.get("Origin")
    foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if foreign or (origin and origin != "null" and origin != request.host_url.rstrip("/")):
        raise NotAllowed(N_("Dieses Formular kam von einer anderen Website. Öffne die Seite bei uns."))
