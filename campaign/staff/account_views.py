"""One's own account: where one is logged in, the second factor, the password."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.errors import N_, InvalidInput
from campaign.extensions import db
from campaign.staff import factors, passkeys, sessions
from campaign.staff.ends import SessionEnd
from campaign.staff.factor_views import show_codes
from campaign.staff.known_devices import know_device
from campaign.staff.models import RoleName
from campaign.staff.password_rules import PASSWORD_LENGTH
from campaign.staff.presence import present, present_actor
from campaign.staff.services import change_password, security
from campaign.staff.session_rules import lapse
from campaign.staff.throttle import slow_down_codes, take_place
from campaign.web import carry_out

bp = Blueprint("account", __name__)
EVERYBODY = tuple(role.value for role in RoleName)


@bp.get("/verwaltung/konto")
@staff_only(*EVERYBODY)
def index() -> ResponseReturnValue:
    """Show where the account is logged in, and by what."""
    return _page()


@bp.post("/verwaltung/konto/anmeldungen/<int:number>/beenden")
@staff_only(*EVERYBODY)
def end_session(number: int) -> ResponseReturnValue:
    """End one of one's own log-ins."""
    sessions.end(number, current_user.id, SessionEnd.REVOKED, present_actor(), utc_now())
    return redirect(url_for("staff.account.index"), 303)


@bp.post("/verwaltung/konto/anmeldungen/beenden")
@staff_only(*EVERYBODY)
def end_other_sessions() -> ResponseReturnValue:
    """End all of one's own log-ins but this one."""
    sessions.end_all(current_user, SessionEnd.REVOKED, present_actor(), utc_now(), but=present().session_id)
    db.session.commit()
    return redirect(url_for("staff.account.index"), 303)


@bp.post("/verwaltung/konto/passkeys/<int:number>/entfernen")
@staff_only(*EVERYBODY, fresh=True)
def remove_passkey(number: int) -> ResponseReturnValue:
    """Remove one of one's own passkeys."""
    return _act(lambda: passkeys.remove(current_user, number, present_actor(), utc_now()))


@bp.post("/verwaltung/konto/wiederherstellung")
@staff_only(*EVERYBODY, fresh=True)
def new_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, once."""
    codes = factors.new_recovery_codes(current_user, present_actor(), utc_now())
    db.session.commit()
    return show_codes(codes)


@bp.post("/verwaltung/konto/passwort")
@staff_only(*EVERYBODY, fresh=True)
def set_password() -> ResponseReturnValue:
    """Change the password; all other log-ins end."""
    slow_down_codes(current_user.id, current_user.email)
    take_place(known=True)
    answer = _act(_change_password)
    return know_device(answer, current_user) if answer.status_code == 303 else answer


def _change_password() -> None:
    typed = security.password_util.normalize(request.form.get("bisher", ""))
    if not current_user.verify_and_update_password(typed):
        raise InvalidInput(N_("Das bisherige Passwort stimmt nicht."))
    new = request.form.get("passwort", "")
    change_password(current_user, new, present_actor(), utc_now(), but=present().session_id)


def _act(act: Callable[[], object]) -> Response:
    return make_response(carry_out(act, url_for("staff.account.index"), _page))


def _page(error: str = "", status: int = 200) -> Response:
    now, here = utc_now(), present()
    rows = sessions.of_account(current_user.id)
    running = [row for row in rows if row.ended_at is None and lapse(row.created_at, row.last_seen_at, now) is None]
    page = render_template(
        "staff/account.html",
        here=here.session_id,
        running=running,
        past=[row for row in rows if row not in running],
        keys=factors.passkeys_of(current_user.id),
        codes_left=factors.recovery_codes_left(current_user.id),
        codes_all=factors.RECOVERY_CODES,
        length=PASSWORD_LENGTH,
        error=error,
    )
    return make_response(page, status)
