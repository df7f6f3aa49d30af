"""Reports for the staff: what is open, a picture with all that was said against it, the decision."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status as EntryStatus
from campaign.errors import N_, InvalidInput
from campaign.moderation.acts import has_picks
from campaign.moderation.exclusions import open_proposal
from campaign.moderation.people import DECIDING, READING, may, present_actor
from campaign.moderation.reasons import REASONS, parse_reason
from campaign.reports import deciding, proposals, queries, rules, services, words
from campaign.reports.lifecycle import OPEN, Ground, Outcome
from campaign.web import carry_out, row_number

bp = Blueprint("reports_staff", __name__)


@bp.get("/moderation/meldungen")
@staff_only(*READING)
def index() -> ResponseReturnValue:
    """List the pictures with open reports, the most urgent and oldest first, or those that are decided."""
    now, contest, are_open = utc_now(), current_contest(), request.args.get("stand") != "entschieden"
    return render_template(
        "reports/staff_list.html",
        pictures=queries.reported_pictures(contest, are_open=are_open),
        are_open=are_open,
        figures=queries.figures(contest),
        shown_again=queries.shown_again(contest, now),
        words=words,
        now=now,
    )


@bp.get("/moderation/meldungen/<int:number>")
@staff_only(*READING)
def show(number: int) -> ResponseReturnValue:
    """Show a picture with everything that was said against it."""
    return _page(number)


@bp.post("/moderation/meldungen/<int:number>/uebernehmen")
@staff_only(*DECIDING)
def take(number: int) -> ResponseReturnValue:
    """Say that somebody looks at it now."""
    services.take(number, present_actor(), utc_now())
    return redirect(url_for("reports_staff.show", number=number), 303)


@bp.post("/moderation/meldungen/<int:number>")
@staff_only(*DECIDING)
def decide(number: int) -> ResponseReturnValue:
    """Decide the chosen reports of a picture."""
    ids = request.form.getlist("meldung", type=row_number)
    return carry_out(
        lambda: deciding.decide(number, ids, _verdict(), present_actor(), utc_now()),
        url_for("reports_staff.show", number=number),
        lambda *said: _page(number, *said),
    )


@bp.app_template_global("open_report_count")
def open_report_count() -> int:
    """Return how many reports wait for a decision."""
    return queries.open_reports(current_contest())


def _verdict() -> deciding.Verdict:
    form = request.form
    try:
        outcome = Outcome(form.get("ausgang", ""))
        ground = Ground(form["grundlage"]) if form.get("grundlage") else None
    except ValueError:
        raise InvalidInput(N_("Wähl aus, wie du entscheidest.")) from None
    return deciding.Verdict(outcome, ground, parse_reason(form.get("reason", "")), form.get("text", ""))


def _page(number: int, error: str | None = None, status: int = 200) -> ResponseReturnValue:
    found, sees_senders = queries.reports_of(number), may(DECIDING)
    proposed = proposals.waiting_on(open_proposal(number))
    waiting = [report for report in found.reports if report.status in OPEN and report not in proposed]
    page = render_template(
        "reports/staff_picture.html",
        found=found,
        waiting=waiting,
        said=queries.words_of(found.reports),
        events=queries.events_of(found.reports),
        senders={one.id: deciding.sender_of(one) for one in found.reports} if sees_senders else {},
        decides=sees_senders,
        proposed=proposed,
        has_votes=found.entry.status is EntryStatus.APPROVED and has_picks(number),
        reasons=REASONS,
        fitting=words.FITTING[waiting[0].kind] if waiting else None,
        longest=rules.REASONS[1],
        words=words,
        error=error,
        now=utc_now(),
    )
    return make_response(page, status)
