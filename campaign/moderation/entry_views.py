"""Lists, the history of one entry, rights, pictures, and the organisers' overview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.admission import INTAKE_TEXTS, IntakeReason
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry
from campaign.errors import N_, CampaignError, NotFound
from campaign.moderation import claims, exclusions, queries, services
from campaign.moderation.desk import card_of
from campaign.moderation.filter_args import AGES, carried, filters_of
from campaign.moderation.people import DECIDING, EXCLUDING, OVERSEEING, READING, may, present_actor
from campaign.moderation.reasons import PARK_REASONS, REASONS
from campaign.moderation.rights_sheet import rights_sheet
from campaign.moderation.rules import check_picture_change, needs_still, undoable
from campaign.pictures.storage import DERIVATIVES, storage
from campaign.reports import proposals
from campaign.staff.actors import Actor
from campaign.towns.choices import town_choices
from campaign.web import carry_out, row_number

bp = Blueprint("entries", __name__)


@bp.get("/moderation/eintraege")
@staff_only(*READING)
def index() -> ResponseReturnValue:
    """List the entries, narrowed as the address says."""
    before, after = (request.args.get(name, type=row_number) for name in ("vor", "nach"))
    filters = filters_of(request.args, current_user.id, utc_now())
    return render_template(
        "moderation/entries.html",
        page=queries.list_page(current_contest(), filters, before=before, after=after),
        carried=carried(request.args),
        choices=town_choices,
        now=utc_now(),
        statuses=list(Status),
        sources=list(Source),
        ages=AGES,
        kept_out_by=list(IntakeReason),
        decides=may(DECIDING),
    )


@bp.get("/moderation/eintrag/<int:number>")
@staff_only(*READING)
def show(number: int) -> ResponseReturnValue:
    """Show an entry with everything that was decided about it."""
    return show_entry(number)


def act_at_entry(number: int, act: Callable[[Actor, datetime], object], part: str | None = None) -> ResponseReturnValue:
    """Do something to an entry, then show its page (from `part` on), with the sentence of a refusal where one was."""
    there = url_for("moderation.entries.show", number=number, _anchor=part)
    return carry_out(lambda: act(present_actor(), utc_now()), there, lambda *said: show_entry(number, *said))


def show_entry(number: int, error: str | None = None, status: int = 200) -> ResponseReturnValue:
    """Return the page of an entry, with the sentence of a refusal where there was one."""
    contest = current_contest()
    entry = queries.entry_with_all(contest, number)
    history = queries.history_of(number)
    latest = undoable(history)
    of_report = latest is not None and queries.came_of_report(latest.id)
    proposal = exclusions.open_proposal(number)
    page = render_template(
        "moderation/entry.html",
        card=card_of(contest, entry, utc_now()),
        wants_still=_wants_still(entry),
        history=history,
        latest=latest,
        of_report=of_report,
        proposal=proposal,
        decides_reports=bool(proposals.waiting_on(proposal)),
        holder=claims.holders_of([number], current_user.id, utc_now()).get(number),
        rights=rights_sheet(contest, entry),
        reasons=REASONS,
        park_reasons=PARK_REASONS,
        choices=town_choices,
        decides=may(DECIDING),
        excludes=may(EXCLUDING),
        oversees=may(OVERSEEING),
        error=error,
        now=utc_now(),
    )
    return make_response(page, status)


@bp.post("/moderation/eintrag/<int:number>/zurueckziehen")
@staff_only(*DECIDING)
def withdraw(number: int) -> ResponseReturnValue:
    """Take an entry out on the word of its creator."""
    text = request.form.get("text")
    return act_at_entry(number, lambda actor, now: services.withdraw(number, text, actor, now))


@bp.get("/moderation/bild/<name>")
@staff_only(*READING)
def picture(name: str) -> ResponseReturnValue:
    """Send a derivative of any entry's picture; browsers may keep it for this page only."""
    derivative = queries.derivative_named(name)
    try:
        data = storage.get(DERIVATIVES, derivative.name)
    except FileNotFoundError:
        raise NotFound(N_("Dieses Bild fehlt gerade.")) from None
    response = Response(data, mimetype=derivative.type)
    response.headers["Cache-Control"] = "no-store"
    return response


def _wants_still(entry: Entry) -> bool:
    try:
        check_picture_change(entry.status)
    except CampaignError:
        return False
    return needs_still(entry.source, entry.media_type, entry.picture_state)


@bp.app_template_filter("intake_text")
def intake_text(reason: str) -> str:
    """Return in a sentence which rule keeps an entry out."""
    return gettext(INTAKE_TEXTS[IntakeReason(reason)])


@bp.app_template_filter("intake_label")
def intake_label(reason: str) -> str:
    """Return in few words which rule keeps an entry out."""
    return {
        IntakeReason.BEFORE_WINDOW: gettext("vor der Sammelzeit"),
        IntakeReason.AFTER_WINDOW: gettext("nach der Sammelzeit"),
        IntakeReason.BLOCKED_ACCOUNT: gettext("Konto gesperrt"),
        IntakeReason.TOO_MANY: gettext("zu viele von einem Konto"),
        IntakeReason.VIDEO: gettext("Video"),
    }[IntakeReason(reason)]
