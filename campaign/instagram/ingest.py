"""One pass: fetch what a source shows now and write it as entries, each item for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.contests.phases import is_collecting
from campaign.entries.incoming import IncomingMedia
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.services import Receipt, attach_picture, mark_picture, receive
from campaign.errors import N_
from campaign.extensions import db
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.limits import GraphFault, Kind
from campaign.instagram.models import Hashtag, IngestRun, RunStatus
from campaign.instagram.payloads import MalformedItem, Page, read_media
from campaign.instagram.runs import RunSource, begin_run
from campaign.logs import redact
from campaign.outbound import Outbound
from campaign.pictures.download import PictureUnavailable, download, is_allowed, picture_outbound
from campaign.sections import InstagramSettings

MAX_PAGES = 400
# Paging that brings nothing unseen for this many pages goes in circles.
MAX_STALE_PAGES = 3
MAX_ERRORS = 100
# So many pictures in a row without an answer, and the others wait for the next pass.
MAX_HOST_FAILURES = 5
FOREIGN_HOST = "The picture's address is on a host that instagram.media_hosts does not list."
NO_PICTURE = N_("Instagram gibt zu diesem Beitrag kein Bild heraus (Video oder geschützter Ton).")

log = structlog.get_logger()


@dataclass
class Pass:
    """What a pass needs and counts while it runs; `stop` is asked between two items.

    The counts stand outside the database until the end: undoing one bad item must not undo them.
    """

    contest: Contest
    hosts: list[str]
    client: InstagramClient
    stop: Callable[[], bool]
    pictures: Outbound = field(init=False)
    ids: set[str] = field(default_factory=set)
    pages: int = 0
    new: int = 0
    updated: int = 0
    skipped: int = 0
    host_failures: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pictures = picture_outbound(self.hosts)

    @property
    def requests(self) -> int:
        """Return how many requests were sent, retries and pictures included."""
        return self.client.requests + self.pictures.requests

    @property
    def seen(self) -> int:
        """Return how many different posts the source showed."""
        return len(self.ids)

    def note(self, media_id: str, message: str) -> None:
        """Keep what went wrong with one item; the first hundred are enough to see a pattern."""
        if len(self.errors) < MAX_ERRORS:
            self.errors.append({"media_id": media_id[:40], "message": redact(message)})


def ingest_hashtag(
    contest: Contest,
    config: InstagramSettings,
    now: datetime,
    *,
    client: InstagramClient | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> IngestRun:
    """Fetch the posts of the last 24 hours under the contest's hashtag; returns the written record of the pass.

    A failed pass keeps what it stored before; the next one completes the rest. `stop` ends it after the item in hand.
    """
    run = begin_run(contest, RunSource.HASHTAG, now)
    try:
        task = Pass(contest, config.media_hosts, client or InstagramClient(config), stop)
    except GraphError as error:
        return _finish(run, None, RunStatus.FAILED, error.fault)
    status, fault = _walk(task)
    return _finish(run, task, status, fault)


def _walk(task: Pass) -> tuple[RunStatus, GraphFault | None]:
    try:
        hashtag_id = _hashtag_id(task)
        for page in _pages(task, lambda after: task.client.recent_media(hashtag_id, after)):
            for item in page.items:
                if task.stop():
                    return RunStatus.CUT, None
                _take(task, item)
    except GraphError as error:
        return RunStatus.FAILED, error.fault
    except _PagingEndless:
        return RunStatus.CUT, GraphFault(Kind.UNREADABLE, "Instagram: the paging does not end")
    return RunStatus.COMPLETE, None


class _PagingEndless(Exception):
    pass


def _pages(task: Pass, fetch: Callable[[str | None], Page]) -> Iterator[Page]:
    after: str | None = None
    stale = 0
    for _ in range(MAX_PAGES):
        _release()
        page = fetch(after)
        task.pages += 1
        known = task.seen
        yield page
        if page.after is None:
            return
        stale = 0 if task.seen > known else stale + 1
        if stale >= MAX_STALE_PAGES:
            raise _PagingEndless
        after = page.after
    raise _PagingEndless


def _hashtag_id(task: Pass) -> str:
    name = task.contest.hashtag
    known = db.session.get(Hashtag, name)
    if known is not None:
        return known.graph_id
    _release()
    graph_id = task.client.hashtag_id(name)
    db.session.merge(Hashtag(name=name, graph_id=graph_id, looked_up_at=utc_now()))
    db.session.commit()
    return graph_id


def _release() -> None:
    # No transaction stays open while another host is asked: a slow one must not hold up ballots.
    db.session.rollback()


def _take(task: Pass, item: object) -> None:
    """Write one item; whatever happens to it, the others go on."""
    media_id = _id_of(item)
    if media_id in task.ids:
        return
    task.ids.add(media_id)
    try:
        _take_media(task, read_media(item))
    except MalformedItem as error:
        _skip(task, media_id, str(error))
    except sa.exc.SQLAlchemyError as error:
        _skip(task, media_id, f"the database refused it ({type(error).__name__})")
    except Exception as error:
        log.exception("an item failed", media_id=media_id)
        _skip(task, media_id, f"it failed ({type(error).__name__})")


def _skip(task: Pass, media_id: str, message: str) -> None:
    db.session.rollback()
    task.skipped += 1
    task.note(media_id, message)


def _take_media(task: Pass, media: IncomingMedia) -> None:
    if media.taken_at is not None and not is_collecting(task.contest, media.taken_at):
        task.skipped += 1
        return
    entry, receipt = receive(task.contest, media, Source.HASHTAG, utc_now())
    task.new += receipt is Receipt.NEW
    task.updated += receipt is Receipt.UPDATED
    number = entry.number
    lacks_picture = entry.picture_state is not PictureState.STORED and entry.status is Status.PENDING
    _release()
    if lacks_picture:
        _take_picture(task, number, media)


def _take_picture(task: Pass, number: int, media: IncomingMedia) -> None:
    if media.picture_url is None:
        mark_picture(number, PictureState.MISSING, NO_PICTURE, utc_now())
        return
    if not is_allowed(media.picture_url, task.hosts):
        task.note(media.media_id, FOREIGN_HOST)
        mark_picture(number, PictureState.WAITING, FOREIGN_HOST, utc_now())
        return
    try:
        if task.host_failures >= MAX_HOST_FAILURES:
            raise PictureUnavailable("The host of the pictures does not answer in this pass.")
        data = download(media.picture_url, task.pictures)
    except PictureUnavailable as error:
        task.host_failures += 1
        task.note(media.media_id, str(error))
        mark_picture(number, PictureState.WAITING, str(error), utc_now())
    else:
        task.host_failures = 0
        attach_picture(number, data, utc_now())


def _id_of(item: object) -> str:
    found = item.get("id") if isinstance(item, dict) else None
    return found if isinstance(found, str) else f"item {id(item)}"


def _finish(run: IngestRun, task: Pass | None, status: RunStatus, fault: GraphFault | None) -> IngestRun:
    run.status, run.finished_at = status, utc_now()
    if task is not None:
        for name in ("pages", "requests", "seen", "new", "updated", "skipped"):
            setattr(run, name, getattr(task, name))
    errors = list(task.errors) if task else []
    if fault is not None:
        errors.append({"message": str(fault), "kind": fault.kind, "code": fault.code, "subcode": fault.subcode})
    run.errors = errors
    db.session.commit()
    return run
