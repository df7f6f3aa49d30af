"""One pass over the posts in which others have tagged our account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.entries.incoming import IncomingMedia
from campaign.entries.known import known_posts
from campaign.instagram.client import InstagramClient
from campaign.instagram.models import IngestRun
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

    It ends at the first page that brings nothing but what is long past, or is known and older than the contest.
    """
    return run_pass(contest, RunSource.TAGS, config, now, _walk, client=client, stop=stop, clock=clock)


def _walk(task: Pass) -> None:
    # A pass that another host holds up must not keep the database waiting: the dates are read before.
    begin = task.contest.collect_from
    walk_pages(task, lambda after: _without_the_past(task, task.client.tags(after), begin))


def _without_the_past(task: Pass, page: Page, begin: datetime) -> Page:
    """Return a page without what is long past; the walk ends with one that holds nothing for this contest."""
    read = [(item, _read(item)) for item in page.items]
    recent = [(item, media) for item, media in read if media is None or not _is_before(media, begin - LONG_BEFORE)]
    goes_on = any(media is None or not _is_before(media, begin) for _, media in recent)
    goes_on = goes_on or _has_unknown(task, [media for _, media in recent if media is not None])
    return replace(page, items=tuple(item for item, _ in recent), after=page.after if goes_on else None)


def _has_unknown(task: Pass, posts: Sequence[IncomingMedia]) -> bool:
    known = known_posts(task.contest, posts)
    release()
    return any(post.media_id not in known for post in posts)


def _is_before(media: IncomingMedia, moment: datetime) -> bool:
    return media.taken_at is not None and media.taken_at < moment


def _read(item: object) -> IncomingMedia | None:
    try:
        return read_media(item)
    except MalformedItem:
        return None
