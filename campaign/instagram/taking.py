"""Taking one post in, by whatever way it came: written once, its pictures fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog

from campaign.contests.models import Contest
from campaign.entries.incoming import IncomingMedia
from campaign.entries.known import KnownPost, known_posts
from campaign.entries.lifecycle import Source
from campaign.entries.services import Receipt, take_in
from campaign.extensions import db
from campaign.instagram.client import InstagramClient
from campaign.instagram.payloads import MalformedItem, has_id, id_of, read_media
from campaign.instagram.pictures import PictureFetcher
from campaign.logs import redact

MAX_ERRORS = 100

log = structlog.get_logger()


class Stopped(Exception):
    """The pass was asked to end between two items."""


@dataclass
class Pass:
    """What a pass needs and counts while it runs; `stop` is asked between two items.

    The counts stand outside the database until the end: undoing one bad item must not undo them. `looks_at` says
    whether a post (known already or not) is looked at; one that is not is not counted as seen. `failed` counts the
    posts that were shown and could not be taken.
    """

    contest: Contest
    source: Source
    hosts: Sequence[str]
    client: InstagramClient
    clock: Callable[[], datetime]
    stop: Callable[[], bool]
    looks_at: Callable[[IncomingMedia, KnownPost | None], bool] = lambda _media, _known: True
    fetcher: PictureFetcher = field(init=False)
    ids: set[str] = field(default_factory=set)
    first_asked: datetime | None = None
    last_came: datetime | None = None
    pages: int = 0
    passed_over: int = 0
    new: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fetcher = PictureFetcher(self.hosts, self.clock, self.note)

    @property
    def requests(self) -> int:
        """Return how many requests were sent, retries and pictures included."""
        return self.client.requests + self.fetcher.requests

    @property
    def seen(self) -> int:
        """Return how many different posts the source showed and the pass looked at."""
        return len(self.ids) - self.passed_over

    def note(self, media_id: str, message: str) -> None:
        """Keep what went wrong with one item; the first hundred are enough to see a pattern."""
        if len(self.errors) < MAX_ERRORS:
            self.errors.append({"media_id": media_id[:40], "message": redact(message)})


def take_items(task: Pass, items: Sequence[object]) -> None:
    """Write the items of a page that this pass has not had yet; whatever happens to one, the others go on.

    What is known and unchanged is neither written nor locked.

    Raises:
        Stopped: `stop` said so.
    """
    posts = [post for post in (_read(task, item) for item in items) if post is not None]
    known = known_posts(task.contest, posts)
    release()
    for post in posts:
        if task.stop():
            raise Stopped
        _take(task, post, known.get(post.media_id))


def take_media(task: Pass, media: IncomingMedia) -> None:
    """Write one post, and fetch its pictures; what goes wrong is counted and noted."""
    task.ids.add(media.media_id)
    _take(task, media, known_posts(task.contest, [media]).get(media.media_id))


def release() -> None:
    """End the transaction: a host that answers slowly must not hold up ballots meanwhile."""
    db.session.rollback()


def _read(task: Pass, item: object) -> IncomingMedia | None:
    media_id = id_of(item) or f"item {id(item)}"
    if media_id in task.ids:
        return None
    task.ids.add(media_id)
    try:
        media = read_media(item)
    except MalformedItem as error:
        # What has no name is no post that anybody could ask about.
        task.failed += has_id(item)
        _skip(task, media_id, str(error))
        return None
    if media.unreadable:
        task.note(media_id, f"taken without what cannot be read: {', '.join(media.unreadable)}")
    return media


def _take(task: Pass, media: IncomingMedia, known: KnownPost | None) -> None:
    if not task.looks_at(media, known):
        task.passed_over += 1
        return
    if known is not None and known.is_settled(task.contest, media, task.source, task.clock()):
        task.skipped += known.is_kept_out
        return
    try:
        _write(task, media)
    except sa.exc.SQLAlchemyError as error:
        task.failed += 1
        _skip(task, media.media_id, f"the database refused it ({type(error).__name__})")
    except Exception as error:
        task.failed += 1
        log.exception("an item failed", media_id=media.media_id)
        _skip(task, media.media_id, f"it failed ({type(error).__name__})")


def _write(task: Pass, media: IncomingMedia) -> None:
    now = task.clock()
    taken = take_in(task.contest, media, task.source, now)
    if taken.is_kept_out:
        task.skipped += 1
    else:
        task.new += taken.receipt is Receipt.NEW
        task.updated += taken.receipt is Receipt.UPDATED
    if taken.needs_picture:
        task.fetcher.fetch(taken, media, now - taken.received_at)


def _skip(task: Pass, media_id: str, message: str) -> None:
    db.session.rollback()
    task.skipped += 1
    task.note(media_id, message)
