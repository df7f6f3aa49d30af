"""Where the simulated Instagram keeps its posts: in the order of time, so that large seasons answer quickly."""

from bisect import bisect_left, insort
from datetime import datetime

from campaign.demo.graph_posts import Piece, Post


class Shelf:
    """Posts by time, by id and by shortcode; each post may be removed, made private, and brought back.

    The caller holds a lock around every use.
    """

    def __init__(self) -> None:
        self._posts: list[Post] = []
        self._arrivals: list[Post] = []
        self._pieces: dict[str, tuple[Post, Piece]] = {}
        self._codes: dict[str, Post] = {}
        self._tags: dict[str, datetime] = {}
        self._removed: set[str] = set()
        self._private: set[str] = set()
        self.changes = 0

    def put(self, post: Post) -> None:
        """Keep a post."""
        self._arrivals.append(post)
        insort(self._posts, post, key=_time)
        for piece in (*post.children, post.cover):
            self._pieces[piece.media_id] = (post, piece)
        self._codes[post.shortcode] = post
        for tag in post.hashtags:
            self._tags.setdefault(tag, post.appeared)

    def between(self, since: datetime | None, now: datetime) -> list[Post]:
        """Return the public posts made at `since` or later that have appeared by `now`, the oldest first."""
        first = bisect_left(self._posts, since, key=_time) if since else 0
        hidden = self._removed | self._private
        return [post for post in self._posts[first:] if post.appeared <= now and post.media_id not in hidden]

    def arrived(self, after: int, now: datetime) -> tuple[list[Post], int]:
        """Return the public posts after the first `after` ones in order of arrival, and how many have arrived."""
        posts = [post for post in self._arrivals[after:] if self._is_public(post, now)]
        return posts, len(self._arrivals)

    def piece(self, media_id: str, now: datetime) -> tuple[Post, Piece] | None:
        """Return a public post and the piece of it that has this id."""
        found = self._pieces.get(media_id)
        return found if found and self._is_public(found[0], now) else None

    def by_code(self, code: str, now: datetime) -> Post | None:
        """Return the public post with a shortcode."""
        post = self._codes.get(code)
        return post if post and self._is_public(post, now) else None

    def has_code(self, code: str) -> bool:
        """Tell whether a post has this shortcode."""
        return code in self._codes

    def tags(self, now: datetime) -> set[str]:
        """Return every hashtag that somebody has used by `now`."""
        return {tag for tag, since in self._tags.items() if since <= now}

    def knows_tag(self, tag: str, now: datetime) -> bool:
        """Tell whether somebody has used a hashtag by `now`."""
        return tag in self._tags and self._tags[tag] <= now

    def creator_post(self, media_id: str) -> Post | None:
        """Return the post of an id, public or not."""
        found = self._pieces.get(media_id)
        return found[0] if found else None

    def set_removed(self, name: str, removed: bool) -> Post:
        """Remove a post, named by id or shortcode, or bring it back; raises KeyError when there is none."""
        return self._mark(self._removed, name, removed)

    def set_private(self, name: str, private: bool) -> Post:
        """Make the account behind a post private as far as this post goes, or public again; raises KeyError."""
        return self._mark(self._private, name, private)

    def _mark(self, marked: set[str], name: str, wanted: bool) -> Post:
        found = self._pieces.get(name)
        post = found[0] if found else self._codes[name]
        (marked.add if wanted else marked.discard)(post.media_id)
        self.changes += 1
        return post

    def _is_public(self, post: Post, now: datetime) -> bool:
        return post.appeared <= now and post.media_id not in self._removed and post.media_id not in self._private


def _time(post: Post) -> datetime:
    return post.timestamp
