"""The page of an admin: who may do what here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.staff import team
from campaign.staff.actors import Actor
from campaign.staff.models import RoleName
from campaign.staff.presence import present_actor
from campaign.web import carry_out

bp = Blueprint("team", __name__)
ADMIN = RoleName.ADMIN.value


@bp.get("/verwaltung/team")
@staff_only(ADMIN)
def index() -> ResponseReturnValue:
    """List the accounts."""
    return _page()


@bp.post("/verwaltung/team/einladen")
@staff_only(ADMIN, fresh=True)
def invite() -> ResponseReturnValue:
    """Make an account and mail its owner the link."""
    return _act(lambda actor, now: team.invite(request.form.get("email", ""), _roles(), actor, now))


@bp.post("/verwaltung/team/<int:number>/einladung")
@staff_only(ADMIN, fresh=True)
def invite_again(number: int) -> ResponseReturnValue:
    """Mail another link to somebody who was invited."""
    return _act(lambda actor, now: team.invite_again(number, actor, now))


@bp.post("/verwaltung/team/<int:number>/zuruecknehmen")
@staff_only(ADMIN, fresh=True)
def withdraw(number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    return _act(lambda actor, now: team.withdraw(number, actor, now))


@bp.post("/verwaltung/team/<int:number>/rollen")
@staff_only(ADMIN, fresh=True)
def change_roles(number: int) -> ResponseReturnValue:
    """Give an account other roles."""
    return _act(lambda actor, now: team.change_roles(number, _roles(), actor, now))


@bp.post("/verwaltung/team/<int:number>/schliessen")
@staff_only(ADMIN, fresh=True)
def close(number: int) -> ResponseReturnValue:
    """Close an account."""
    return _act(lambda actor, now: team.close(number, actor, now))


@bp.post("/verwaltung/team/<int:number>/oeffnen")
@staff_only(ADMIN, fresh=True)
def reopen(number: int) -> ResponseReturnValue:
    """Open a closed account again."""
    return _act(lambda actor, now: team.reopen(number, actor, now))


@bp.post("/verwaltung/team/<int:number>/abmelden")
@staff_only(ADMIN, fresh=True)
def end_sessions(number: int) -> ResponseReturnValue:
    """End all sessions of an account."""
    return _act(lambda actor, now: team.end_sessions(number, actor, now))


@bp.post("/verwaltung/team/<int:number>/zweiter-faktor")
@staff_only(ADMIN, fresh=True)
def reset_factor(number: int) -> ResponseReturnValue:
    """Take the second factor from an account whose owner lost it."""
    return _act(lambda actor, now: team.reset_factor(number, actor, now))


def _act(act: Callable[[Actor, datetime], object]) -> ResponseReturnValue:
    return carry_out(lambda: act(present_actor(), utc_now()), url_for("staff.team.index"), _page)


def _roles() -> list[RoleName]:
    wanted = set(request.form.getlist("rolle"))
    return [role for role in RoleName if role.value in wanted]


def _page(error: str = "", status: int = 200) -> ResponseReturnValue:
    # What was typed into the form of the invitation comes back with what is wrong with it.
    inviting = "email" in request.form
    typed = {"email": request.form.get("email", ""), "roles": request.form.getlist("rolle") if inviting else []}
    page = render_template(
        "staff/team.html",
        colleagues=team.colleagues(),
        roles=list(RoleName),
        me=present_actor().staff_id,
        now=utc_now(),
        error=error,
        typed_before=typed,
    )
    return page, status


@bp.app_template_filter("role_name")
def role_name(role: str) -> str:
    """Return in a word what a role is called."""
    return {
        RoleName.MODERATOR: gettext("Moderation"),
        RoleName.ORGANISER: gettext("Leitung"),
        RoleName.SCRUTINEER: gettext("Aufsicht"),
        RoleName.ADMIN: gettext("Technik"),
    }[RoleName(role)]


@bp.app_template_filter("role_text")
def role_text(role: str) -> str:
    """Return in a sentence what a role may do."""
    return {
        RoleName.MODERATOR: gettext("entscheidet über Bilder"),
        RoleName.ORGANISER: gettext("dazu Ergebnisse, Ausschlüsse und Downloads"),
        RoleName.SCRUTINEER: gettext("liest alles außer Adressen von Menschen"),
        RoleName.ADMIN: gettext("verwaltet Konten und sieht nach dem System"),
    }[RoleName(role)]
