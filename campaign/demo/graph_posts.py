"""A post as the simulated Instagram holds it."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from campaign.demo.drawing import Shot
from campaign.demo.people import Creator, creator_of

_EVER = datetime(2010, 10, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Piece:
    """One picture or film: a post of its own, or a child of an album."""

    media_id: str
    shortcode: str
    media_type: str
    shot: Shot
    fault: str | None = None
    has_address: bool = True


@dataclass(frozen=True, slots=True)
class Post:
    """A post as Instagram holds it; `caption` still has its `@`, `hashtags` are in lower case.

    `town` is the municipality's key when the caption lets a reader know it; `appeared` is when the API first
    shows the post, which for posts added by hand may be later than `timestamp`; `author` is set where somebody
    else than the usual invented person posted it. `tags_us` says that our account is marked in the picture.
    """

    cover: Piece
    caption: str | None
    timestamp: datetime
    hashtags: frozenset[str]
    children: tuple[Piece, ...] = ()
    town: str | None = None
    likes: int | None = None
    comments: int = 0
    appeared: datetime = _EVER
    author: str | None = None
    tags_us: bool = False
    embeddable: bool = True
    comments_off: bool = False

    @property
    def media_id(self) -> str:
        """Instagram's id: a string of 17 digits."""
        return self.cover.media_id

    @property
    def shortcode(self) -> str:
        """The part of the permalink that names the post: 11 characters."""
        return self.cover.shortcode

    @property
    def permalink(self) -> str:
        """The address of the post on Instagram."""
        return permalink(self.cover.shortcode, self.cover.media_type)

    @property
    def media_type(self) -> str:
        """IMAGE, VIDEO or CAROUSEL_ALBUM."""
        return self.cover.media_type

    @property
    def creator(self) -> Creator:
        """Who posted it; never part of a hashtag answer."""
        usual = creator_of(self.media_id)
        return replace(usual, account=self.author) if self.author else usual

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Everything in the post that has a file of its own."""
        return self.children or (self.cover,)


def permalink(code: str, media_type: str) -> str:
    """Return the address of a post: films stand under `/reel/`, everything else under `/p/`."""
    return f"https://www.instagram.com/{'reel' if media_type == 'VIDEO' else 'p'}/{code}/"


def mentions(text: str | None, account: str) -> bool:
    """Tell whether a text mentions an account with `@`."""
    found = re.findall(r"@([\w.]+)", text or "")
    return account.casefold() in {name.rstrip(".").casefold() for name in found}
