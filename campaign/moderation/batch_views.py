"""Many entries at once: choose them in the list, see how many and which, decide, take all of it back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.errors import N_, CampaignError, NotFound
from campaign.moderation import batches, queries
from campaign.moderation.batches import MOST, Act, Order, Result
from campaign.moderation.filter_args import filters_of
from campaign.moderation.people import DECIDING, present_actor
from campaign.moderation.reasons import PARK_REASONS, REASONS
from campaign.towns.choices import chosen_town, town_choices
from campaign.web import row_number

bp = Blueprint("batches", __name__)
# So many that were left out fit into an address.
NAMED = 100


@bp.get("/moderation/sammeln")
@staff_only(*DECIDING)
def check() -> ResponseReturnValue:
    """Show how many entries were chosen, which, and for which of them the act would be refused."""
    return _show_check(request.args, _chosen())


@bp.post("/moderation/sammeln")
@staff_only(*DECIDING)
def carry_out() -> ResponseReturnValue:
    """Do it to those that were shown."""
    form = request.form
    numbers, mark = form.getlist("bild", type=row_number), form.get("marke", "")
    try:
        town = chosen_town(form["town"]) if "town" in form else ""
        order = Order(_act(form), form.get("reason", ""), form.get("text", ""), town)
        result = batches.carry_out(order, numbers, mark, present_actor(), utc_now())
    except CampaignError as error:
        return _show_check(form, numbers, gettext(error.message, **error.values), error.status)
    return _to_batch(mark, result)


@bp.get("/moderation/sammlung/<batch>")
@staff_only(*DECIDING)
def show(batch: str) -> ResponseReturnValue:
    """Show what a batch did, what of it stands, and what was left out."""
    decisions = queries.decisions_of_batch(batch)
    left_out = request.args.getlist("nicht", type=row_number)[:NAMED]
    if not decisions and not (batches.is_mark(batch) and left_out):
        raise NotFound(N_("Diese Sammlung gibt es nicht."))
    numbers = [*(one.entry_number for one in decisions), *left_out]
    return render_template(
        "moderation/batch.html",
        batch=batch,
        decisions=decisions,
        entries={one.number: one for one in queries.entries_with_all(current_contest(), numbers)},
        undone=queries.undos_of([one.id for one in decisions]),
        standing={one.id for one in batches.standing_of(batch)},
        left_out=left_out,
        stopped=request.args.get("offen", 0, type=row_number),
    )


@bp.post("/moderation/sammlung/<batch>/rueckgaengig")
@staff_only(*DECIDING)
def undo(batch: str) -> ResponseReturnValue:
    """Take back what a batch did, wherever nobody decided anew since."""
    return _to_batch(batch, batches.undo_batch(batch, present_actor(), utc_now()))


def _to_batch(mark: str, result: Result) -> ResponseReturnValue:
    left_out = list(result.refused)[:NAMED]
    there = url_for("moderation.batches.show", batch=mark, nicht=left_out, offen=len(result.untouched) or None)
    return redirect(there, 303)


def _act(values: MultiDict[str, str]) -> Act:
    if values.get("was") not in {one.value for one in Act}:
        raise NotFound(N_("Wähl aus, was mit den Bildern geschehen soll."))
    return Act(values["was"])


def _chosen() -> Sequence[int]:
    """Return the numbers of the entries that were ticked, of a whole page, or of everything that a filter finds."""
    args, which = request.args, request.args.get("welche")
    if which == "alle":
        return queries.numbers_of(current_contest(), filters_of(args, current_user.id, utc_now()), MOST)
    return args.getlist("hier" if which == "seite" else "bild", type=row_number)[:MOST]


def _show_check(
    values: MultiDict[str, str], numbers: Sequence[int], error: str | None = None, status: int = 200
) -> ResponseReturnValue:
    act, actor = _act(values), present_actor()
    entries = queries.entries_with_all(current_contest(), numbers)
    page = render_template(
        "moderation/batch_check.html",
        act=act.value,
        entries=entries,
        refused=batches.foresee(act, entries, actor, utc_now()),
        mark=secrets.token_hex(16),
        most=MOST,
        reasons=REASONS,
        park_reasons=PARK_REASONS,
        choices=town_choices,
        error=error,
    )
    return make_response(page, status)
