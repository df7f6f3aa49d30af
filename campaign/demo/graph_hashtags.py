"""The hashtag part of the simulated Graph API (Meta, IG Hashtag Search, Recent Media, Top Media)."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask import Response, request

from campaign.demo.faults import LIST_KINDS
from campaign.demo.graph_answers import (
    MOST_ITEMS,
    graph_answer,
    next_page,
    read_limit,
    read_place,
    require_scopes,
    spoil,
)
from campaign.demo.graph_desk import hashtag_id
from campaign.demo.graph_errors import bad_parameter, no_object, no_path
from campaign.demo.graph_media import (
    Cursor,
    by_popularity,
    check_fields,
    check_media_fields,
    in_no_order,
    pick,
    read_fields,
    show_post,
)
from campaign.demo.graph_posts import Post
from campaign.demo.graph_state import GraphApi

RECENT = timedelta(hours=24)
EDGES = ("recent_media", "top_media")
SCOPES = ("instagram_basic",)
_NODE = frozenset(("id", "name"))


def search(api: GraphApi) -> Response:
    """`GET /ig_hashtag_search`."""
    require_scopes(SCOPES)
    _require_user(api)
    if "q" not in request.args:
        raise bad_parameter("The parameter q is required.")
    fields = read_fields(request.args.get("fields", "id"))
    check_fields(fields, _NODE, "ShadowIGHashtag")
    name = api.desk.search(request.args["q"], api.clock())
    return graph_answer({"data": [pick({"id": hashtag_id(name), "name": name}, fields)]})


def hashtag(api: GraphApi, object_id: str) -> Response:
    """`GET /{id}` of a hashtag; other people's media cannot be read by their id."""
    fields = read_fields(request.args.get("fields", "id"))
    name = api.desk.name_of(object_id, api.clock())
    if name is None:
        raise no_object(object_id) if object_id.isdigit() else no_path(f"/{object_id}")
    check_fields(fields, _NODE, "ShadowIGHashtag")
    return graph_answer(pick({"id": object_id, "name": name}, fields))


def media(api: GraphApi, tag_id: str, edge: str) -> Response:
    """`GET /{hashtag-id}/recent_media` and `/top_media`: a page of posts."""
    require_scopes(SCOPES)
    _require_user(api)
    now = api.clock()
    name = api.desk.ask_media(tag_id, now)
    fields = read_fields(request.args.get("fields", "id"))
    check_media_fields(fields)
    cursor = read_place("after", now) or Cursor(now, 0)
    ordered = _found(api, name, edge, cursor.moment)
    limit = read_limit(25, MOST_ITEMS)
    fault = api.faults.take(LIST_KINDS, request.path)
    page = ordered[cursor.place : cursor.place + limit]
    items = spoil([show_post(post, fields, api.address, **api.counted(post)) for post in page], fault)
    place = 0 if fault and fault.kind == "repeat_pages" else cursor.place + limit
    more = place < len(ordered)
    return graph_answer({"data": items} | (next_page(replace(cursor, place=place), limit) if more else {}))


def searched(api: GraphApi) -> Response:
    """`GET /{ig-user-id}/recently_searched_hashtags`."""
    require_scopes(SCOPES)
    fields = read_fields(request.args.get("fields", "id"))
    check_fields(fields, _NODE, "ShadowIGHashtag")
    names = api.desk.recent(api.clock())[: read_limit(25, 30)]
    return graph_answer({"data": [pick({"id": hashtag_id(name), "name": name}, fields) for name in names]})


def _require_user(api: GraphApi) -> None:
    """Raise unless the parameter `user_id` names our account."""
    asked = request.args.get("user_id")
    if asked is None:
        raise bad_parameter("The parameter user_id is required.")
    if asked != api.account.user_id:
        raise no_object(asked)


def _found(api: GraphApi, name: str, edge: str, moment: datetime) -> list[Post]:
    """Return all posts of a walk over an edge that began at a moment."""

    def find() -> list[Post]:
        since = None if edge == "top_media" else moment - RECENT
        posts = [post for post in api.stream.visible(moment, since) if name in post.hashtags]
        return by_popularity(posts) if edge == "top_media" else in_no_order(posts)

    return api.walk((edge, name, moment), find)
