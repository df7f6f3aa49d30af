"""Reading the Graph API's answers; pure functions over parsed JSON that trust nothing.

Shapes: Meta, IG Hashtag Recent Media, IG Hashtag Top Media, IG Media. Absent keys are normal: `caption` without a
caption, `media_url` of albums and of some videos, `like_count` when hidden.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from campaign.entries.incoming import IncomingMedia

FIELDS = "id,caption,media_type,media_url,permalink,timestamp,children{id,media_type,media_url,permalink}"
MEDIA_TYPES = frozenset({"IMAGE", "VIDEO", "CAROUSEL_ALBUM"})
_SHORTCODE = re.compile(
    r"^https?://(?:www\.)?instagram\.com/(?:[A-Za-z0-9._]+/)?(?:p|reels?|tv)/([A-Za-z0-9_-]{5,40})(?:[/?#]|$)",
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class MalformedItem(ValueError):
    """One item of a page cannot be read; the others can."""


@dataclass(frozen=True)
class Page:
    """One page of media: the items as they came, and the cursor of the next page if there is one."""

    items: tuple[object, ...]
    after: str | None


def read_page(document: object) -> Page:
    """Return the items and the next cursor of a listing.

    `paging.next` carries the token and a foreign address: only its presence counts. The cursor may stay the same
    from page to page (Meta, IG Hashtag Recent Media), so it is no sign of the end.

    Raises:
        ValueError: the document is no listing.
    """
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise ValueError("the answer has no list of media")
    paging = document.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    goes_on = isinstance(paging, dict) and bool(paging.get("next")) and bool(document["data"])
    return Page(tuple(document["data"]), after if goes_on and isinstance(after, str) and after else None)


def read_media(item: object) -> IncomingMedia:
    """Return a post as we keep it.

    Raises:
        MalformedItem: no id, or a value of a wrong type; the message says which.
    """
    if not isinstance(item, dict):
        raise MalformedItem("an item is not an object")
    media_id = _text(item, "id", required=True)
    if media_id is None or not media_id.isascii() or not media_id.isdigit() or len(media_id) > 40:
        raise MalformedItem("an item has an id that is not a number")
    media_type = _text(item, "media_type") or "IMAGE"
    permalink = _text(item, "permalink")
    return IncomingMedia(
        media_id=media_id,
        media_type=media_type if media_type in MEDIA_TYPES else "IMAGE",
        caption=_text(item, "caption"),
        permalink=permalink if permalink and shortcode_of(permalink) else None,
        shortcode=shortcode_of(permalink) if permalink else None,
        taken_at=read_time(item.get("timestamp")),
        picture_url=_picture_url(item),
        creator=_text(item, "username"),
    )


def shortcode_of(permalink: str) -> str | None:
    """Return the code that names a post in any form of its address; case matters."""
    found = _SHORTCODE.match(permalink)
    return found[1] if found else None


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


def _text(item: dict[str, Any], key: str, *, required: bool = False) -> str | None:
    value = item.get(key)
    if value is None and not required:
        return None
    if not isinstance(value, str) or (required and not value):
        raise MalformedItem(f"an item has a {key} that is no text")
    # PostgreSQL refuses NUL, lone surrogates cannot be encoded.
    return _CONTROL.sub("", value).encode("utf-8", "replace").decode()


def _picture_url(item: dict[str, Any]) -> str | None:
    if item.get("media_type") == "CAROUSEL_ALBUM":
        return _first_image(item.get("children")) or _text(item, "media_url")
    return None if item.get("media_type") == "VIDEO" else _text(item, "media_url")


def _first_image(children: object) -> str | None:
    listed = children.get("data") if isinstance(children, dict) else None
    for child in listed if isinstance(listed, list) else ():
        if isinstance(child, dict) and child.get("media_type", "IMAGE") == "IMAGE":
            url = child.get("media_url")
            if isinstance(url, str):
                return url
    return None
