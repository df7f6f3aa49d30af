"""Passes over the contest's hashtag: what is new, and after a gap what is popular."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.entries.incoming import IncomingMedia
from campaign.extensions import db
from campaign.instagram.client import InstagramClient
from campaign.instagram.coverage import Gap, is_final
from campaign.instagram.models import Hashtag, IngestRun, RunStatus
from campaign.instagram.passes import PagingEndless, run_pass, walk_pages
from campaign.instagram.runs import RunSource, read_coverage, sure_windows
from campaign.instagram.taking import Pass, release
from campaign.sections import InstagramSettings


def ingest_hashtag(
    contest: Contest,
    config: InstagramSettings,
    now: datetime,
    *,
    client: InstagramClient | None = None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = utc_now,
) -> IngestRun:
    """Fetch the posts of the last 24 hours under the contest's hashtag; returns the written record of the pass.

    Where it shows that posts are lost, a pass of its own over `top_media` follows, once for each gap. A failed pass
    keeps what it stored before; the next one completes the rest. `stop` ends it after the item in hand.
    """
    run = run_pass(contest, RunSource.HASHTAG, config, now, _walk_recent, client=client, stop=stop, clock=clock)
    gaps = _due_gaps(contest, clock()) if run.status is RunStatus.COMPLETE else []
    if gaps and not stop():
        net = _net(gaps)
        run_pass(contest, RunSource.TOP, config, clock(), net, client=client, stop=stop, clock=clock)
    return run


def _walk_recent(task: Pass) -> None:
    hashtag_id = _hashtag_id(task)
    walk_pages(task, lambda after: task.client.recent_media(hashtag_id, after))


def _net(gaps: Sequence[Gap]) -> Callable[[Pass], None]:
    """Return a walk over `top_media` that takes what is new and what was posted in the gaps."""

    def is_of_a_gap(media: IncomingMedia) -> bool:
        moment = media.taken_at
        return moment is not None and any(gap.begin <= moment < gap.end for gap in gaps)

    def walk(task: Pass) -> None:
        task.looks_at = is_of_a_gap
        hashtag_id = _hashtag_id(task)
        try:
            walk_pages(task, lambda after: task.client.top_media(hashtag_id, after))
        except PagingEndless:
            # Nobody says where popularity ends: as far as we page is far enough, and no pass is sure by it.
            return

    return walk


def _due_gaps(contest: Contest, now: datetime) -> list[Gap]:
    """Return the gaps that will not grow any more and for which `top_media` was not asked yet.

    None behind the very first good pass: what was before it is looked for by the next one.
    """
    if len(sure_windows(contest)) < 2:
        return []
    coverage = read_coverage(contest, now)
    final = (gap for gap in coverage.gaps if is_final(gap, coverage, contest.collect_until))
    return [gap for gap in final if gap.asked_at is None]


def _hashtag_id(task: Pass) -> str:
    name = task.contest.hashtag
    known = db.session.get(Hashtag, name)
    if known is not None:
        return known.graph_id
    release()
    graph_id = task.client.hashtag_id(name)
    db.session.merge(Hashtag(name=name, graph_id=graph_id, looked_up_at=task.clock()))
    db.session.commit()
    return graph_id
