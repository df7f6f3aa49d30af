"""Staff write down a post, or a picture without a post."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.adding import add_entry
from campaign.entries.adding_rules import Sheet, parse_day
from campaign.errors import CampaignError
from campaign.moderation.people import DECIDING, present_actor
from campaign.moderation.photos import admit_photos, sent_photo, too_large
from campaign.towns.choices import chosen_town, town_choices

bp = Blueprint("adding", __name__)
admit_photos(bp)
FIELDS = ("adresse", "town", "name", "konto", "datum", "notiz")


@bp.get("/moderation/eintraege/neu")
@staff_only(*DECIDING)
def form() -> ResponseReturnValue:
    """Show the form."""
    return _page({})


@bp.post("/moderation/eintraege/neu")
@staff_only(*DECIDING)
def add() -> ResponseReturnValue:
    """Write the entry down and go to it; to the one that is there already where it is."""
    try:
        added = add_entry(current_contest(), _sheet(), by=present_actor(), now=utc_now())
    except CampaignError as error:
        return _page(request.form, error)
    return redirect(url_for("moderation.entries.show", number=added.number, da=None if added.is_new else "schon"), 303)


@bp.errorhandler(RequestEntityTooLarge)
def refuse(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say that the file is too large; what was typed with it never arrived."""
    return _page({}, too_large(error))


def _sheet() -> Sheet:
    form = request.form
    typed = form.get("town", "").strip()
    return Sheet(
        address=form.get("adresse", ""),
        picture=sent_photo("bild"),
        town_ags=chosen_town(typed) if typed else None,
        name=form.get("name", ""),
        account=form.get("konto", ""),
        posted_on=parse_day(form.get("datum", "")),
        note=form.get("notiz", ""),
    )


def _page(typed: Mapping[str, str], error: CampaignError | None = None) -> ResponseReturnValue:
    values = {name: typed.get(name, "") for name in FIELDS}
    said = gettext(error.message, **error.values) if error else None
    page = render_template("moderation/add.html", values=values, error=said, choices=town_choices)
    return make_response(page, error.status if error else 200)
