"""Which posts are the same, and what a post that comes again tells anew; pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from campaign.entries.incoming import IncomingMedia
from campaign.entries.lifecycle import PictureState

# A picture that could not be read may have come in pieces; later tries would only repeat the refusal.
RETRY_REFUSED = timedelta(hours=3)


class Named(Protocol):
    """What tells posts apart."""

    @property
    def caption(self) -> str | None: ...
    @property
    def shortcode(self) -> str | None: ...
    @property
    def taken_at(self) -> datetime | None: ...
    @property
    def username(self) -> str | None: ...


class Kept(Named, Protocol):
    """What is kept of a post."""

    @property
    def permalink(self) -> str | None: ...
    @property
    def media_type(self) -> str: ...


def changes(kept: Kept, media: IncomingMedia) -> dict[str, object]:
    """Return the fields in which a post that came again differs from what is kept, with their new values.

    A way that does not tell a field does not take it away. Captions come with and without their `@` (Meta, IG Hashtag
    Recent Media), and one post has several addresses: neither is a change.
    """
    told: dict[str, object] = {
        "taken_at": media.taken_at,
        "username": media.username,
        "shortcode": None if kept.shortcode else media.shortcode,
        "permalink": None if kept.permalink else media.permalink,
        "caption": None if same_words(kept.caption, media.caption) else media.caption,
        "media_type": media.media_type if media.children or media.media_type != "IMAGE" else None,
    }
    return {name: value for name, value in told.items() if value is not None and getattr(kept, name) != value}


def same_words(one: str | None, other: str | None) -> bool:
    """Return whether two captions are the same but for the `@` that some answers leave out."""
    return (one or "").replace("@", "") == (other or "").replace("@", "")


def is_same_post(kept: Named, media: IncomingMedia) -> bool:
    """Return whether a post of another id is the one that is kept: posted at the same second with the same words.

    Only where one of the two lacks its shortcode, as mentions do; otherwise the shortcode decides.
    """
    wordless = not (media.caption or "").replace("@", "")
    if (kept.shortcode and media.shortcode) or wordless or media.taken_at is None:
        return False
    if kept.username and media.username and kept.username != media.username:
        return False
    return kept.taken_at == media.taken_at and same_words(kept.caption, media.caption)


def is_due(state: PictureState, url: str | None, age: timedelta) -> bool:
    """Return whether a picture is to be fetched (or found missing) now; `age` is how long the post is known."""
    if state is PictureState.REFUSED:
        return url is not None and age < RETRY_REFUSED
    return state is PictureState.WAITING or (state is PictureState.MISSING and url is not None)
