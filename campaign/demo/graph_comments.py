"""Comments under the simulated posts: those of people, and those that we post through the API."""

from dataclasses import asdict, dataclass
from datetime import datetime
from random import Random
from threading import Lock
from typing import Any

from campaign.demo.graph_ids import draw_id
from campaign.demo.graph_media import to_wire_time


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment under a post; `parent` is the comment that it answers."""

    comment_id: str
    media_id: str
    username: str
    text: str
    timestamp: datetime
    parent: str | None = None
    likes: int = 0

    def described(self) -> dict[str, Any]:
        """Return the comment as JSON for the control page."""
        return asdict(self) | {"timestamp": to_wire_time(self.timestamp)}


class CommentDesk:
    """All comments, the oldest first."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"comments {seed}")
        self._comments: dict[str, Comment] = {}
        self._under: dict[str, list[Comment]] = {}
        self._lock = Lock()

    def add(self, media_id: str, username: str, text: str, now: datetime, parent: str | None = None) -> Comment:
        """Keep a comment and return it with its id."""
        with self._lock:
            comment = Comment(draw_id(self._rng), media_id, username, text, now, parent)
            self._comments[comment.comment_id] = comment
            self._under.setdefault(media_id, []).append(comment)
        return comment

    def find(self, comment_id: str) -> Comment | None:
        """Return a comment."""
        with self._lock:
            return self._comments.get(comment_id)

    def under(self, media_id: str | None = None) -> list[Comment]:
        """Return the comments under a post, or all."""
        with self._lock:
            found = self._comments.values() if media_id is None else self._under.get(media_id, [])
            return list(found)
