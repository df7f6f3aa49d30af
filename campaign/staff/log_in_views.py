"""From the password to the desk: the second step, also when somebody is asked again, and passkeys alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_security import login_user
from werkzeug.exceptions import HTTPException

from campaign.access import after_password, entrance, presence, wants_fresh
from campaign.clock import utc_now
from campaign.errors import CampaignError, InvalidInput
from campaign.extensions import db
from campaign.staff import factors, missed, passkeys, sessions
from campaign.staff.challenges import new_challenge, site_of_passkeys, take_challenge
from campaign.staff.ends import Proof, SessionEnd
from campaign.staff.models import RoleName, Staff
from campaign.staff.presence import TOKEN, come_in, present
from campaign.staff.throttle import forget_passkey_tries, slow_down_codes, slow_down_passkey

bp = Blueprint("log_in", __name__)
DESK_ROLES = (RoleName.MODERATOR, RoleName.ORGANISER, RoleName.SCRUTINEER)
# A form that is carried along keeps its fields under names of their own.
CARRIED = "feld:"


@bp.get("/anmelden/zweiter-schritt")
@after_password
def second_step() -> ResponseReturnValue:
    """Ask for the second factor; whoever has none is led to setting one up."""
    here = present()
    if not here.has_factor:
        return redirect(url_for("staff.factors.set_up", next=local(request.args.get("next", "")) or None))
    if here.is_fresh(utc_now()):
        return redirect(after_log_in())
    return _ask()


@bp.post("/anmelden/zweiter-schritt")
@after_password
def take_second_step() -> ResponseReturnValue:
    """Take a code, a recovery code or the answer of a passkey; then go on to where somebody wanted to go."""
    way = PROOFS.get(request.form.get("schritt", ""))
    if way is None:
        return _ask(carried=request.form.to_dict(flat=False))
    slow_down_codes(current_user.id, current_user.email)
    try:
        come_in(current_user, way(current_user))
    except CampaignError as error:
        db.session.rollback()
        missed.note(current_user.email)
        return _ask(carried=_carried(), error=gettext(error.message, **error.values), status=error.status)
    db.session.commit()
    return _go_on()


@bp.post("/anmelden/passkey")
@entrance
def with_passkey() -> ResponseReturnValue:
    """Log in with a passkey alone: it stands for password and second factor."""
    slow_down_passkey()
    try:
        staff = passkeys.owner_of(_answer(), utc_now())
    except CampaignError as error:
        db.session.rollback()
        return redirect(url_for("security.login", passkey=error.status))
    login_user(staff, authn_via=["webauthn"])
    come_in(staff, Proof.PASSKEY)
    forget_passkey_tries()
    db.session.commit()
    return redirect(after_log_in(), 303)


def after_log_in() -> str:
    """Return where somebody wanted to go, or else the page that their work begins on."""
    wanted = local(request.args.get("next", ""))
    if wanted:
        return wanted
    at_desk = any(current_user.has_role(role.value) for role in DESK_ROLES)
    return url_for("moderation.desk") if at_desk else url_for("staff.team.index")


def local(address: str) -> str:
    """Return an address if it leads to a page of this site, else nothing."""
    parts = urlsplit(address.replace("\\", "/"))
    here = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return address if here and address.isprintable() else ""


def log_in_page() -> dict[str, Any]:
    """Return what the library's page of the log-in shows besides its own form."""
    site = site_of_passkeys()
    ended = sessions.ended(session.get(TOKEN, ""), utc_now()) if "abgemeldet" in request.args else None
    options = passkeys.authentication_options(site, new_challenge()) if site else None
    return {"passkey_options": options, "ended": ended, "ends": SessionEnd}


def _by_code(staff: Staff) -> Proof:
    factors.check_code(staff, request.form.get("code", ""))
    return Proof.CODE


def _by_recovery_code(staff: Staff) -> Proof:
    factors.check_recovery_code(staff, request.form.get("code", ""), utc_now())
    return Proof.RECOVERY


def _by_passkey(staff: Staff) -> Proof:
    if passkeys.owner_of(_answer(), utc_now()).id != staff.id:
        raise InvalidInput(passkeys.WRONG)
    return Proof.PASSKEY


PROOFS: dict[str, Callable[[Staff], Proof]] = {
    "code": _by_code,
    "wiederherstellung": _by_recovery_code,
    "passkey": _by_passkey,
}


def _answer() -> passkeys.Answer:
    site = site_of_passkeys()
    if site is None:
        raise InvalidInput(passkeys.WRONG)
    return passkeys.Answer(request.form.get("antwort", ""), site, take_challenge())


def _ask(*, carried: dict[str, list[str]] | None = None, error: str = "", status: int = 200) -> ResponseReturnValue:
    site, keys = site_of_passkeys(), factors.passkeys_of(current_user.id)
    here = presence()
    page = render_template(
        "security/second_step.html",
        has_app=current_user.totp_secret is not None,
        passkey_options=passkeys.authentication_options(site, new_challenge(), keys) if site and keys else None,
        only_elsewhere=bool(keys) and site is None,
        again=here is not None and here.proven_at is not None,
        carried=[(f"{CARRIED}{name}", value) for name, value in _fields(carried or {})],
        wanted=local(request.args.get("next", "")),
        error=error,
    )
    return page, status


def _carried() -> dict[str, list[str]]:
    found = request.form.to_dict(flat=False)
    return {name.removeprefix(CARRIED): values for name, values in found.items() if name.startswith(CARRIED)}


def _fields(carried: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in carried.items() if name != "csrf_token" for value in values]


def _go_on() -> ResponseReturnValue:
    """Lead to the page that was wanted: to a form by a button that sends it, to a file by a link."""
    wanted, carried = local(request.args.get("next", "")), _carried()
    endpoint = _endpoint(wanted, "POST" if carried else "GET")
    if carried and endpoint and wants_fresh(current_app, endpoint):
        return render_template("security/go_on.html", fields=_fields(carried), wanted=wanted)
    if endpoint and getattr(current_app.view_functions[endpoint], "sends_file", False):
        return render_template("security/go_on.html", fields=None, wanted=wanted)
    return redirect(after_log_in(), 303)


def _endpoint(address: str, method: str) -> str | None:
    try:
        return current_app.url_map.bind("").match(urlsplit(address).path, method)[0] if address else None
    except HTTPException:
        return None
