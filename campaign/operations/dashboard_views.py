"""The organisers' first page: what is to be done now, then how the contest stands."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.extensions import settings
from campaign.moderation.people import OVERSEEING
from campaign.operations import dashboard_tasks
from campaign.operations.dashboard import read_dashboard
from campaign.operations.dashboard_rules import bar_parts

bp = Blueprint("dashboard", __name__)
FIRST_TOWNS = 8


@bp.get("/verwaltung")
@staff_only(*OVERSEEING)
def overview() -> ResponseReturnValue:
    """Show organisers and scrutineers what waits for somebody, and the figures."""
    facts = read_dashboard(current_contest(), settings(), utc_now())
    return render_template(
        "operations/dashboard.html",
        facts=facts,
        tasks=dashboard_tasks.open_tasks(facts),
        most=max((tally.new for _, tally in facts.days), default=0),
        bar_parts=bar_parts,
        first_towns=FIRST_TOWNS,
        configured=settings().instagram.access_token is not None,
    )


@bp.app_template_filter("span")
def span(passed: timedelta) -> str:
    """Return a span of time in words."""
    return dashboard_tasks.in_words(passed)


@bp.app_template_filter("day")
def day(value: date, form: str = "d. MMMM") -> str:
    """Return a day in words."""
    return str(format_date(value, form))
