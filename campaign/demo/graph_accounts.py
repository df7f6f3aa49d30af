"""Our own account in the simulated Graph API: its name, media that tag it, mentions of it, comments by it."""

import re
from typing import Any

from flask import Response, request

from campaign.demo.faults import LIST_KINDS
from campaign.demo.graph_answers import (
    MOST_ITEMS,
    both_ways,
    graph_answer,
    read_limit,
    read_place,
    require_scopes,
    spoil,
)
from campaign.demo.graph_comments import Comment
from campaign.demo.graph_errors import bad_parameter, known_error, no_field, no_object
from campaign.demo.graph_media import (
    TAG_FIELDS,
    Cursor,
    Fields,
    check_fields,
    check_media_fields,
    pick,
    read_fields,
    show_by_author,
    to_wire_time,
)
from campaign.demo.graph_posts import Post, mentions
from campaign.demo.graph_state import GraphApi

SCOPES = ("instagram_basic", "instagram_manage_comments", "pages_read_engagement")
NODE = "IGUser"
_EXPANSION = re.compile(r"(mentioned_media\.media_id|mentioned_comment\.comment_id)\((\d+)\)")
_MENTIONED_MEDIA = frozenset(
    ("id", "caption", "comments", "comments_count", "like_count", "media_type", "media_url", "timestamp", "username")
)
_MENTIONED_COMMENT = frozenset(("id", "text", "timestamp", "username", "like_count", "media"))
_COMMENT = frozenset(("id", "text", "timestamp", "username", "like_count"))


def account(api: GraphApi) -> Response:
    """`GET /{ig-user-id}`: its name, and by field expansion one media or comment that mentions it."""
    fields = read_fields(request.args.get("fields", "id"))
    own = {"id": api.account.user_id, "username": api.account.username, "name": "Der schönste Blick"}
    body: dict[str, Any] = {}
    for name, wanted in fields.items():
        found = _EXPANSION.fullmatch(name)
        if found is None:
            check_fields({name: wanted}, frozenset(own), NODE)
        elif found[1].startswith("mentioned_media"):
            body["mentioned_media"] = _mentioned_media(api, found[2], wanted or {"id": {}})
        else:
            body["mentioned_comment"] = _mentioned_comment(api, found[2], wanted or {"id": {}})
    return graph_answer(body | pick(own, fields))


def tags(api: GraphApi) -> Response:
    """`GET /{ig-user-id}/tags`: public media in which others have tagged us, the newest first (Meta, IG User Tags).

    Pages have cursors in both directions and no addresses; a list of one page may come without paging.
    """
    require_scopes(SCOPES)
    fields = read_fields(request.args.get("fields", "id"))
    check_media_fields(fields, TAG_FIELDS)
    now, limit = api.clock(), read_limit(25, MOST_ITEMS)
    after, before = read_place("after", now), read_place("before", now)
    cursor = after or Cursor(now, 0)
    if before:
        cursor = Cursor(before.moment, max(0, before.place - limit))
    tagged = api.walk(("tags", cursor.moment), lambda: _tagged(api, cursor))
    page = tagged[cursor.place : (before.place if before else cursor.place + limit)]
    fault = api.faults.take(LIST_KINDS, request.path)
    items = spoil([show_by_author(post, fields, api.address, **api.counted(post)) for post in page], fault)
    single = not after and not before and len(tagged) <= limit
    if fault and fault.kind == "repeat_pages":
        return graph_answer({"data": items} | both_ways(Cursor(cursor.moment, 0), 0))
    return graph_answer({"data": items} | ({} if single or not page else both_ways(cursor, len(page))))


def post_mention(api: GraphApi) -> Response:
    """`POST /{ig-user-id}/mentions`: comment on a media that mentions us, or answer a comment that does."""
    require_scopes(SCOPES)
    wish = request.values
    for name in ("media_id", "message"):
        if not wish.get(name, "").strip():
            raise bad_parameter(f"The parameter {name} is required.")
    post, comment_id = _public_post(api, wish["media_id"], "post"), wish.get("comment_id")
    if comment_id:
        answered = _mentioning_comment(api, comment_id, "post")
        if answered.media_id != post.media_id:
            raise no_object(comment_id, "post")
    elif not mentions(post.caption, api.account.username):
        raise no_object(post.media_id, "post")
    if post.comments_off:
        raise no_object(post.media_id, "post")
    return graph_answer({"id": _comment(api, post, wish["message"], comment_id)})


def _comment(api: GraphApi, post: Post, text: str, parent: str | None) -> str:
    written = [comment for comment in api.comments.under(post.media_id) if comment.username == api.account.username]
    if any(comment.text == text for comment in written):
        raise known_error(506)
    return api.comments.add(post.media_id, api.account.username, text, api.clock(), parent).comment_id


def _tagged(api: GraphApi, cursor: Cursor) -> list[Post]:
    return [post for post in reversed(api.stream.visible(cursor.moment)) if post.tags_us]


def _public_post(api: GraphApi, media_id: str, method: str = "get") -> Post:
    found = api.stream.find(media_id, api.clock())
    if found is None or found[0].media_id != media_id:
        raise no_object(media_id, method)
    return found[0]


def _mentioned_media(api: GraphApi, media_id: str, fields: Fields) -> dict[str, Any]:
    """Return a media whose caption mentions us (Meta, IG User Mentioned Media)."""
    require_scopes(SCOPES)
    allowed = _MENTIONED_MEDIA | ({"permalink"} if api.habits.permalink_on_mentions else frozenset())
    check_fields(fields, allowed, "Media")
    post = _public_post(api, media_id)
    if not mentions(post.caption, api.account.username):
        raise no_object(media_id)
    more = api.counted(post)
    if "comments" in fields:
        more["comments"] = _comments_under(api, post, fields["comments"] or {"timestamp": {}, "text": {}})
    return show_by_author(post, fields, api.address, **more)


def _comments_under(api: GraphApi, post: Post, fields: Fields) -> dict[str, Any] | None:
    check_fields(fields, _COMMENT, "IGComment")
    listed = [pick(_show_comment(comment), fields) for comment in api.comments.under(post.media_id)]
    return {"data": listed} if listed else None


def _mentioned_comment(api: GraphApi, comment_id: str, fields: Fields) -> dict[str, Any]:
    """Return a comment that mentions us (Meta, IG User Mentioned Comment)."""
    require_scopes(SCOPES)
    check_fields(fields, _MENTIONED_COMMENT, "IGComment")
    comment = _mentioning_comment(api, comment_id)
    inner = fields.get("media") or {}
    if unknown := [name for name in inner if name != "id"]:
        raise no_field(unknown[0], "Media")
    return pick(_show_comment(comment) | {"media": {"id": comment.media_id}}, fields)


def _mentioning_comment(api: GraphApi, comment_id: str, method: str = "get") -> Comment:
    comment = api.comments.find(comment_id)
    if comment is None or not mentions(comment.text, api.account.username):
        raise no_object(comment_id, method)
    if _public_post(api, comment.media_id, method).comments_off:
        raise no_object(comment_id, method)
    return comment


def _show_comment(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.comment_id,
        "like_count": comment.likes,
        "text": comment.text,
        "timestamp": to_wire_time(comment.timestamp),
        "username": comment.username,
    }
