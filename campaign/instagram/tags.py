"""One pass over the posts in which others have tagged our account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.entries.incoming import IncomingMedia
from campaign.entries.known import KnownPost, known_posts
from campaign.extensions import db
from campaign.instagram.client import InstagramClient
from campaign.instagram.models import IngestRun, RunStatus
from campaign.instagram.passes import run_pass, walk_pages
from campaign.instagram.payloads import MalformedItem, Page, read_media
from campaign.instagram.runs import RunSource
from campaign.instagram.taking import Pass, release
from campaign.sections import InstagramSettings

# The list goes back to the account's first day; who posted so long before the contest did not mean it.
LONG_BEFORE = timedelta(days=30)


def ingest_tags(
    contest: Contest,
    config: InstagramSettings,
    now: datetime,
    *,
    client: InstagramClient | None = None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = utc_now,
) -> IngestRun:
    """Fetch the posts in which others tagged our account; returns the written record of the pass.

    The first pass of a day goes over the whole list, whose order nobody promises (Meta, IG User Tags); the others end
    at the first page on which all is known and unchanged.
    """
    return run_pass(contest, RunSource.TAGS, config, now, _walk, client=client, stop=stop, clock=clock)


def _walk(task: Pass) -> None:
    # A pass that another host holds up must not keep the database waiting: the dates are read before.
    begin = task.contest.collect_from - LONG_BEFORE
    task.looks_at = lambda media, _known: not _is_before(media, begin)
    whole = not _was_walked(task.contest, task.clock().replace(hour=0, minute=0, second=0, microsecond=0))
    release()

    def fetch(after: str | None) -> Page:
        page = task.client.tags(after)
        return page if whole or not _is_settled(task, page) else replace(page, after=None)

    walk_pages(task, fetch)


def _was_walked(contest: Contest, since: datetime) -> bool:
    """Return whether a pass that began since then came to its end, or as far as any pass goes."""
    query = sa.exists().where(IngestRun.contest_id == contest.id, IngestRun.source == RunSource.TAGS.value)
    ended = query.where(IngestRun.started_at >= since, IngestRun.status.in_((RunStatus.COMPLETE, RunStatus.CUT)))
    return db.session.scalar(sa.select(ended)) or False


def _is_settled(task: Pass, page: Page) -> bool:
    """Return whether a page holds nothing but what is long past, or known and in need of nothing."""
    posts = [_read(item) for item in page.items]
    recent = [post for post in posts if post is None or task.looks_at(post, None)]
    known = known_posts(task.contest, [post for post in recent if post is not None])
    release()
    return all(_needs_nothing(task, post, known) for post in recent)


def _needs_nothing(task: Pass, post: IncomingMedia | None, known: Mapping[str, KnownPost]) -> bool:
    kept = known.get(post.media_id) if post is not None else None
    return kept is not None and post is not None and kept.is_settled(task.contest, post, task.source, task.clock())


def _is_before(media: IncomingMedia, moment: datetime) -> bool:
    return media.taken_at is not None and media.taken_at < moment


def _read(item: object) -> IncomingMedia | None:
    try:
        return read_media(item)
    except MalformedItem:
        return None
