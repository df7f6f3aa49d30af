"""The page that shows staff how the intake stands."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.errors import N_, InvalidInput
from campaign.extensions import settings
from campaign.instagram.coverage import Coverage, Segment
from campaign.instagram.existence_confirming import confirm_all_gone, confirm_gone
from campaign.instagram.models import RunStatus
from campaign.moderation import withdrawals
from campaign.moderation.people import DECIDING, may, present_actor
from campaign.operations.alarms import latest_alarms
from campaign.operations.intake import read_intake
from campaign.operations.notices import EDGE_NAMES

bp = Blueprint("intake", __name__)
ALARMS = 8
RESUME = "campaign ingest --resume"


@bp.get("/verwaltung/erfassung")
@staff_only("moderator", "organiser", "scrutineer", "admin")
def overview() -> ResponseReturnValue:
    """Show the coverage with its gaps, the last passes, the token and what staff were told."""
    now = utc_now()
    intake = read_intake(current_contest(), settings(), now)
    page = {"decides": may(DECIDING), "intake": intake, "alarms": latest_alarms(ALARMS), "resume": RESUME, "now": now}
    return render_template("operations/intake.html", configured=settings().instagram.access_token is not None, **page)


@bp.post("/verwaltung/erfassung/anspruch/<code>/bestaetigen")
@staff_only(*DECIDING)
def confirm_claim(code: str) -> ResponseReturnValue:
    """Withdraw a picture for good: staff saw on Instagram that the account that wrote the code owns the post."""
    withdrawals.confirm_claim(code, present_actor(), utc_now())
    return redirect(url_for("intake.overview"), 303)


@bp.post("/verwaltung/erfassung/anspruch/<code>/ablehnen")
@staff_only(*DECIDING)
def refuse_claim(code: str) -> ResponseReturnValue:
    """Leave a picture where it is: the code came from another account than the post's."""
    withdrawals.refuse_claim(code, present_actor(), utc_now())
    return redirect(url_for("intake.overview"), 303)


@bp.post("/verwaltung/erfassung/verschwunden/<int:number>")
@staff_only(*DECIDING)
def confirm_one_gone(number: int) -> ResponseReturnValue:
    """Hide a picture: staff saw on Instagram that its post is gone."""
    confirm_gone(current_contest(), number, present_actor(), utc_now())
    return redirect(url_for("intake.overview"), 303)


@bp.post("/verwaltung/erfassung/verschwunden")
@staff_only(*DECIDING)
def confirm_gone_until() -> ResponseReturnValue:
    """Hide all pictures whose posts were missing when the page was shown."""
    try:
        seen_at = datetime.fromisoformat(request.form.get("stand", "")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(N_("Lade die Seite neu und versuch es noch einmal.")) from error
    confirm_all_gone(current_contest(), seen_at, present_actor(), utc_now())
    return redirect(url_for("intake.overview"), 303)


@bp.app_template_filter("bar_place")
def bar_place(segment: Segment, coverage: Coverage) -> tuple[float, float]:
    """Return where a segment begins on a bar of 1,000 units and how wide it is, at least one unit."""
    whole = (coverage.end - coverage.begin).total_seconds() or 1.0
    begin = (segment.begin - coverage.begin).total_seconds() / whole * 1000
    width = (segment.end - segment.begin).total_seconds() / whole * 1000
    return round(begin, 1), round(max(1.0, width), 1)


@bp.app_template_filter("edge_name")
def edge_name(edge: str) -> str:
    """Return in words which part of Instagram's interface is meant."""
    return str(gettext(EDGE_NAMES.get(edge, edge)))


@bp.app_template_filter("run_status_name")
def run_status_name(status: RunStatus) -> str:
    """Return in words how a pass ended."""
    return {
        RunStatus.RUNNING: gettext("läuft"),
        RunStatus.COMPLETE: gettext("vollständig"),
        RunStatus.CUT: gettext("abgebrochen"),
        RunStatus.FAILED: gettext("fehlgeschlagen"),
        RunStatus.INTERRUPTED: gettext("unterbrochen"),
    }[status]


@bp.app_template_filter("run_source_name")
def run_source_name(source: str) -> str:
    """Return in words what a pass walked over."""
    return {
        "hashtag": gettext("Hashtag"),
        "top": gettext("beliebteste Beiträge (zweites Netz)"),
        "tags": gettext("Markierungen"),
        "mentions": gettext("Erwähnungen"),
    }.get(source, source)
