"""Who may open which route. A view without a rule is closed; a test compares the whole table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaign.errors import N_, NotAllowed, NotFound
from campaign.extensions import csrf, db, set_read_only

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = frozenset({"*"})
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN_RULES: Final = {"static": PUBLIC, "security.login": PUBLIC, "security.logout": PUBLIC}


def public(view: View) -> View:
    """Open a view to everybody; it sets no cookie and takes no session into account."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def staff_only(*roles: str) -> Callable[[View], View]:
    """Open a view to staff with one of the roles; an admin may open every staff page."""

    def mark(view: View) -> View:
        view.access = frozenset({*roles, "admin"})  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> frozenset[str] | None:
    """Return the roles that may open an endpoint ({"*"}: everybody), or None when no rule was given."""
    return FOREIGN_RULES.get(endpoint) or getattr(app.view_functions[endpoint], "access", None)


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
        if unsafe and request.endpoint in FOREIGN_RULES:
            # The library asks who is there before it reads the form.
            request.form.keys()
        return None
    set_read_only(True)
    if not current_user.is_authenticated:
        # A form that was sent cannot be sent again by the redirect after the log-in.
        wanted = None if unsafe else request.full_path.rstrip("?")
        return redirect(url_for("security.login", next=wanted))
    if not any(current_user.has_role(role) for role in rule):
        raise NotAllowed(N_("Dein Konto darf diese Seite nicht öffnen. Frag die Leitung des Wettbewerbs."))
    if unsafe:
        _receive_form()
    return None


def _receive_form() -> None:
    # A form arrives as slowly as its sender likes: no transaction waits for it, and the right to write begins after it.
    db.session.rollback()
    csrf.protect()
    set_read_only(False)


def _refuse_foreign_form() -> None:
    # Public forms carry no cookie, hence no token: the browser itself says where a form came from.
    origin = request.headers.get("Origin")
    foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if foreign or (origin and origin != "null" and origin != request.host_url.rstrip("/")):
        raise NotAllowed(N_("Dieses Formular kam von einer anderen Website. Öffne die Seite bei uns."))
