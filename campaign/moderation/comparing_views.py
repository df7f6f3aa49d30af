"""Two pictures that look alike, side by side, as large as the screen allows."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.similar import similar_to
from campaign.errors import N_, NotFound
from campaign.moderation import queries
from campaign.moderation.people import DECIDING, READING, may
from campaign.web import row_number

bp = Blueprint("comparing", __name__)


@bp.get("/moderation/eintrag/<int:number>/vergleich")
@staff_only(*READING)
def compare(number: int) -> ResponseReturnValue:
    """Show an entry beside `mit`, or beside the one that is most like it."""
    entry = queries.entry_with_all(current_contest(), number)
    alike = {one.entry.number: one for one in similar_to(number)}
    asked = request.args.get("mit", next(iter(alike), 0), type=row_number)
    if asked not in alike:
        raise NotFound(N_("Zu diesem Bild gibt es kein ähnliches."))
    return render_template(
        "moderation/compare.html",
        entry=entry,
        other=alike[asked].entry,
        alike=list(alike),
        decides=may(DECIDING) and entry.status.value == "pending",
        now=utc_now(),
    )
