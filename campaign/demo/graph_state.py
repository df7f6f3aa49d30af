"""What the simulated Graph API knows: one object a server, which all its answers read."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from flask import request

from campaign.demo.cdn import PictureHost
from campaign.demo.graph_comments import Comment, CommentDesk
from campaign.demo.graph_desk import HashtagDesk, RequestLog
from campaign.demo.graph_posts import Piece, Post, mentions
from campaign.demo.graph_tokens import TokenDesk
from campaign.demo.graph_usage import BUSINESS_HEADER, CALLS_PER_HOUR, HourlyCounter, Usage
from campaign.demo.graph_webhooks import WebhookSender
from campaign.demo.people import OUR_ACCOUNT
from campaign.demo.posts import PostStream

Clock = Callable[[], datetime]
OEMBEDS_PER_HOUR = 1000
KEPT_WALKS = 8


@dataclass(frozen=True)
class Account:
    """The token that opens the API, the Instagram account that asks, and the app that it asks through."""

    token: str
    user_id: str
    username: str = OUR_ACCOUNT
    app_id: str = "1029384756"
    app_secret: str | None = None


@dataclass(frozen=True)
class Habits:
    """What is settled neither in Meta's documentation nor by recordings, or differs between apps."""

    require_proof: bool = False
    permalink_on_mentions: bool = True
    calls_per_hour: int = CALLS_PER_HOUR
    oembeds_per_hour: int = OEMBEDS_PER_HOUR


class GraphApi:
    """The state of one simulated API."""

    def __init__(
        self, stream: PostStream, account: Account, clock: Clock, host: PictureHost, habits: Habits | None = None
    ) -> None:
        self.stream, self.account, self.clock, self.host = stream, account, clock, host
        self.habits = habits or Habits()
        self.faults, self.log, self.desk = host.faults, RequestLog(), HashtagDesk(stream)
        self.comments = CommentDesk(stream.seed)
        self.usage = Usage(account.user_id, self.habits.calls_per_hour)
        self.oembeds = HourlyCounter(self.habits.oembeds_per_hour)
        self.tokens = TokenDesk(
            account.token, clock(), account.app_id, account.app_secret, require_proof=self.habits.require_proof
        )
        self.webhooks = WebhookSender(stream, account.user_id, account.username, clock)
        self._walks: OrderedDict[tuple[object, ...], list[Post]] = OrderedDict()
        self._lock = Lock()

    def address(self, piece: Piece) -> str:
        """Return the address of a picture on the host that the caller used."""
        return self.host.address(piece, request.host, self.clock())

    def limited(self) -> dict[str, str]:
        """Return the headers that go with error 80002."""
        return {BUSINESS_HEADER: self.usage.business_header(self.clock())}

    def counted(self, post: Post) -> dict[str, Any]:
        """Return the number of comments of a post, those written here included."""
        return {"comments_count": post.comments + len(self.comments.under(post.media_id))}

    def comment(self, media_id: str, text: str, username: str | None = None, parent: str | None = None) -> Comment:
        """Let somebody (else the author) comment on a post, and tell the receiver of webhooks if it mentions us.

        Raises ValueError when there is no such post.
        """
        found = self.stream.find(media_id, self.clock())
        if found is None:
            raise ValueError("There is no such post.")
        post = found[0]
        made = self.comments.add(post.media_id, username or post.creator.account, text, self.clock(), parent)
        if mentions(text, self.account.username):
            self.webhooks.tell(post.media_id, made.comment_id)
        return made

    def walk(self, key: tuple[object, ...], find: Callable[[], list[Post]]) -> list[Post]:
        """Return the posts of a walk over pages, found once for all its pages; removed posts leave at once."""
        key = (*key, self.stream.changes)
        with self._lock:
            known = self._walks.get(key)
        if known is None:
            known = find()
            with self._lock:
                self._walks[key] = known
                while len(self._walks) > KEPT_WALKS:
                    self._walks.popitem(last=False)
        return known
