"""Meta's webhooks as they come over the wire: the handshake, signed deliveries, repeats.

Facts: Meta, "Webhooks from Meta" (handshake, signature, batches, 36 hours of repeats) and recorded deliveries.
"""

import hmac
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from threading import Event, Lock, Thread
from typing import Any, Protocol

import requests

from campaign.demo.graph_media import to_json
from campaign.demo.graph_posts import Post, mentions

MOST_CHANGES = 1000
KEEP_TRYING = timedelta(hours=36)
ANSWER_SECONDS = 10.0
LOOK_SECONDS, LONGEST_PAUSE = 0.3, 20.0
TEST_ID = "17887498072083520"
Change = dict[str, Any]


class Posts(Protocol):
    """Where new posts are looked for."""

    def arrived(self, now: datetime, after: int) -> tuple[list[Post], int]:
        """Return the public posts after the first `after` ones in order of arrival, and how many have arrived."""


@dataclass(frozen=True)
class Delivery:
    """A delivery that was tried: the bytes sent, and the status of the answer (None: no answer)."""

    body: bytes
    signature: str
    status: int | None

    @property
    def arrived(self) -> bool:
        """Tell whether the receiver has taken it."""
        return self.status == 200

    def described(self) -> dict[str, Any]:
        """Return the delivery as JSON for the control page."""
        return {"body": self.body.decode(), "signature": self.signature, "status": self.status}


def mention(media_id: str, comment_id: str | None = None) -> Change:
    """Return the change that tells of a mention in a caption, or in a comment."""
    value = {"media_id": media_id} | ({"comment_id": comment_id} if comment_id else {})
    return {"field": "mentions", "value": value}


def write_body(changes: Sequence[Change], entry_id: str, now: datetime) -> bytes:
    """Return the bytes of one delivery: up to 1000 changes, `/` and non-ASCII escaped as Meta does."""
    entry = {"id": entry_id, "time": int(now.timestamp()), "changes": list(changes)}
    return to_json({"object": "instagram", "entry": [entry]}).encode()


def sign(body: bytes, secret: str) -> str:
    """Return the value of `X-Hub-Signature-256` for the bytes of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def send(url: str, body: bytes, signature: str) -> Delivery:
    """Post a signed body once; a receiver that cannot be reached leaves the status empty."""
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature, "User-Agent": "facebookexternalua"}
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(url, data=body, headers=headers, timeout=ANSWER_SECONDS, allow_redirects=False)
        except requests.RequestException:
            return Delivery(body, signature, None)
    return Delivery(body, signature, answer.status_code)


def deliver(
    url: str, secret: str, changes: Sequence[Change], entry_id: str, now: datetime, *, signature: str | None = None
) -> list[Delivery]:
    """Send changes in batches of up to 1000 and return what came of each; `signature` stands in for the right one."""
    batches = [changes[first : first + MOST_CHANGES] for first in range(0, len(changes), MOST_CHANGES)]
    bodies = [write_body(batch, entry_id, now) for batch in batches]
    return [send(url, body, signature or sign(body, secret)) for body in bodies]


def deliver_test(url: str, secret: str, now: datetime) -> Delivery:
    """Send what the button "Test" in Meta's dashboard sends: an entry "0" with ids of nothing."""
    return deliver(url, secret, [mention(TEST_ID, TEST_ID)], "0", now)[0]


def verify(url: str, verify_token: str, seed: int = 1) -> bool:
    """Do Meta's handshake and tell whether the receiver answered 200 with exactly the challenge."""
    challenge = str(Random(f"challenge {seed}").randrange(10**9, 10**10))
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(url, params=query, timeout=ANSWER_SECONDS, allow_redirects=False)
        except requests.RequestException:
            return False
    return answer.status_code == 200 and answer.text == challenge


class WebhookSender:
    """Delivers each new mention by itself, and again while the receiver fails, for 36 hours."""

    def __init__(self, posts: Posts, user_id: str, username: str, clock: Any) -> None:
        self._posts, self._user_id, self._username, self._clock = posts, user_id, username, clock
        self._target: tuple[str, str] | None = None
        self._waiting: deque[tuple[Change, datetime]] = deque()
        self._place = 0
        self._lock, self._sending, self._done = Lock(), Lock(), Event()
        self._thread: Thread | None = None
        self.deliveries: deque[Delivery] = deque(maxlen=1000)

    @property
    def target(self) -> tuple[str, str] | None:
        """The address and the secret of the receiver, once there is one."""
        return self._target

    def aim(self, url: str, secret: str) -> None:
        """Take a receiver; every mention that is new from now on waits for `send_due`."""
        with self._lock:
            if self._target is None:
                _, self._place = self._posts.arrived(self._clock(), 0)
            self._target = (url, secret)

    def start(self, url: str, secret: str) -> None:
        """Deliver every mention that is new from now on to a receiver, without being asked."""
        self.aim(url, secret)
        if self._thread is None:
            self._thread = Thread(target=self._run, name="webhooks", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Deliver nothing more."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def tell(self, media_id: str, comment_id: str) -> None:
        """Tell the receiver of a comment that mentions us; without a receiver nobody hears of it."""
        with self._lock:
            if self._target:
                self._waiting.append((mention(media_id, comment_id), self._clock()))

    def send_due(self) -> bool:
        """Send what is new or has failed before; returns whether nothing is left to send."""
        with self._sending:
            return self._send_batch()

    def _send_batch(self) -> bool:
        self._look()
        with self._lock:
            now, target = self._clock(), self._target
            while self._waiting and now - self._waiting[0][1] > KEEP_TRYING:
                self._waiting.popleft()
            batch = [change for change, _ in list(self._waiting)[:MOST_CHANGES]]
        if not batch or target is None:
            return True
        delivery = deliver(*target, batch, self._user_id, now)[0]
        self.deliveries.append(delivery)
        if delivery.arrived:
            with self._lock:
                for _ in batch:
                    self._waiting.popleft()
        return delivery.arrived and not self._waiting

    def _look(self) -> None:
        """Find captions that are new and mention us."""
        now = self._clock()
        with self._lock:
            if self._target is None:
                return
            posts, self._place = self._posts.arrived(now, self._place)
            new = [post for post in posts if mentions(post.caption, self._username)]
            self._waiting.extend((mention(post.media_id), now) for post in new)

    def _run(self) -> None:
        pause = LOOK_SECONDS
        while not self._done.wait(pause):
            pause = LOOK_SECONDS if self.send_due() else min(pause * 2, LONGEST_PAUSE)


def read_changes(wish: Mapping[str, Any]) -> list[Change]:
    """Return the changes of a control page's wish: `mentions` (a list), or `media_id` and `comment_id`."""
    listed = wish.get("mentions") or [wish]
    return [mention(str(item["media_id"]), item.get("comment_id")) for item in listed]
