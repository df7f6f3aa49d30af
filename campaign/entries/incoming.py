"""A post on its way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class IncomingPicture:
    """One child of an album; `url` is None where Instagram gives no picture (films, protected sound)."""

    media_id: str
    media_type: str
    url: str | None


@dataclass(frozen=True)
class IncomingMedia:
    """A post as one source delivered it; `picture_url` is the signed address that expires within days.

    `username` is the account, without `@` and casefolded: only tags and mentions tell it. `children` are the parts
    of an album in its order, empty for other posts. `unreadable` names the fields that came in no known form; they
    stand here as if they had not come.
    """

    media_id: str
    media_type: str
    caption: str | None
    permalink: str | None
    shortcode: str | None
    taken_at: datetime | None
    picture_url: str | None
    username: str | None = None
    children: tuple[IncomingPicture, ...] = ()
    unreadable: tuple[str, ...] = ()
