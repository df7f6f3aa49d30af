"""The public API: read-only JSON, open to every origin, cached like pages, paged by cursor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from campaign.access import public
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.results import catalogue
from campaign.results.services import public_results

bp = Blueprint("api", __name__, url_prefix="/api/v1")
View = TypeVar("View", bound=Callable[..., Any])


def _open(view: View) -> View:
    public(view).cached = True  # type: ignore[attr-defined]
    return view


@bp.after_request
def _allow_every_origin(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@bp.get("/contest")
@_open
def contest() -> ResponseReturnValue:
    """Return the contest: dates, phase, limits, counting rule."""
    return catalogue.contest_item(current_contest(), utc_now())


@bp.get("/towns")
@_open
def towns() -> ResponseReturnValue:
    """Return the towns with the number of their views."""
    page = catalogue.town_items(current_contest(), request.args.get("cursor", ""), utc_now())
    return {"towns": page.rows, "next": page.next}


@bp.get("/entries")
@_open
def entries() -> ResponseReturnValue:
    """Return the public entries, newest first, of all towns or of one (`town`: AGS)."""
    ags, cursor = request.args.get("town", ""), request.args.get("cursor", "")
    page = catalogue.entry_items(current_contest(), utc_now(), ags=ags, cursor=cursor)
    return {"entries": page.rows, "next": page.next}


@bp.get("/standings")
@_open
def standings() -> ResponseReturnValue:
    """Return the standings, without figures while they are hidden; once published, the results."""
    return public_results(current_contest(), utc_now())
