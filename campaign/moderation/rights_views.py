"""Rights at the desk: what is open, asking and reminding, recording and taking back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.access import staff_only
from campaign.clock import from_berlin, utc_now
from campaign.contests.services import current_contest
from campaign.entrants import asking
from campaign.entries.models import Entry
from campaign.entries.uses import NO_END, Use, right_until
from campaign.errors import N_, InvalidInput
from campaign.moderation.claims import check_free
from campaign.moderation.entry_views import act_at_entry
from campaign.moderation.people import DECIDING, READING, may, present_actor
from campaign.rights import requests, services
from campaign.rights.letters import letter_of
from campaign.rights.queries import Listing, rights_counts, rights_rows
from campaign.rights.request_rules import is_reminder_due
from campaign.staff.actors import CREATOR, PROGRAM, Actor
from campaign.uploads.news import note_change

bp = Blueprint("rights", __name__)


@bp.get("/moderation/rechte")
@staff_only(*READING)
def index() -> ResponseReturnValue:
    """List requests, reminders that are due, answers, and grants that end soon."""
    contest, now = current_contest(), utc_now()
    listing = request.args.get("zeige", Listing.OPEN, type=Listing)
    return render_template(
        "moderation/rights_index.html",
        listing=listing,
        counts=rights_counts(contest, now),
        rows=rights_rows(contest, listing, now),
        letter=lambda row: letter_of(row.grant, row.entry, contest),
        is_due=lambda row: is_reminder_due(row.grant.requested_at, row.grant.reminded_at, now),
        decides=may(DECIDING),
        now=now,
    )


@bp.post("/moderation/eintrag/<int:number>/anfrage")
@staff_only(*DECIDING)
def ask(number: int) -> ResponseReturnValue:
    """Write a request for the rights of an entry."""
    return _act(number, lambda actor, now: asking.ask(number, actor, now))


@bp.post("/moderation/rechte/<int:request_id>/erinnert")
@staff_only(*DECIDING)
def remind(request_id: int) -> ResponseReturnValue:
    """Note that somebody was reminded."""
    requests.remind(request_id, present_actor(), utc_now())
    return redirect(url_for("moderation.rights.index", zeige=Listing.DUE.value), 303)


@bp.post("/moderation/eintrag/<int:number>/erlaubnis")
@staff_only(*DECIDING)
def grant(number: int) -> ResponseReturnValue:
    """Record a rights grant."""
    form = request.form

    def record(actor: Actor, now: datetime) -> object:
        uses, until = [Use(one) for one in form.getlist("verwendung")], _end_of(form.get("bis", ""))
        known = (form.get("by", ""), form.get("proof", ""), actor, now)
        return services.grant(number, *known, uses=uses, expires_at=until, tell=note_change)

    return _act(number, record)


@bp.post("/moderation/eintrag/<int:number>/widerruf")
@staff_only(*DECIDING)
def revoke(number: int) -> ResponseReturnValue:
    """Take back what is granted, or the one grant that the form names."""
    one = request.form.get("erlaubnis", type=int)
    return _act(number, lambda actor, now: asking.revoke(number, actor, now, grant_id=one))


def _act(number: int, act: Callable[[Actor, datetime], object]) -> ResponseReturnValue:
    def if_free(actor: Actor, now: datetime) -> None:
        check_free(number, actor, now)
        act(actor, now)

    return act_at_entry(number, if_free, "erlaubnis")


def _end_of(day: str) -> datetime | None:
    """Return the end of a day as it was typed, None where none was."""
    if not day.strip():
        return None
    try:
        last = datetime.strptime(day.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise InvalidInput(N_("Diesen Tag kennen wir nicht. Schreib ihn so: 2031-07-07.")) from error
    return from_berlin(datetime.combine(last + timedelta(days=1), time()))


@bp.app_template_filter("use_name")
def use_name(use: Use | str) -> str:
    """Return the words for a use."""
    return {
        Use.WEB: gettext("im Internet"),
        Use.PRINT: gettext("gedruckt und in Ausstellungen"),
        Use.PRESS: gettext("in der Berichterstattung"),
        Use.ADVERTISING: gettext("in der Werbung"),
    }[Use(use)]


@bp.app_template_filter("said_by")
def said_by(name: str) -> str:
    """Return who answered or took back: a person of the staff, the creator, or nobody in time."""
    known = {CREATOR.name: gettext("der Person selbst"), PROGRAM.name: gettext("niemandem, die Zeit war um")}
    return known.get(name, name)


@bp.app_template_filter("right_until")
def until(entry: Entry, use: str) -> datetime | None:
    """Return until when a use of an entry's picture is allowed."""
    return right_until(entry, Use(use))


@bp.app_template_test("endless")
def endless(until: datetime | None) -> bool:
    """Return whether a right has no end."""
    return until is None or until >= NO_END
