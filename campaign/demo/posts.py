"""The demo's posts: a stream that grows with time and is the same for the same seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Lock
from typing import Any

from campaign.demo.captions import hashtags_in, write_caption
from campaign.demo.drawing import SUBJECTS, Shot, choose_view
from campaign.demo.people import Creator, creator_of
from campaign.demo.sights import Sight, sight_for
from campaign.towns.gazetteer import load_gazetteer

FIRST_BATCH_HOURS = 20
_EVER = datetime(2010, 10, 6, tzinfo=UTC)
_WISHES = "caption media_type seed picture_fault timestamp media_id hashtag children media_url"
WISHES = frozenset(_WISHES.split())
_CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Piece:
    """One picture or film: a post of its own, or a child of an album."""

    media_id: str
    shortcode: str
    media_type: str
    shot: Shot
    fault: str | None = None
    has_address: bool = True


@dataclass(frozen=True)
class Post:
    """A post as Instagram holds it; `caption` still has its `@`, `hashtags` are casefolded.

    `town` is the municipality's key when the caption lets a reader know it; `appeared` is when the API first
    shows the post, which for posts added by hand may be later than `timestamp`.
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

    @property
    def media_id(self) -> str:
        """Instagram's id: a string of 17 digits."""
        return self.cover.media_id

    @property
    def shortcode(self) -> str:
        """The part of the permalink that names the post: 11 characters."""
        return self.cover.shortcode

    @property
    def media_type(self) -> str:
        """IMAGE, VIDEO or CAROUSEL_ALBUM."""
        return self.cover.media_type

    @property
    def creator(self) -> Creator:
        """Who posted it; never part of a hashtag answer."""
        return creator_of(self.media_id)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Everything in the post that has a file of its own."""
        return self.children or (self.cover,)


def _names(rng: Random) -> tuple[str, str]:
    """Return a media id and a shortcode."""
    media_id = f"{rng.choice(('178', '179', '180'))}{rng.randrange(10**14):014d}"
    return media_id, "D" + "".join(rng.choices(_CODE, k=10))


class PostStream:
    """Posts under a hashtag: a first batch over the 20 hours before `start`, then one every `every` seconds."""

    def __init__(
        self, seed: int, start: datetime, every: float, *, start_posts: int = 60, hashtag: str = "schoensterblick"
    ) -> None:
        self.seed, self.start, self.every, self.start_posts = seed, start, every, start_posts
        self.hashtag = hashtag.casefold()
        self._posts: list[Post] = []
        self._added: list[Post] = []
        self._lock = Lock()

    def visible(self, now: datetime) -> list[Post]:
        """Return the posts that have appeared by `now` (an aware moment), the oldest first."""
        with self._lock:
            while (moment := self._moment(len(self._posts))) <= now:
                self._posts.append(self._write(len(self._posts), moment))
            seen = [post for post in [*self._posts, *self._added] if post.appeared <= now]
        return sorted(seen, key=lambda post: post.timestamp)

    def find(self, media_id: str, now: datetime) -> tuple[Post, Piece] | None:
        """Return the visible post and the piece of it that has this id."""
        for post in self.visible(now):
            for piece in (post.cover, *post.children):
                if piece.media_id == media_id:
                    return post, piece
        return None

    def creator_of(self, media_id: str) -> Creator:
        """Return who posted a media."""
        return creator_of(media_id)

    def add(self, wish: Mapping[str, Any], now: datetime) -> Post:
        """Add a post by hand and return it; raises ValueError when the wish cannot be read.

        Keys, all optional: caption (None for none), media_type, seed, picture_fault, timestamp (ISO 8601),
        media_id, hashtag, children (number of pictures of an album), media_url (false leaves it out).
        """
        with self._lock:
            post = self._wished(wish, now, Random(f"added {self.seed} {len(self._added)}"))
            self._added.append(post)
        return post

    def _moment(self, number: int) -> datetime:
        if number < self.start_posts:
            spread = timedelta(hours=FIRST_BATCH_HOURS) / self.start_posts
            return self.start - spread * (self.start_posts - number)
        return self.start + timedelta(seconds=self.every * (number - self.start_posts + 1))

    def _write(self, number: int, moment: datetime) -> Post:
        rng = Random(f"post {self.seed} {number}")
        picture = self.seed * 16 + number
        view = choose_view(picture)
        sight = sight_for(view.subject, picture // len(SUBJECTS), self.seed)
        caption = write_caption(sight, view, self.hashtag, rng)
        media_id, code = _names(rng)
        kind = rng.choices(("IMAGE", "CAROUSEL_ALBUM", "VIDEO"), (80, 13, 7))[0]
        shot = Shot(picture, moment - timedelta(minutes=rng.randint(3, 600)), view.subject, place_of(sight.ags))
        cover = Piece(
            media_id, code, kind, shot, has_address=kind == "IMAGE" or (kind == "VIDEO" and rng.random() < 0.5)
        )
        return Post(
            cover,
            caption.text if caption else None,
            moment,
            frozenset({self.hashtag, *(hashtags_in(caption.text) if caption else ())}),
            self._children(shot, sight, rng) if kind == "CAROUSEL_ALBUM" else (),
            caption.town if caption else None,
            None if rng.random() < 0.12 else int(rng.expovariate(1 / 40)),
            int(rng.expovariate(1 / 4)),
            moment,
        )

    def _children(self, shot: Shot, sight: Sight, rng: Random) -> tuple[Piece, ...]:
        """Return the pieces of an album: the picture itself first, then other views, sometimes a film first."""
        children = [Piece(*_names(rng), "IMAGE", shot)]
        for step in range(rng.randint(1, 3)):
            other = Shot(shot.seed + 5000 + 37 * step, shot.taken, None, place_of(sight.ags))
            children.append(Piece(*_names(rng), "IMAGE", other))
        if rng.random() < 0.2:
            children.insert(0, Piece(*_names(rng), "VIDEO", shot, has_address=rng.random() < 0.5))
        return tuple(children)

    def _wished(self, wish: Mapping[str, Any], now: datetime, rng: Random) -> Post:
        unknown = set(wish) - WISHES
        if unknown:
            raise ValueError(f"Unknown keys: {', '.join(sorted(unknown))}.")
        media_id, code = _names(rng)
        kind = wish.get("media_type", "IMAGE")
        moment = datetime.fromisoformat(wish["timestamp"]) if wish.get("timestamp") else now
        if moment.tzinfo is None or kind not in ("IMAGE", "VIDEO", "CAROUSEL_ALBUM"):
            raise ValueError("timestamp needs an offset; media_type is IMAGE, VIDEO or CAROUSEL_ALBUM.")
        caption = wish.get("caption", f"Ein Blick #{self.hashtag}")
        shot = Shot(int(wish.get("seed", rng.randrange(10**6))), moment)
        address = bool(wish.get("media_url", kind != "CAROUSEL_ALBUM"))
        cover = Piece(str(wish.get("media_id", media_id)), code, kind, shot, wish.get("picture_fault"), address)
        count = int(wish.get("children", 2)) if kind == "CAROUSEL_ALBUM" else 0
        children = tuple(
            Piece(*_names(rng), "IMAGE", Shot(shot.seed + step, moment), cover.fault) for step in range(count)
        )
        tags = frozenset({str(wish.get("hashtag", self.hashtag)).casefold(), *hashtags_in(caption or "")})
        return Post(cover, caption, moment, tags, children, likes=0, appeared=now)


def place_of(ags: str) -> tuple[float, float]:
    """Return the position of a municipality in WGS84 degrees."""
    place = load_gazetteer().get(ags)
    if place is None:
        raise KeyError(ags)
    return place.lat, place.lon
