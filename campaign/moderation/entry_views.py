"""Lists, the history of one entry, rights, pictures, and the organisers' overview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.admission import INTAKE_TEXTS, IntakeReason
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry
from campaign.errors import N_, CampaignError, NotFound
from campaign.moderation import queries, services
from campaign.moderation.desk import card_of
from campaign.moderation.dossier import dossier_of
from campaign.moderation.people import DECIDING, EXCLUDING, OVERSEEING, READING, may, present_actor
from campaign.moderation.reasons import REASONS, parse_reason
from campaign.moderation.rules import check_picture_change, last_standing, needs_still
from campaign.pictures.storage import DERIVATIVES, storage
from campaign.rights import services as rights
from campaign.towns.choices import chosen_town, town_choices
from campaign.web import carried_args

bp = Blueprint("entries", __name__)


@bp.get("/moderation/eintraege")
@staff_only(*READING)
def index() -> ResponseReturnValue:
    """List the entries, narrowed as the address says."""
    filters = _filters()
    number = request.args.get("seite", 1, type=int)
    page = queries.entry_page(current_contest(), filters, number)
    carried = {key: values[0] for key, values in carried_args().items() if key != "seite" and values[0]}
    return render_template(
        "moderation/entries.html",
        page=page,
        filters=filters,
        carried=carried,
        choices=town_choices,
        now=utc_now(),
        statuses=list(Status),
        sources=list(Source),
        kept_out_by=list(IntakeReason),
        decides=may(DECIDING),
    )


@bp.get("/moderation/eintrag/<int:number>")
@staff_only(*READING)
def show(number: int) -> ResponseReturnValue:
    """Show an entry with everything that was decided about it."""
    return show_entry(number)


def show_entry(number: int, error: str | None = None, status: int = 200) -> ResponseReturnValue:
    """Return the page of an entry, with the sentence of a refusal where there was one."""
    contest = current_contest()
    entry = queries.entry_with_all(contest, number)
    history = queries.history_of(number)
    page = render_template(
        "moderation/entry.html",
        card=card_of(contest, entry),
        dossier=dossier_of(number),
        wants_still=_wants_still(entry),
        history=history,
        standing=last_standing(history),
        grants=rights.grants_of(number),
        reasons=REASONS,
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
    return _act(number, lambda now: services.withdraw(number, text, present_actor(), now))


@bp.post("/moderation/eintrag/<int:number>/ausschliessen")
@staff_only(*EXCLUDING)
def disqualify(number: int) -> ResponseReturnValue:
    """Exclude an entry from the contest."""
    form = request.form
    return _act(
        number,
        lambda now: services.disqualify(
            number, parse_reason(form.get("reason", "")), form.get("text"), present_actor(), now
        ),
    )


@bp.post("/moderation/eintrag/<int:number>/erlaubnis")
@staff_only(*DECIDING)
def grant(number: int) -> ResponseReturnValue:
    """Record a rights grant."""
    by, proof = request.form.get("by", ""), request.form.get("proof", "")
    return _act(number, lambda now: rights.grant(number, by, proof, present_actor().name, now))


@bp.post("/moderation/eintrag/<int:number>/widerruf")
@staff_only(*DECIDING)
def revoke(number: int) -> ResponseReturnValue:
    """Revoke the rights grant in force."""
    return _act(number, lambda now: rights.revoke(number, present_actor().name, now))


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


def _act(number: int, act: Callable[[datetime], object]) -> ResponseReturnValue:
    try:
        act(utc_now())
    except CampaignError as error:
        return show_entry(number, gettext(error.message, **error.values), error.status)
    return redirect(url_for("moderation.entries.show", number=number), 303)


def _wants_still(entry: Entry) -> bool:
    try:
        check_picture_change(entry.status)
    except CampaignError:
        return False
    return needs_still(entry.source, entry.media_type, entry.picture_state)


def _filters() -> queries.Filters:
    """Return the filters of the address; what is not understood narrows nothing."""
    args = request.args
    typed = args.get("ort", "").strip()
    answers = {"ja": True, "nein": False}
    return queries.Filters(
        status=args.get("status", type=Status),
        town=chosen_town(typed) if typed else None,
        source=args.get("quelle", type=Source),
        has_right=answers.get(args.get("recht", "")),
        username=args.get("konto", "").strip().casefold() or None,
        kept_out_by=args.get("grund", type=IntakeReason),
        is_gone=answers.get(args.get("verschwunden", "")),
    )


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
