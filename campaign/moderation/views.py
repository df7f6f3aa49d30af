"""The moderators' desk: one waiting entry at a time, decided by keyboard, mouse or touch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta, gettext
from flask_login import current_user

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Source, Status
from campaign.errors import CampaignError
from campaign.moderation import pictures, services
from campaign.moderation.account_views import bp as accounts_bp
from campaign.moderation.adding_views import bp as adding_bp
from campaign.moderation.desk import check_waits, open_desk
from campaign.moderation.entry_views import bp as entries_bp
from campaign.moderation.entry_views import show_entry
from campaign.moderation.models import Action, Decision
from campaign.moderation.people import DECIDING, OVERSEEING, READING, may, present_actor
from campaign.moderation.picture_views import bp as stills_bp
from campaign.moderation.reasons import REASONS, Reason, parse_reason
from campaign.moderation.rights_views import bp as rights_bp
from campaign.staff.actors import Actor
from campaign.towns.choices import chosen_town, town_choices
from campaign.web import row_number

bp = Blueprint("moderation", __name__)
for _part in (entries_bp, stills_bp, adding_bp, accounts_bp, rights_bp):
    bp.register_blueprint(_part)


@bp.get("/moderation")
@staff_only(*READING)
def desk() -> ResponseReturnValue:
    """Show the waiting entry `bild`, or the one behind `nach`, or the oldest."""
    if not may(DECIDING):
        return redirect(url_for("moderation.entries.index"))
    return show_desk(after=request.args.get("nach", type=row_number), at=request.args.get("bild", type=row_number))


@bp.post("/moderation/eintrag/<int:number>/freigeben")
@staff_only(*DECIDING)
def approve(number: int) -> ResponseReturnValue:
    """Let an entry take part."""
    return _settle(number, Status.APPROVED, lambda actor, now: services.approve(number, actor, now))


@bp.post("/moderation/eintrag/<int:number>/ablehnen")
@staff_only(*DECIDING)
def reject(number: int) -> ResponseReturnValue:
    """Refuse an entry with a reason."""
    form = request.form
    return _settle(
        number,
        Status.REJECTED,
        lambda actor, now: services.reject(number, parse_reason(form.get("reason", "")), form.get("text"), actor, now),
    )


@bp.post("/moderation/eintrag/<int:number>/ort")
@staff_only(*DECIDING)
def set_town(number: int) -> ResponseReturnValue:
    """Say where an entry is from; the desk stays with it."""
    typed = request.form.get("town", "")
    return _decide(number, lambda actor, now: services.set_town(number, chosen_town(typed), actor, now), stay=True)


@bp.post("/moderation/eintrag/<int:number>/bildwahl")
@staff_only(*DECIDING)
def choose(number: int) -> ResponseReturnValue:
    """Let another picture of its album stand for an entry; the desk stays with it."""
    part = request.form.get("part", 0, type=row_number)
    return _decide(number, lambda actor, now: pictures.choose_picture(number, part, actor, now), stay=True)


@bp.post("/moderation/rueckgaengig/<int:decision_id>")
@staff_only(*DECIDING)
def undo(decision_id: int) -> ResponseReturnValue:
    """Undo a decision and go back to its entry."""
    number = request.form.get("number", 0, type=row_number)
    return _decide(number, lambda actor, now: services.undo(decision_id, actor, now), stay=True)


def _settle(number: int, wanted: Status, act: Callable[[Actor, datetime], object]) -> ResponseReturnValue:
    """Carry out a decision; one made at the desk stands only while the entry waits, as its card showed it."""

    def settle(actor: Actor, now: datetime) -> None:
        if not _at_entry():
            check_waits(number, wanted)
        act(actor, now)

    return _decide(number, settle)


def _at_entry() -> bool:
    return request.form.get("from") == "entry"


def _decide(number: int, act: Callable[[Actor, datetime], object], *, stay: bool = False) -> ResponseReturnValue:
    """Carry a decision out, then go on where it was made: to the entry's page or to the desk."""
    at_entry = _at_entry()
    try:
        act(present_actor(), utc_now())
    except CampaignError as error:
        said = gettext(error.message, **error.values)
        return show_entry(number, said, error.status) if at_entry else show_desk(number, said, error.status)
    if at_entry:
        return redirect(url_for("moderation.entries.show", number=number), 303)
    there = url_for("moderation.desk", bild=number) if stay else url_for("moderation.desk", nach=number)
    return redirect(there, 303)


def show_desk(
    at: int | None = None, error: str | None = None, status: int = 200, *, after: int | None = None
) -> ResponseReturnValue:
    """Return the desk, or for its script only the part that changes."""
    shown = open_desk(current_contest(), current_user.id, after=after, at=at)
    page = "moderation/card.html" if "X-Desk" in request.headers else "moderation/desk.html"
    values: dict[str, Any] = {"desk": shown, "error": error, "reasons": REASONS, "now": utc_now()}
    return make_response(render_template(page, choices=town_choices, oversees=may(OVERSEEING), **values), status)


@bp.app_template_filter("ago")
def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was, in words."""
    passed = max(now - moment, timedelta(minutes=1))
    return str(format_timedelta(-passed, add_direction=True, granularity="minute"))


@bp.app_template_filter("status_name")
def status_name(status: Status) -> str:
    """Return the status of an entry in words."""
    return {
        Status.PENDING: gettext("wartet"),
        Status.APPROVED: gettext("freigegeben"),
        Status.REJECTED: gettext("abgelehnt"),
        Status.WITHDRAWN: gettext("zurückgezogen"),
        Status.DISQUALIFIED: gettext("ausgeschlossen"),
    }[status]


@bp.app_template_filter("source_name")
def source_name(source: Source) -> str:
    """Return in words how an entry came to us."""
    return {
        Source.HASHTAG: gettext("Hashtag"),
        Source.TAG: gettext("Markierung im Bild"),
        Source.MENTION: gettext("Erwähnung"),
        Source.UPLOAD: gettext("Hochgeladen"),
        Source.STAFF: gettext("Vom Team eingetragen"),
    }[source]


@bp.app_template_filter("action_name")
def action_name(action: Action) -> str:
    """Return in words what was decided."""
    return {
        Action.APPROVE: gettext("freigegeben"),
        Action.REJECT: gettext("abgelehnt"),
        Action.SET_TOWN: gettext("Ort gesetzt"),
        Action.CHOOSE_PICTURE: gettext("Motiv gewählt"),
        Action.ADD_PICTURE: gettext("Standbild hinzugefügt"),
        Action.WITHDRAW: gettext("zurückgezogen"),
        Action.DISQUALIFY: gettext("ausgeschlossen"),
        Action.UNDO: gettext("rückgängig gemacht"),
    }[action]


@bp.app_template_filter("reason_label")
def reason_label(decision: Decision) -> str:
    """Return in words why it was decided so; "" when no reason was needed."""
    return gettext(REASONS[Reason(decision.reason)].label) if decision.reason else ""
