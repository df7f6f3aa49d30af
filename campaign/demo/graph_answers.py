"""The answers of the simulated Graph API, as Meta documents them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Request, Response, request

from campaign.demo.cdn import PictureHost
from campaign.demo.faults import LIST_KINDS, Fault
from campaign.demo.graph_desk import HashtagDesk, RequestLog, UsageMeter, hashtag_id
from campaign.demo.graph_errors import bad_parameter, bad_token, no_object, no_path
from campaign.demo.graph_media import (
    Cursor,
    by_popularity,
    check_fields,
    check_media_fields,
    in_no_order,
    read_cursor,
    read_fields,
    show_post,
    to_json,
)
from campaign.demo.posts import Piece, Post, PostStream

RECENT = timedelta(hours=24)
CURSOR_LIFE = timedelta(hours=1)
MOST_ITEMS = 50
SCOPES = ("instagram_basic", "instagram_manage_comments", "pages_read_engagement", "pages_show_list")
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Account:
    """The token that opens the API and the Instagram account that asks."""

    token: str
    user_id: str
    username: str = "schoensterblick"
    app_id: str = "1029384756"


def graph_answer(body: Any, status: int = 200) -> Response:
    """Return a JSON answer as the Graph API writes it."""
    return Response(to_json(body), status, content_type="application/json; charset=UTF-8")


class GraphApi:
    """The answers of the API; one object a server."""

    def __init__(self, stream: PostStream, account: Account, clock: Clock, host: PictureHost) -> None:
        self.stream, self.account, self.clock, self.host = stream, account, clock, host
        self.desk, self.meter, self.faults, self.log = HashtagDesk(stream), UsageMeter(), host.faults, RequestLog()

    def require_token(self, asked: Request) -> None:
        """Raise error 190 unless the request carries the token, as parameter or as bearer header."""
        header = asked.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if (header or asked.args.get("access_token")) != self.account.token:
            raise bad_token()

    def require_user(self) -> None:
        """Raise unless the parameter `user_id` names our account."""
        asked = request.args.get("user_id")
        if asked is None:
            raise bad_parameter("The parameter user_id is required.")
        if asked != self.account.user_id:
            raise no_object(asked)

    def search(self) -> Response:
        """`GET /ig_hashtag_search` (Meta, IG Hashtag Search)."""
        self.require_user()
        if "q" not in request.args:
            raise bad_parameter("The parameter q is required.")
        fields = read_fields(request.args.get("fields", "id"))
        check_fields(fields, frozenset(("id", "name")), "ShadowIGHashtag")
        name = self.desk.search(request.args["q"], self.clock())
        return graph_answer({"data": [_pick({"id": hashtag_id(name), "name": name}, fields)]})

    def node(self, object_id: str) -> Response:
        """`GET /{id}`: our account or a hashtag; other people's media cannot be read by their id."""
        fields = read_fields(request.args.get("fields", "id"))
        if object_id == self.account.user_id:
            own = {"id": object_id, "username": self.account.username, "name": "Der schönste Blick"}
            check_fields(fields, frozenset(own), "IGUser")
            return graph_answer(_pick(own, fields))
        name = self.desk.name_of(object_id, self.clock())
        if name is None:
            raise no_object(object_id) if object_id.isdigit() else no_path(f"/{object_id}")
        check_fields(fields, frozenset(("id", "name")), "ShadowIGHashtag")
        return graph_answer(_pick({"id": object_id, "name": name}, fields))

    def edge(self, object_id: str, edge: str) -> Response:
        """`GET /{id}/{edge}`: recent_media, top_media, recently_searched_hashtags."""
        if edge in ("recent_media", "top_media"):
            return self._media(object_id, edge)
        if edge == "recently_searched_hashtags" and object_id == self.account.user_id:
            return self._searched()
        raise no_path(f"/{edge}") if object_id.isdigit() else no_path(f"/{object_id}/{edge}")

    def _media(self, tag_id: str, edge: str) -> Response:
        """Return a page of media (Meta, IG Hashtag Recent Media and Top Media)."""
        self.require_user()
        now = self.clock()
        name = self.desk.ask_media(tag_id, now)
        fields = read_fields(request.args.get("fields", "id"))
        check_media_fields(fields)
        after = request.args.get("after")
        cursor = read_cursor(after) if after else Cursor(now, 0)
        if now - cursor.moment > CURSOR_LIFE:
            raise bad_parameter("The cursor has expired")
        ordered = self._found(name, edge, cursor.moment)
        limit = _limit(25, MOST_ITEMS)
        fault = self.faults.take(LIST_KINDS, request.path)
        page = ordered[cursor.place : cursor.place + limit]
        items = spoil([show_post(post, fields, self._address) for post in page], fault)
        place = 0 if fault and fault.kind == "repeat_pages" else cursor.place + limit
        more = place < len(ordered)
        return graph_answer({"data": items} | (_paging(replace(cursor, place=place), limit) if more else {}))

    def _found(self, name: str, edge: str, moment: datetime) -> list[Post]:
        posts = [post for post in self.stream.visible(moment) if name in post.hashtags]
        if edge == "top_media":
            return by_popularity(posts)
        return in_no_order([post for post in posts if moment - post.timestamp <= RECENT])

    def _address(self, piece: Piece) -> str:
        return self.host.address(piece, request.host, self.clock())

    def _searched(self) -> Response:
        fields = read_fields(request.args.get("fields", "id"))
        check_fields(fields, frozenset(("id", "name")), "ShadowIGHashtag")
        names = self.desk.recent(self.clock())[: _limit(25, 30)]
        data = [_pick({"id": hashtag_id(name), "name": name}, fields) for name in names]
        return graph_answer({"data": data})

    def debug_token(self) -> Response:
        """`GET /debug_token`: what the token may do; a dead token is a 200 with `is_valid` false."""
        asked, now = request.args.get("input_token", ""), self.clock()
        shared = {"app_id": self.account.app_id, "type": "USER", "application": "Der schönste Blick"}
        if asked != self.account.token:
            error = {"code": 190, "message": "Invalid OAuth access token.", "subcode": 463}
            return graph_answer({"data": shared | {"error": error, "is_valid": False, "scopes": []}})
        life = {"data_access_expires_at": now + timedelta(days=80), "expires_at": now + timedelta(days=50)}
        times = {name: int(moment.timestamp()) for name, moment in life.items()}
        issued = int((now - timedelta(days=10)).timestamp())
        scopes = {"scopes": list(SCOPES), "granular_scopes": [{"scope": scope} for scope in SCOPES]}
        body = shared | times | {"is_valid": True, "issued_at": issued} | scopes
        return graph_answer({"data": body | {"user_id": "122093456789012345"}})


def _pick(values: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in fields or name == "id"}


def _limit(usual: int, most: int) -> int:
    text = request.args.get("limit", str(usual))
    if not text.isdigit() or int(text) < 1:
        raise bad_parameter("Param limit must be a positive integer")
    return min(int(text), most)


def _paging(cursor: Cursor, limit: int) -> dict[str, Any]:
    """Return the paging block; `next` carries the token in clear, as Meta's does."""
    after, asked = cursor.write(), request.args.to_dict()
    header = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    token = header or asked.get("access_token", "")
    query = {"access_token": token, "pretty": "0"} | {
        name: asked[name] for name in ("fields", "user_id") if name in asked
    }
    path = request.environ.get("graph.path", request.path)
    address = f"http://{request.host}{path}?{urlencode(query | {'limit': str(limit), 'after': after})}"
    return {"paging": {"cursors": {"after": after}, "next": address}}


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
    elif fault.form == "types":
        first = {"id": {"oops": 1}, "caption": 7, "media_type": ["IMAGE"], "media_url": False, "timestamp": "gestern"}
    return [first, *items[1:]]
