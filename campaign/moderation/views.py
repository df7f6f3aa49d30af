"""The moderators' desk: one waiting entry at a time, decided by keyboard, mouse or touch.

A GET only looks. What nobody has is fetched by a POST of the desk's script, or of a button without it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Source, Status
from campaign.errors import CampaignError
from campaign.extensions import db
from campaign.moderation import claims, parking, pictures, services
from campaign.moderation.account_views import bp as accounts_bp
from campaign.moderation.adding_views import bp as adding_bp
from campaign.moderation.batch_views import bp as batches_bp
from campaign.moderation.blur_views import bp as blur_bp
from campaign.moderation.checklist_views import bp as checklist_bp
from campaign.moderation.claims import Seat
from campaign.moderation.comparing_views import bp as comparing_bp
from campaign.moderation.desk import check_waits, open_desk
from campaign.moderation.entry_views import bp as entries_bp
from campaign.moderation.entry_views import show_entry
from campaign.moderation.exclusion_views import bp as exclusions_bp
from campaign.moderation.filter_args import AGES, carried, filters_of
from campaign.moderation.models import Decision
from campaign.moderation.naming import FILTERS
from campaign.moderation.people import DECIDING, OVERSEEING, READING, may, present_actor
from campaign.moderation.picture_views import bp as stills_bp
from campaign.moderation.reasons import PARK_REASONS, REASONS, parse_park_reason, parse_reason
from campaign.moderation.rights_views import bp as rights_bp
from campaign.moderation.statements import read_statement
from campaign.staff.actors import Actor
from campaign.towns.choices import chosen_town, town_choices
from campaign.web import row_number

bp = Blueprint("moderation", __name__)
for _part in (
    entries_bp,
    stills_bp,
    adding_bp,
    accounts_bp,
    checklist_bp,
    blur_bp,
    exclusions_bp,
    comparing_bp,
    batches_bp,
    rights_bp,
):
    bp.register_blueprint(_part)
for _name, _words in FILTERS.items():
    bp.add_app_template_filter(_words, _name)

Act = Callable[[Actor, datetime], Decision]


@bp.get("/moderation")
@staff_only(*READING)
def desk() -> ResponseReturnValue:
    """Show the own entry `bild`, or the one behind `nach`, or the first; else what there is to fetch."""
    if not may(DECIDING):
        return redirect(url_for("moderation.entries.index"))
    return show_desk(after=request.args.get("nach", type=row_number), at=request.args.get("bild", type=row_number))


@bp.post("/moderation/holen")
@staff_only(*DECIDING)
def fetch() -> ResponseReturnValue:
    """Take the next entries that nobody has, or the one that is named."""
    at, after = (request.form.get(name, type=row_number) for name in ("bild", "nach"))
    if at is not None:
        claims.claim_one(_seat(), at, utc_now())
    else:
        at = claims.hand_out(_seat(), utc_now(), after=after)
    return redirect(url_for("moderation.desk", bild=at), 303)


@bp.post("/moderation/da")
@staff_only(*DECIDING)
def present() -> ResponseReturnValue:
    """Keep what one has: the desk's script says so while somebody is there."""
    claims.stay(current_user.id, utc_now())
    return "", 204


@bp.post("/moderation/eintrag/<int:number>/freigeben")
@staff_only(*DECIDING)
def approve(number: int) -> ResponseReturnValue:
    """Let an entry take part."""
    form = request.form
    return _settle(
        number, Status.APPROVED, lambda actor, now: services.approve(number, actor, now, read_statement(form))
    )


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
    form, part = request.form, request.form.get("part", 0, type=row_number)
    return _decide(
        number,
        lambda actor, now: pictures.choose_picture(number, part, actor, now, read_statement(form)),
        stay=True,
    )


@bp.post("/moderation/eintrag/<int:number>/parken")
@staff_only(*DECIDING)
def park(number: int) -> ResponseReturnValue:
    """Put an entry aside, with what it waits for."""
    reason, text = request.form.get("reason", ""), request.form.get("text")
    return _decide(number, lambda actor, now: parking.park(number, parse_park_reason(reason), text, actor, now))


@bp.post("/moderation/eintrag/<int:number>/wieder-aufnehmen")
@staff_only(*DECIDING)
def reopen(number: int) -> ResponseReturnValue:
    """Let an entry wait again that was rejected or put aside."""
    return _decide(number, lambda actor, now: parking.reopen(number, actor, now), stay=True)


@bp.post("/moderation/rueckgaengig/<int:decision_id>")
@staff_only(*DECIDING)
def undo(decision_id: int) -> ResponseReturnValue:
    """Undo a decision and go back to its entry."""
    number = request.form.get("number", 0, type=row_number)
    return _decide(number, lambda actor, now: services.undo(decision_id, actor, now), stay=True)


def _settle(number: int, wanted: Status, act: Act) -> ResponseReturnValue:
    """Carry out a decision; one made at the desk stands only while the entry waits, as its card showed it."""

    def settle(actor: Actor, now: datetime) -> Decision:
        if not _at_entry():
            check_waits(number, wanted)
        return act(actor, now)

    return _decide(number, settle)


def _at_entry() -> bool:
    return request.form.get("from") == "entry"


def _seat() -> Seat:
    return Seat(current_contest(), current_user.id, filters_of(request.args, current_user.id, utc_now()))


def _decide(number: int, act: Act, *, stay: bool = False) -> ResponseReturnValue:
    """Carry a decision out, then go on where it was made: to the entry's page or to the desk."""
    at_entry, now = _at_entry(), utc_now()
    try:
        decided = act(present_actor(), now).entry_number
    except CampaignError as error:
        said = gettext(error.message, **error.values)
        if at_entry:
            return show_entry(number, said, error.status)
        _stay_or_go_on(number, now)
        return show_desk(number, said, error.status)
    if at_entry:
        return redirect(url_for("moderation.entries.show", number=decided), 303)
    if stay:
        claims.claim_one(_seat(), decided, now)
        return redirect(url_for("moderation.desk", bild=decided), 303)
    claims.hand_out(_seat(), now, after=decided)
    return redirect(url_for("moderation.desk", nach=decided), 303)


def _stay_or_go_on(number: int, now: datetime) -> None:
    """Let the person keep an entry whose decision was refused, or have the next ones where it is not to be had."""
    db.session.rollback()
    if not claims.claim_one(_seat(), number, now):
        claims.hand_out(_seat(), now, after=number)


def show_desk(
    at: int | None = None, error: str | None = None, status: int = 200, *, after: int | None = None
) -> ResponseReturnValue:
    """Return the desk, or for its script only the part that changes."""
    shown = open_desk(_seat(), utc_now(), after=after, at=at)
    page = "moderation/card.html" if "X-Desk" in request.headers else "moderation/desk.html"
    values: dict[str, Any] = {
        "desk": shown,
        "error": error,
        "reasons": REASONS,
        "park_reasons": PARK_REASONS,
        "now": utc_now(),
        "carried": carried(request.args),
        "sources": list(Source),
        "ages": AGES,
    }
    return make_response(render_template(page, choices=town_choices, oversees=may(OVERSEEING), **values), status)


@bp.url_defaults
def _carry(endpoint: str, values: dict[str, Any]) -> None:
    """Let the addresses of the desk keep what it is narrowed to, through every decision."""
    if request.blueprint == bp.name and endpoint.rpartition(".")[0] == bp.name:
        for name, value in carried(request.args).items():
            values.setdefault(name, value)
