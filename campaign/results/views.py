"""The standings while they are public, then the winners."""

from __future__ import annotations

from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext

from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.queries import entries_by_number
from campaign.entries.tray import ballot_in_hand
from campaign.results.queries import by_size_class, slugs_of, town_awards
from campaign.results.services import public_results
from campaign.results.standings import size_class_bounds
from campaign.web import PublicBlueprint

bp = PublicBlueprint("results", __name__)


@bp.page("/ergebnisse")
def standings() -> ResponseReturnValue:
    """Show how the towns stand, or that the counts are hidden, or who has won."""
    contest, now = current_contest(), utc_now()
    document = public_results(contest, now)
    crowned = town_awards(document.get("awards", ()))
    return render_template(
        "results/standings.html",
        contest=contest,
        document=document,
        classes=by_size_class(document),
        slugs=slugs_of(document),
        crowned=crowned,
        views=entries_by_number(contest, [award["number"] for award in crowned if award["number"]], now),
        ballot=ballot_in_hand(contest, now),
    )


@bp.app_template_filter("size_class")
def size_class(name: str) -> str:
    """Return the words for a size class such as "5001-20000"."""
    lower, upper = size_class_bounds(name)
    if upper is None:
        text = (
            gettext("Städte über %(limit)s Einwohner", limit=format_decimal(lower - 1))
            if lower
            else gettext("Alle Städte")
        )
    elif not lower:
        text = gettext("Städte bis %(limit)s Einwohner", limit=format_decimal(upper))
    else:
        low, high = format_decimal(lower), format_decimal(upper)
        text = gettext("Städte von %(low)s bis %(high)s Einwohnern", low=low, high=high)
    return str(text)


@bp.app_template_filter("moment")
def moment(text: str) -> datetime:
    """Return the datetime of a document's ISO 8601 text."""
    return datetime.fromisoformat(text)
