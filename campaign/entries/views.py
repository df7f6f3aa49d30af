"""Gallery and single view."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries import queries
from campaign.entries.models import Entry
from campaign.entries.tombstones import entry_or_tombstone
from campaign.entries.tray import ballot_in_hand, carry_picks
from campaign.entries.uses import Use, has_right, may_use
from campaign.pictures.models import Derivative
from campaign.towns.queries import listed_towns, town_by_slug
from campaign.web import PublicBlueprint

bp = PublicBlueprint("entries", __name__)
bp.app_url_defaults(carry_picks)


@bp.page("/galerie")
def gallery() -> ResponseReturnValue:
    """Show the public entries, of all towns or of one."""
    contest, now = current_contest(), utc_now()
    slug = request.args.get("ort", "")
    town = town_by_slug(slug) if slug else None
    page = queries.gallery_page(contest, town, request.args.get("seite", 1, type=int), now)
    counts = queries.views_by_town(contest, now)
    towns = [one for one in listed_towns(counts) if one.ags in counts]
    ballot = ballot_in_hand(contest, now)
    return render_template("entries/gallery.html", contest=contest, page=page, town=town, towns=towns, ballot=ballot)


@bp.page("/bild/<int:number>")
def entry(number: int) -> ResponseReturnValue:
    """Show one view as large as the screen lets it be, or say why its picture is hidden."""
    contest, now = current_contest(), utc_now()
    shown = entry_or_tombstone(contest, number, now)
    ballot = ballot_in_hand(contest, now)
    around = queries.neighbours(contest, shown, now)
    page = "entries/tombstone.html" if shown.gone_at else "entries/entry.html"
    return render_template(page, contest=contest, entry=shown, around=around, ballot=ballot)


@bp.app_template_filter("credit")
def credit(entry: Entry) -> str:
    """Return whom a photo is credited to, as the person gave it."""
    return entry.creator or str(gettext("unbekannt"))


@bp.app_template_test("usable")
def usable(entry: Entry, use: str = Use.WEB) -> bool:
    """Return whether a use may be made of a picture now."""
    return may_use(entry, Use(use), utc_now())


@bp.app_template_test("licensed")
def licensed(entry: Entry, use: str = Use.WEB) -> bool:
    """Return whether somebody has allowed a use of a picture that holds now."""
    return has_right(entry, Use(use), utc_now())


@bp.app_template_filter("ratio_class")
def ratio_class(entry: Entry) -> str:
    """Return the class of ratios.css for a picture's width to height; 3:2 where there is none."""
    shape = entry.picture.derivatives[-1] if entry.picture and entry.picture.derivatives else None
    ratio = shape.width / shape.height if shape else 1.5
    return f"ar-{min(260, max(40, round(ratio * 100)))}"


@bp.app_template_filter("picture_url")
def picture_url(derivative: Derivative) -> str:
    """Return the address of a derivative."""
    return url_for("pictures.show", name=derivative.name)
