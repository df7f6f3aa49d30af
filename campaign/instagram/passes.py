"""One pass over a source: its beginning, its pages, its end. What it does with a post is `taking`'s."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import sqlalchemy as sa

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.entries.lifecycle import Source
from campaign.extensions import db
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.coverage import joins, merge, sure_window
from campaign.instagram.credentials import open_client
from campaign.instagram.limits import GraphFault, Kind
from campaign.instagram.models import IngestRun, RunStatus
from campaign.instagram.payloads import Page
from campaign.instagram.runs import RunSource, begin_run, sure_windows
from campaign.instagram.taking import Pass, Stopped, release, take_items
from campaign.sections import InstagramSettings

MAX_PAGES = 400
# Paging that brings nothing unseen for this many pages goes in circles.
MAX_STALE_PAGES = 3

_WAYS = {RunSource.TAGS: Source.TAG, RunSource.MENTIONS: Source.MENTION}


class PagingEndless(Exception):
    """The paging goes in circles, or on for longer than any hashtag is large."""


class Unfinished(Exception):
    """The walk came to its end, and what it brought is not whole: a later pass has to make up for it."""


def run_pass(
    contest: Contest,
    source: RunSource,
    config: InstagramSettings,
    now: datetime,
    walk: Callable[[Pass], None],
    *,
    client: InstagramClient | None = None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = utc_now,
) -> IngestRun:
    """Let `walk` take what a source shows; returns the written record of the pass, also of one that failed.

    A failed pass keeps what it stored before; the next one completes the rest. `stop` is asked before each item. `now`
    is when the pass begins, `clock` tells the moments within it.
    """
    run = begin_run(contest, source, now)
    try:
        asked = client or open_client(config, clock=clock)
    except GraphError as error:
        return _finish(run, None, RunStatus.FAILED, error.fault, clock())
    way = _WAYS.get(source, Source.HASHTAG)
    task = Pass(_as_it_stands(contest), way, config.media_hosts, asked, clock, stop)
    status, fault = _walk(task, walk)
    return _finish(run, task, status, fault, clock())


def walk_pages(task: Pass, fetch: Callable[[str | None], Page]) -> None:
    """Take every item of every page that `fetch` gives for a cursor (None for the first).

    Raises:
        GraphError: a page did not come.
        PagingEndless: the paging goes in circles.
        Stopped: `stop` said so.
    """
    for page in _pages(task, fetch):
        take_items(task, page.items)


def _as_it_stands(contest: Contest) -> Contest:
    """Return the contest as a plain object: the session's own would be read anew after every commit."""
    names = [column.key for column in sa.inspect(Contest).column_attrs]
    return Contest(**{name: getattr(contest, name) for name in names})


def _walk(task: Pass, walk: Callable[[Pass], None]) -> tuple[RunStatus, GraphFault | None]:
    try:
        walk(task)
    except GraphError as error:
        return RunStatus.FAILED, error.fault
    except (Stopped, Unfinished):
        return RunStatus.CUT, None
    except PagingEndless:
        return RunStatus.CUT, GraphFault(Kind.UNREADABLE, "Instagram: the paging does not end")
    return RunStatus.COMPLETE, None


def _pages(task: Pass, fetch: Callable[[str | None], Page]) -> Iterator[Page]:
    after: str | None = None
    stale = 0
    for _ in range(MAX_PAGES):
        release()
        task.first_asked = task.first_asked or task.clock()
        page = fetch(after)
        task.last_came = task.clock()
        task.pages += 1
        known = len(task.ids)
        yield page
        if page.after is None:
            return
        stale = 0 if len(task.ids) > known else stale + 1
        if stale >= MAX_STALE_PAGES:
            raise PagingEndless
        after = page.after
    raise PagingEndless


def _finish(run: IngestRun, task: Pass | None, status: RunStatus, fault: GraphFault | None, now: datetime) -> IngestRun:
    errors = list(task.errors) if task else []
    if fault is not None:
        errors.append(fault.document())
    if task is not None:
        for name in ("pages", "requests", "seen", "new", "updated", "skipped"):
            setattr(run, name, getattr(task, name))
    if task is not None and status is RunStatus.COMPLETE and run.source == RunSource.HASHTAG:
        _note_window(run, task)
    run.status, run.finished_at, run.errors = status, now, errors
    db.session.commit()
    return run


def _note_window(run: IngestRun, task: Pass) -> None:
    """Write which window the pass is sure of: none where a post that it was shown could not be written."""
    if task.first_asked is None or task.last_came is None or task.failed:
        return
    window = sure_window(task.first_asked, task.last_came)
    if window is not None:
        # Asked first: once written, its own window would be among the earlier ones.
        run.overlaps = joins(window, merge(sure_windows(task.contest)), task.contest.collect_from)
        run.sure_from, run.sure_until = window.begin, window.end
