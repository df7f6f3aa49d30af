"""The demo's posts: a stream that grows with time and is the same for the same seed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from threading import Lock
from typing import Any

from campaign.demo.captions import hashtags_in, write_caption
from campaign.demo.drawing import SUBJECTS, Shot, choose_view
from campaign.demo.graph_ids import draw_id, shortcode
from campaign.demo.graph_posts import Piece, Post
from campaign.demo.graph_shelf import Shelf
from campaign.demo.graph_wishes import read_wish
from campaign.demo.people import OUR_ACCOUNT, Creator, creator_of
from campaign.demo.sights import Sight, sight_for
from campaign.towns.gazetteer import load_gazetteer

__all__ = ["Piece", "Post", "PostStream", "place_of"]

FIRST_BATCH_HOURS = 20


class PostStream:
    """Posts under a hashtag: a first batch over the 20 hours before `start`, then one every `every` seconds.

    `mention_share` and `tag_share` (0 to 1) say how many posts name the account in the caption (`@`) and how many
    mark it in the picture. Without `pictures`, one tiny file stands for all of them, which large seasons need.
    """

    def __init__(
        self,
        seed: int,
        start: datetime,
        every: float,
        *,
        start_posts: int = 60,
        hashtag: str = "schoensterblick",
        mention_share: float = 0.0,
        tag_share: float = 0.0,
        pictures: bool = True,
    ) -> None:
        self.seed, self.start, self.every, self.start_posts = seed, start, every, start_posts
        self.hashtag, self.pictures = hashtag.lower(), pictures
        self._shares = (mention_share, tag_share)
        self._shelf = Shelf()
        self._written = self._added = 0
        self._lock = Lock()

    @property
    def changes(self) -> int:
        """Number that changes whenever posts are added by hand, removed or brought back."""
        return self._shelf.changes

    def visible(self, now: datetime, since: datetime | None = None) -> list[Post]:
        """Return the public posts that have appeared by `now` (aware moments), the oldest first.

        With `since` only those made then or later.
        """
        with self._lock:
            return self._grown(now).between(since, now)

    def arrived(self, now: datetime, after: int) -> tuple[list[Post], int]:
        """Return the public posts after the first `after` ones in order of arrival, and how many have arrived."""
        with self._lock:
            return self._grown(now).arrived(after, now)

    def find(self, media_id: str, now: datetime) -> tuple[Post, Piece] | None:
        """Return the public post and the piece of it that has this id."""
        with self._lock:
            return self._grown(now).piece(media_id, now)

    def find_code(self, code: str, now: datetime) -> Post | None:
        """Return the public post with a shortcode."""
        with self._lock:
            return self._grown(now).by_code(code, now)

    def tags(self, now: datetime) -> set[str]:
        """Return every hashtag that somebody has used by `now`, the stream's own always among them."""
        with self._lock:
            return self._grown(now).tags(now) | {self.hashtag}

    def knows_tag(self, tag: str, now: datetime) -> bool:
        """Tell whether somebody has used a hashtag by `now`."""
        with self._lock:
            return tag == self.hashtag or self._grown(now).knows_tag(tag, now)

    def creator_of(self, media_id: str) -> Creator:
        """Return who posted a media."""
        with self._lock:
            post = self._shelf.creator_post(media_id)
        return post.creator if post else creator_of(media_id)

    def add(self, wish: Mapping[str, Any], now: datetime) -> Post:
        """Add a post by hand and return it; raises ValueError when the wish cannot be read.

        The keys, all optional, stand in `graph_wishes`.
        """
        with self._lock:
            wished = read_wish(wish, now, self.hashtag, Random(f"added {self.seed} {self._added}"))
            post = self._with_own_code(wished)
            self._shelf.put(post)
            if wish.get("private"):
                self._shelf.set_private(post.media_id, True)
            self._added += 1
            self._shelf.changes += 1
        return post

    def remove(self, name: str, now: datetime) -> Post:
        """Remove a post, named by id or shortcode, from everywhere; raises KeyError when there is none."""
        with self._lock:
            return self._grown(now).set_removed(name, True)

    def restore(self, name: str, now: datetime) -> Post:
        """Bring a removed post back; raises KeyError when there is none."""
        with self._lock:
            return self._grown(now).set_removed(name, False)

    def set_private(self, name: str, private: bool, now: datetime) -> Post:
        """Hide a post as if its account had become private, or show it again; raises KeyError."""
        with self._lock:
            return self._grown(now).set_private(name, private)

    def _with_own_code(self, post: Post) -> Post:
        # Posts added at one instant may draw the same lower bits.
        code, later = post.shortcode, post.timestamp
        while self._shelf.has_code(code):
            later += timedelta(milliseconds=1)
            code = shortcode(later, post.media_id)
        return replace(post, cover=replace(post.cover, shortcode=code))

    def _grown(self, now: datetime) -> Shelf:
        while (moment := self._moment(self._written)) <= now:
            self._shelf.put(self._write(self._written, moment))
            self._written += 1
        return self._shelf

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
        media_id = draw_id(rng)
        kind = rng.choices(("IMAGE", "CAROUSEL_ALBUM", "VIDEO"), (80, 13, 7))[0]
        shot = Shot(picture, moment - timedelta(minutes=rng.randint(3, 600)), view.subject, place_of(sight.ags))
        address = kind == "IMAGE" or (kind == "VIDEO" and rng.random() < 0.5)
        likes = None if rng.random() < 0.12 else int(rng.expovariate(1 / 40))
        comments = int(rng.expovariate(1 / 4))
        mentioned, tagged = (rng.random() < share for share in self._shares)
        text = caption.text if caption else None
        if mentioned:
            text = f"{text} @{OUR_ACCOUNT}" if text else f"@{OUR_ACCOUNT}"
        return Post(
            Piece(media_id, shortcode(moment, media_id), kind, shot, has_address=address),
            text,
            moment,
            frozenset({self.hashtag, *(hashtags_in(caption.text) if caption else ())}),
            _children(shot, moment, sight, rng) if kind == "CAROUSEL_ALBUM" else (),
            caption.town if caption else None,
            likes,
            comments,
            moment,
            tags_us=tagged,
        )


def _children(shot: Shot, moment: datetime, sight: Sight, rng: Random) -> tuple[Piece, ...]:
    """Return the pieces of an album: the picture itself first, then other views, sometimes a film first."""

    def piece(kind: str, taken: Shot, *, has_address: bool = True) -> Piece:
        media_id = draw_id(rng)
        return Piece(media_id, shortcode(moment, media_id), kind, taken, has_address=has_address)

    children = [piece("IMAGE", shot)]
    for step in range(rng.randint(1, 3)):
        children.append(piece("IMAGE", Shot(shot.seed + 5000 + 37 * step, shot.taken, None, place_of(sight.ags))))
    if rng.random() < 0.2:
        children.insert(0, piece("VIDEO", shot, has_address=rng.random() < 0.5))
    return tuple(children)


def place_of(ags: str) -> tuple[float, float]:
    """Return the position of a municipality in WGS84 degrees."""
    place = load_gazetteer().get(ags)
    if place is None:
        raise KeyError(ags)
    return place.lat, place.lon
