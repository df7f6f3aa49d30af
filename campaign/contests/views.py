"""Start page, rules and legal pages, and what search engines read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from campaign.access import public
from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.contests.phases import is_collecting, phase_at
from campaign.contests.services import current_contest
from campaign.entries.queries import entries_by_number, newest_entries, random_entries, views_by_town
from campaign.entries.tray import ballot_in_hand
from campaign.extensions import settings
from campaign.results.queries import most_picked_entry, town_awards
from campaign.results.services import published
from campaign.towns.atlas import atlas
from campaign.towns.queries import listed_towns
from campaign.web import LANGUAGES, PublicBlueprint

LISTED = (
    "contests.start",
    "entries.gallery",
    "towns.towns",
    "results.standings",
    "whereabouts.form",
    "uploads.form",
    "reports.form",
    "contests.rules",
    "ledger.transparency",
    "contests.privacy",
    "contests.imprint",
    "contests.accessibility",
)

bp = PublicBlueprint("contests", __name__)


@bp.page("/")
def start() -> ResponseReturnValue:
    """Say what the contest is, where it stands, and what there is to see."""
    contest, now = current_contest(), utc_now()
    awards = (published(contest) or {}).get("awards")
    return render_template(
        "contests/start.html",
        contest=contest,
        phase=phase_at(contest, now, published=awards is not None),
        collecting=is_collecting(contest, now),
        crowned=town_awards(awards or ()),
        ballot=ballot_in_hand(contest, now),
        **_views_to_show(contest, awards or (), now),
        **_towns_to_show(contest, now),
    )


@bp.page("/teilnahmebedingungen")
def rules() -> ResponseReturnValue:
    """Show the rules of the contest."""
    return _legal("rules")


@bp.page("/datenschutz")
def privacy() -> ResponseReturnValue:
    """Say what is kept of whom, why and how long."""
    return _legal("privacy")


@bp.page("/impressum")
def imprint() -> ResponseReturnValue:
    """Name the organiser as the law asks."""
    return _legal("imprint")


@bp.page("/barrierefreiheit")
def accessibility() -> ResponseReturnValue:
    """Show the accessibility statement."""
    return _legal("accessibility")


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """Tell search engines what to leave alone."""
    return Response(render_template("contests/robots.txt", root=settings().site.base_url), mimetype="text/plain")


@bp.get("/sitemap.xml")
@public
def sitemap() -> ResponseReturnValue:
    """List the public pages in both languages."""
    counts = views_by_town(current_contest(), utc_now())
    slugs = [town.slug for town in listed_towns(counts) if town.ags in counts]
    pages = [{lang: url_for(name, lang=lang) for lang in LANGUAGES} for name in LISTED]
    pages += [{lang: url_for("towns.town", lang=lang, slug=slug) for lang in LANGUAGES} for slug in slugs]
    text = render_template("contests/sitemap.xml", pages=pages, root=settings().site.base_url)
    return Response(text, mimetype="application/xml")


@bp.app_template_filter("time_left")
def time_left(until: datetime) -> str:
    """Return how long it is until a moment: in days from two days on, else in hours or minutes."""
    minutes = max(0, int((until - utc_now()).total_seconds() // 60))
    if minutes < 1:
        text = gettext("gleich ist es so weit")
    elif minutes < 60:
        text = ngettext("noch %(num)s Minute", "noch %(num)s Minuten", minutes)
    elif minutes < 48 * 60:
        text = ngettext("noch %(num)s Stunde", "noch %(num)s Stunden", minutes // 60)
    else:
        text = ngettext("noch %(num)s Tag", "noch %(num)s Tage", minutes // 1440)
    return str(text)


def _views_to_show(contest: Contest, awards: Sequence[dict[str, Any]], now: datetime) -> dict[str, Any]:
    newest = list(newest_entries(contest, 5, now))
    winner = entries_by_number(contest, [most_picked_entry(awards) or 0], now)
    wide = (entry for entry in newest if entry.picture and entry.picture.width > entry.picture.height)
    hero = next(iter([*winner.values(), *wide, *newest]), None)
    others = [entry for entry in newest if entry is not hero][:4]
    shown = [entry.number for entry in (hero, *others) if entry]
    return {"hero": hero, "newest": others, "drawn": random_entries(contest, 4, now, without=shown)}


def _towns_to_show(contest: Contest, now: datetime) -> dict[str, Any]:
    counts = views_by_town(contest, now)
    listed = listed_towns(counts)
    return {"towns": listed, "counts": counts, "marks": atlas(listed, counts, settings().results.size_classes)}


def _legal(page: str) -> str:
    return render_template(
        f"contests/legal/{g.lang}/{page}.html",
        contest=current_contest(),
        organiser=settings().organiser,
        results=settings().results,
    )
