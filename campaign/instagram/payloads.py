"""Reading the Graph API's answers; pure functions over parsed JSON that trust nothing.

Shapes: Meta, IG Hashtag Recent Media, IG Hashtag Top Media, IG Media. Absent keys are normal: `caption` without a
caption, `media_url` of albums and of some videos, `like_count` when hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from campaign.entries.incoming import IncomingMedia, IncomingPicture
from campaign.entries.shortcodes import canonical, shortcode_of

FIELDS = "id,caption,media_type,media_url,permalink,timestamp,children{id,media_type,media_url}"
MENTION_FIELDS = "id,caption,media_type,media_url,timestamp,username"
MEDIA_TYPES = frozenset({"IMAGE", "VIDEO", "CAROUSEL_ALBUM"})
_TEXTS = ("caption", "media_type", "media_url", "permalink", "username")
_LARGEST_ID = 10**40
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class MalformedItem(ValueError):
    """One item of a page cannot be read; the others can."""


@dataclass(frozen=True)
class Comment:
    """A comment that mentions us; `username` without `@`, casefolded."""

    comment_id: str
    media_id: str
    username: str
    text: str
    commented_at: datetime | None


@dataclass(frozen=True)
class Page:
    """One page of media: the items as they came, and the cursor of the next page if there is one."""

    items: tuple[object, ...]
    after: str | None


def read_page(document: object) -> Page:
    """Return the items and the next cursor of a listing.

    `paging.next` carries the token and a foreign address: its presence counts, and at most its cursor is taken. The
    cursor may stay the same from page to page (Meta, IG Hashtag Recent Media), so it is no sign of the end.

    Raises:
        ValueError: the document is no listing, or goes on nobody knows where.
    """
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise ValueError("the answer has no list of media")
    paging, items = document.get("paging"), tuple(document["data"])
    following = paging.get("next") if isinstance(paging, dict) else None
    if not following or not items:
        return Page(items, None)
    after = _cursor(document) or _cursor_in(following)
    if after is None:
        raise ValueError("the answer announces a further page and does not name it")
    return Page(items, after)


def read_cursor_page(document: object) -> Page:
    """Return a page of a listing without `paging.next`: it goes on while there are items and a cursor (Meta, Tags).

    Raises:
        ValueError: the document is no listing, or goes on nobody knows where.
    """
    page = read_page(document)
    return Page(page.items, page.after or _cursor(document)) if page.items else page


def read_comment(item: object) -> Comment:
    """Return a comment of `mentioned_comment`.

    Raises:
        MalformedItem: an id or the account's name is missing, or a value of a wrong type.
    """
    if not isinstance(item, dict):
        raise MalformedItem("a comment is not an object")
    media = item.get("media")
    comment_id, username = _text(item, "id", required=True), _username(item)
    media_id = _text(media, "id", required=True) if isinstance(media, dict) else None
    if not comment_id or not media_id or not username:
        raise MalformedItem("a comment lacks its id, its media or its account")
    text = _text(item, "text") or ""
    return Comment(comment_id[:40], media_id[:40], username, text, read_time(item.get("timestamp")))


def read_media(item: object) -> IncomingMedia:
    """Return a post as we keep it; a field that cannot be read is left out, because the post counts without it.

    Raises:
        MalformedItem: no id; the message says so.
    """
    if not isinstance(item, dict):
        raise MalformedItem("an item is not an object")
    media_id = id_of(item)
    if media_id is None or not media_id.isascii() or not media_id.isdigit() or len(media_id) > 40:
        raise MalformedItem("an item has an id that is not a number")
    known, unreadable = _readable(item)
    media_type, permalink = known.get("media_type") or "IMAGE", known.get("permalink")
    return IncomingMedia(
        media_id=media_id,
        media_type=media_type if media_type in MEDIA_TYPES else "IMAGE",
        caption=_text(known, "caption"),
        permalink=canonical(permalink) if permalink else None,
        shortcode=shortcode_of(permalink) if permalink else None,
        taken_at=read_time(known.get("timestamp")),
        picture_url=_picture_url(known),
        username=_username(known),
        children=tuple(_children(known.get("children"))) if media_type == "CAROUSEL_ALBUM" else (),
        unreadable=unreadable,
    )


def has_id(item: object) -> bool:
    """Return whether an item says which post it is, be it in a form that nobody can read."""
    return isinstance(item, dict) and item.get("id") is not None


def id_of(item: object) -> str | None:
    """Return the id of an item as it came, also one that came as a number; None without one."""
    found = item.get("id") if isinstance(item, dict) else None
    if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < _LARGEST_ID:
        return str(found)
    return found if isinstance(found, str) and found else None


def read_time(value: object) -> datetime | None:
    """Return the moment of `2021-08-19T09:00:22+0000` or of Unix seconds; both are documented."""
    try:
        if isinstance(value, str) and not value.isdigit():
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, int | str) and not isinstance(value, bool):
            return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedItem("an item has a timestamp that is no time") from error
    return None


def _readable(item: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the fields of a post that can be read, and the names of the others."""
    wrong = [name for name in _TEXTS if not isinstance(item.get(name), str | None)]
    try:
        is_time = item.get("timestamp") is None or read_time(item["timestamp"]) is not None
    except MalformedItem:
        is_time = False
    wrong += [] if is_time else ["timestamp"]
    return {name: value for name, value in item.items() if name not in wrong}, tuple(wrong)


def _cursor(document: object) -> str | None:
    paging = document.get("paging") if isinstance(document, dict) else None
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) and after else None


def _cursor_in(address: object) -> str | None:
    """Return the cursor within an address that we never ask for ourselves."""
    try:
        found = parse_qs(urlsplit(address).query).get("after") if isinstance(address, str) else None
    except ValueError:
        return None
    return found[0] if found else None


def _text(item: dict[str, Any], key: str, *, required: bool = False) -> str | None:
    value = item.get(key)
    if value is None and not required:
        return None
    if not isinstance(value, str) or (required and not value):
        raise MalformedItem(f"an item has a {key} that is no text")
    # PostgreSQL refuses NUL, lone surrogates cannot be encoded.
    return _CONTROL.sub("", value).encode("utf-8", "replace").decode()


def _username(item: dict[str, Any]) -> str | None:
    name = _text(item, "username")
    return name.removeprefix("@").casefold()[:60] or None if name else None


def _children(listed: object) -> Iterator[IncomingPicture]:
    """Yield the parts of an album that have an id; a broken one does not take the others along."""
    data = listed.get("data") if isinstance(listed, dict) else None
    for child in data if isinstance(data, list) else ():
        media_id = child.get("id") if isinstance(child, dict) else None
        if isinstance(media_id, str) and media_id.isascii() and media_id.isdigit() and len(media_id) <= 40:
            kind, url = child.get("media_type", "IMAGE"), child.get("media_url")
            is_picture = kind == "IMAGE" and isinstance(url, str)
            yield IncomingPicture(media_id, "IMAGE" if kind == "IMAGE" else "VIDEO", url if is_picture else None)


def _picture_url(item: dict[str, Any]) -> str | None:
    if item.get("media_type") == "CAROUSEL_ALBUM":
        pictures = (child.url for child in _children(item.get("children")) if child.url)
        return next(pictures, None) or _text(item, "media_url")
    return None if item.get("media_type") == "VIDEO" else _text(item, "media_url")
