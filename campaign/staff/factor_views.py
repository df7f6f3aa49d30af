"""Setting up the second factor: an app with codes or a passkey, then the recovery codes."""

from __future__ import annotations

import io

import qrcode
from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from qrcode.image.svg import SvgPathImage

from campaign.access import setting_up
from campaign.clock import utc_now
from campaign.errors import N_, CampaignError, InvalidInput
from campaign.extensions import db
from campaign.staff import factors, passkeys
from campaign.staff.challenges import new_challenge, site_of_passkeys, take_challenge
from campaign.staff.ends import Proof
from campaign.staff.factors import one_time_codes
from campaign.staff.log_in_views import after_log_in, local
from campaign.staff.presence import come_in, present, present_actor
from campaign.staff.throttle import slow_down_codes

bp = Blueprint("factors", __name__)
# What is being set up stays with the browser until it works; the secret is encrypted there, too.
_SECRET, _HANDLE = "app_secret", "passkey_handle"


@bp.get("/anmelden/einrichten")
@setting_up
def set_up() -> ResponseReturnValue:
    """Show how to set up an app or a passkey."""
    return _page()


@bp.get("/anmelden/einrichten/bild.svg")
@setting_up
def picture() -> ResponseReturnValue:
    """Draw the code that the app's camera reads."""
    address = one_time_codes().get_totp_uri(current_user.email, _secret())
    image = qrcode.make(address, image_factory=SvgPathImage, border=2)
    stream = io.BytesIO()
    image.save(stream)
    return Response(stream.getvalue(), mimetype="image/svg+xml")


@bp.post("/anmelden/einrichten")
@setting_up
def keep() -> ResponseReturnValue:
    """Keep the app or the passkey once it has shown that it works; the first one brings recovery codes."""
    slow_down_codes(current_user.id, current_user.email)
    first = not factors.lock_account(current_user)
    if not first and not present().is_fresh(utc_now()):
        db.session.rollback()
        return redirect(url_for("staff.log_in.second_step"))
    try:
        proof = _keep_passkey() if request.form.get("art") == "passkey" else _keep_app()
        come_in(current_user, proof)
        codes = factors.new_recovery_codes(current_user, present_actor(), utc_now()) if first else []
    except CampaignError as error:
        db.session.rollback()
        return _page(gettext(error.message, **error.values), error.status)
    db.session.commit()
    session.pop(_SECRET, None)
    return show_codes(codes) if first else redirect(local(request.args.get("next", "")) or "/verwaltung/konto", 303)


def show_codes(codes: list[str]) -> ResponseReturnValue:
    """Show recovery codes, once."""
    return render_template("security/recovery_codes.html", codes=codes, onward=after_log_in())


def _page(error: str = "", status: int = 200) -> ResponseReturnValue:
    site, secret = site_of_passkeys(), _secret()
    page = render_template(
        "security/set_up.html",
        key=one_time_codes().get_totp_pretty_key(secret),
        address=one_time_codes().get_totp_uri(current_user.email, secret),
        passkey_options=_registration(site) if site else None,
        first=not present().has_factor,
        has_app=current_user.totp_secret is not None,
        error=error,
        name_length=passkeys.NAME_LENGTH,
    )
    return page, status


def _registration(site: passkeys.Site) -> str:
    return passkeys.registration_options(current_user, _handle(), site, new_challenge())


def _handle() -> str:
    return str(current_user.passkey_handle or session.setdefault(_HANDLE, passkeys.new_handle()))


def _secret() -> str:
    if _SECRET not in session:
        session[_SECRET] = factors.new_secret()
    return str(session[_SECRET])


def _keep_app() -> Proof:
    factors.use_app(current_user, _secret(), request.form.get("code", ""), present_actor(), utc_now())
    return Proof.CODE


def _keep_passkey() -> Proof:
    site, form = site_of_passkeys(), request.form
    if site is None:
        raise InvalidInput(N_("Passkeys brauchen einen Namen statt einer Nummer in der Adresse der Website."))
    current_user.passkey_handle = _handle()
    answer = passkeys.Answer(form.get("antwort", ""), site, take_challenge())
    passkeys.add(current_user, answer, form.get("name", ""), present_actor(), utc_now())
    return Proof.PASSKEY
