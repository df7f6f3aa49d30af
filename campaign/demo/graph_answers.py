"""How the simulated Graph API reads requests and writes answers: limits, pages with cursors, spoilt pages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request

from campaign.demo.faults import Fault
from campaign.demo.graph_errors import bad_parameter, no_permission
from campaign.demo.graph_media import Cursor, read_cursor, to_json
from campaign.demo.graph_tokens import Token, token_in

CURSOR_LIFE = timedelta(hours=1)
MOST_ITEMS = 50


def graph_answer(body: Any, status: int = 200) -> Response:
    """Return a JSON answer as the Graph API writes it."""
    return Response(to_json(body), status, content_type="application/json; charset=UTF-8")


def require_scopes(names: Sequence[str]) -> None:
    """Raise error 10 unless the request's token has these permissions."""
    token: Token = g.token
    if any(name not in token.scopes for name in names):
        raise no_permission()


def read_limit(usual: int, most: int) -> int:
    """Return how many items are asked for; raises error 100 for what is no number."""
    text = request.args.get("limit", str(usual))
    if not text.isdigit() or int(text) < 1:
        raise bad_parameter("Param limit must be a positive integer")
    return min(int(text), most)


def read_place(name: str, now: datetime) -> Cursor | None:
    """Return the cursor in a parameter; raises error 100 for a foreign or an old one."""
    text = request.args.get(name)
    if not text:
        return None
    cursor = read_cursor(text)
    if now - cursor.moment > CURSOR_LIFE:
        raise bad_parameter("The cursor has expired")
    return cursor


def next_page(cursor: Cursor, limit: int) -> dict[str, Any]:
    """Return the paging block of a hashtag's media; `next` carries the token in clear, as Meta's does."""
    after, asked = cursor.write(), request.args.to_dict()
    query = {"access_token": token_in(request), "pretty": "0"} | {
        name: asked[name] for name in ("fields", "user_id") if name in asked
    }
    path = request.environ.get("graph.path", request.path)
    address = f"http://{request.host}{path}?{urlencode(query | {'limit': str(limit), 'after': after})}"
    return {"paging": {"cursors": {"after": after}, "next": address}}


def both_ways(cursor: Cursor, count: int) -> dict[str, Any]:
    """Return the paging block of edges that give cursors and no addresses; `count` is the length of this page."""
    after = replace(cursor, place=cursor.place + count)
    return {"paging": {"cursors": {"before": cursor.write(), "after": after.write()}}}


def spoil(items: list[dict[str, Any]], fault: Fault | None) -> list[Any]:
    """Return a page with its first item broken or doubled when a fault says so."""
    if fault is None or not items:
        return items
    if fault.kind == "duplicate_items":
        return [item for item in items for _ in range(2)]
    if fault.kind != "item_broken":
        return items
    first: Any = {name: value for name, value in items[0].items() if name != "id"}
    if fault.form == "null":
        first = None
    elif fault.form in ("types", "fields"):
        first = {"id": {"oops": 1}, "caption": 7, "media_type": ["IMAGE"], "media_url": False, "timestamp": "gestern"}
        kept = ("id", "permalink") if fault.form == "fields" else ()
        first |= {name: items[0][name] for name in kept if name in items[0]}
    return [first, *items[1:]]
