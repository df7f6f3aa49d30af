"""How the Graph API shows posts: fields on request, pages with cursors, stripped `@`, escaped JSON."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from campaign.demo.graph_errors import bad_parameter, no_field
from campaign.demo.graph_posts import Piece, Post

# Meta, IG Media: `permalink` cannot be used on the children of an album. Recordings of 2020 have it all the same.
CHILD_FIELDS = frozenset({"id", "media_type", "media_url", "timestamp"})
MEDIA_FIELDS = CHILD_FIELDS | {"caption", "children", "comments_count", "like_count", "permalink"}
TAG_FIELDS = MEDIA_FIELDS | {"username"}
Fields = dict[str, "Fields"]
AddressOf = Callable[[Piece], str]


def to_json(answer: Any) -> str:
    """Return JSON as it comes over the wire: ASCII only, `/` written as `\\/`."""
    return json.dumps(answer, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")


def to_wire_time(moment: datetime) -> str:
    """Return a moment as `2026-11-22T09:00:22+0000`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def read_fields(text: str) -> Fields:
    """Read `id,children{id,media_url}` into a tree; raises GraphError 100 for unbalanced braces."""
    fields: Fields = {}
    stack, name = [fields], ""
    for char in text + ",":
        if char not in ",{}":
            name += char
            continue
        if name.strip():
            stack[-1].setdefault(name.strip(), {})
        if char == "{":
            stack.append(stack[-1].get(name.strip(), {}))
        elif char == "}":
            stack.pop()
        if not stack:
            raise bad_parameter("Syntax error in the fields parameter")
        name = ""
    if len(stack) != 1:
        raise bad_parameter("Syntax error in the fields parameter")
    return fields


def check_fields(fields: Mapping[str, Any], allowed: frozenset[str], node: str) -> None:
    """Raise error 100 for the first field that a node does not have."""
    for name in fields:
        if name not in allowed:
            raise no_field(name, node)


def check_media_fields(fields: Fields, allowed: frozenset[str] = MEDIA_FIELDS) -> None:
    """Raise error 100 for a field that media of a listing or their children do not have."""
    check_fields(fields, allowed, "Media")
    check_fields(fields.get("children", {}), CHILD_FIELDS, "Media")


def show_post(post: Post, fields: Fields, address_of: AddressOf, **more: Any) -> dict[str, Any]:
    """Return the asked fields of a post found by hashtag; what Instagram leaves out is absent, never null.

    `more` are fields that other edges know, or know otherwise.
    """
    values: dict[str, Any] = {
        "caption": post.caption.replace("@", "") if post.caption is not None else None,
        "comments_count": post.comments,
        "like_count": post.likes,
        "media_type": post.media_type,
        "media_url": address_of(post.cover) if post.cover.has_address else None,
        "permalink": post.permalink,
        "timestamp": to_wire_time(post.timestamp),
        "children": _show_children(post, fields.get("children", {}), address_of),
        "id": post.media_id,
    }
    return pick(values | more, fields)


def show_by_author(post: Post, fields: Fields, address_of: AddressOf, **more: Any) -> dict[str, Any]:
    """Return the asked fields of a post in which we are tagged or mentioned.

    Its author is known, and an album has the address of its first child.
    """
    first = next((piece for piece in post.pieces if piece.has_address), None)
    album = {"media_url": address_of(first) if first else None} if post.children else {}
    return show_post(post, fields, address_of, username=post.creator.account, **album, **more)


def pick(values: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that were asked for and are there; the id always is."""
    return {name: value for name, value in values.items() if (name in fields or name == "id") and value is not None}


def _show_children(post: Post, fields: Fields, address_of: AddressOf) -> dict[str, Any] | None:
    if not post.children:
        return None
    items = []
    for child in post.children:
        values = {
            "id": child.media_id,
            "media_type": child.media_type,
            "media_url": address_of(child) if child.has_address else None,
            "timestamp": to_wire_time(post.timestamp),
        }
        items.append(pick(values, fields))
    return {"data": items}


@dataclass(frozen=True)
class Cursor:
    """Where the next page begins: the moment of the first page keeps the list the same on all pages."""

    moment: datetime
    place: int

    def write(self) -> str:
        """Return the opaque text; its beginning is the same on every page of a walk."""
        plain = f"{self.moment.timestamp():.6f}|{'0' * 24}|{self.place}"
        return "QVFIU" + base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """Read a cursor; raises GraphError 100 when it is not one of ours."""
    try:
        blank = text.removeprefix("QVFIU")
        moment, _, place = base64.urlsafe_b64decode(blank + "=" * (-len(blank) % 4)).decode().split("|")
        return Cursor(datetime.fromtimestamp(float(moment), UTC), int(place))
    except (ValueError, binascii.Error, OverflowError) as error:
        raise bad_parameter("Invalid cursors values") from error


def in_no_order(posts: list[Post]) -> list[Post]:
    """Return posts in an order that is stable but not that of time."""
    return sorted(posts, key=lambda post: sha256(post.media_id.encode()).digest())


def by_popularity(posts: list[Post]) -> list[Post]:
    """Return posts with many likes and comments first."""
    return sorted(posts, key=lambda post: (-(post.likes or 0) - 3 * post.comments, post.media_id))
