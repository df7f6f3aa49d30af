"""A post on its way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class IncomingMedia:
    """A post as one source delivered it; `picture_url` is the signed address that expires within days."""

    media_id: str
    media_type: str
    caption: str | None
    permalink: str | None
    shortcode: str | None
    taken_at: datetime | None
    picture_url: str | None
    creator: str | None = None
