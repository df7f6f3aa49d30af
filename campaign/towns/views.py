"""The list of towns and each town's page."""

from __future__ import annotations

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.queries import gallery_page, views_by_town
from campaign.entries.tray import ballot_in_hand
from campaign.extensions import settings
from campaign.towns import queries
from campaign.towns.atlas import atlas
from campaign.towns.gazetteer import CREDITS
from campaign.web import PublicBlueprint

bp = PublicBlueprint("towns", __name__)


@bp.page("/orte")
def towns() -> ResponseReturnValue:
    """List all towns on a map and by name, or those that match a search."""
    contest, now = current_contest(), utc_now()
    words = request.args.get("suche", "").strip()[:60]
    counts = views_by_town(contest, now)
    listed = queries.listed_towns(counts)
    found = queries.search_towns(words) if words else listed
    marks = atlas(listed, counts, settings().results.size_classes)
    ballot = ballot_in_hand(contest, now)
    return render_template("towns/towns.html", found=found, words=words, counts=counts, marks=marks, ballot=ballot)


@bp.page("/orte/<slug>")
def town(slug: str) -> ResponseReturnValue:
    """Show a town under its sign, with its views."""
    contest, now = current_contest(), utc_now()
    shown = queries.town_by_slug(slug)
    page = gallery_page(contest, shown, request.args.get("seite", 1, type=int), now)
    ballot = ballot_in_hand(contest, now)
    return render_template("towns/town.html", contest=contest, town=shown, page=page, ballot=ballot)


@bp.app_template_global("town_credits")
def town_credits() -> str:
    """Return whom the facts about towns come from, as their licences ask."""
    return CREDITS


@bp.app_template_filter("district")
def district(name: str) -> str:
    """Return what stands small on a town's sign: its district, or that it is one of its own."""
    return gettext("kreisfreie Stadt") if name == "kreisfrei" else name


@bp.app_template_filter("longest_part")
def longest_part(name: str) -> int:
    """Return the length of the longest piece of a name that cannot be broken."""
    return max(len(part) for part in re.split(r"[ /-]", name))
