"""Setting a password by a mailed link: for the invited, and for whoever forgot theirs."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import login_user

from campaign.access import entrance
from campaign.clock import utc_now
from campaign.errors import CampaignError, InvalidInput
from campaign.extensions import db
from campaign.staff import links
from campaign.staff.letters import PATH
from campaign.staff.models import LinkPurpose, Staff
from campaign.staff.password_rules import PASSWORD_LENGTH
from campaign.staff.throttle import slow_down_letters, slow_down_network, take_place

bp = Blueprint("links", __name__)
_CODE = "link"


@bp.get("/anmelden/vergessen")
@entrance
def forgotten() -> ResponseReturnValue:
    """Ask for the address that a link is mailed to."""
    return render_template("security/forgotten.html", sent=False)


@bp.post("/anmelden/vergessen")
@entrance
def send() -> ResponseReturnValue:
    """Mail a link; the answer is the same whether there is such an account or not."""
    email = request.form.get("email", "")
    slow_down_letters(email)
    links.ask_reset(email, utc_now())
    return render_template("security/forgotten.html", sent=True)


@bp.get(PATH)
@entrance
def password() -> ResponseReturnValue:
    """Ask for a new password; the code moves from the address into the session first."""
    if "code" in request.args:
        session[_CODE] = request.args["code"]
        return redirect(url_for("staff.links.password"))
    return _page()


@bp.post(PATH)
@entrance
def set_password() -> ResponseReturnValue:
    """Set the password and go on to the second factor."""
    slow_down_network()
    typed, now = request.form.get("passwort", ""), utc_now()
    take_place(known=False)
    try:
        staff = links.use_link(session.get(_CODE, ""), typed, now)
    except InvalidInput as error:
        db.session.rollback()
        return _page(gettext(error.message, **error.values), error.status)
    session.pop(_CODE)
    login_user(staff, authn_via=["link"])
    db.session.commit()
    return redirect(url_for("staff.log_in.second_step"), 303)


def _page(error: str = "", status: int = 200) -> ResponseReturnValue:
    try:
        link = links.open_link(session.get(_CODE, ""), utc_now())
    except CampaignError as gone:
        page, status = render_template("security/link_gone.html"), gone.status
    else:
        staff = db.session.get_one(Staff, link.staff_id)
        values = {"invited": link.purpose is LinkPurpose.INVITATION, "length": PASSWORD_LENGTH, "error": error}
        page = render_template("security/new_password.html", email=staff.email, **values)
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
