"""Passes over the contest's hashtag: what is new, and after a gap what is popular."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.entries.incoming import IncomingMedia
from campaign.entries.known import KnownPost
from campaign.extensions import db
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.coverage import NET_WAITS, Gap, is_final, may_cast
from campaign.instagram.limits import Kind
from campaign.instagram.models import Hashtag, IngestRun, RunStatus
from campaign.instagram.passes import PagingEndless, Unfinished, run_pass, walk_pages
from campaign.instagram.runs import RunSource, cut_nets, read_coverage, sure_windows
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

    Where it shows that posts are lost, a pass of its own over `top_media` follows for each gap, and a few more while
    pictures of what it brought are still missing. A hashtag that nobody has used yet has no posts: that is a good pass.
    A failed pass keeps what it stored before; the next one completes the rest. `stop` ends it after the item in hand.
    """
    run = run_pass(contest, RunSource.HASHTAG, config, now, _walk_recent, client=client, stop=stop, clock=clock)
    gaps = _due_gaps(contest, clock()) if run.status is RunStatus.COMPLETE else {}
    if gaps and not stop():
        net = _net(list(gaps), is_last=all(len(cut) >= len(NET_WAITS) for cut in gaps.values()))
        run_pass(contest, RunSource.TOP, config, clock(), net, client=client, stop=stop, clock=clock)
    return run


def _walk_recent(task: Pass) -> None:
    hashtag_id = _hashtag_id(task)
    if hashtag_id is not None:
        walk_pages(task, lambda after: task.client.recent_media(hashtag_id, after))


def _net(gaps: Sequence[Gap], *, is_last: bool) -> Callable[[Pass], None]:
    """Return a walk over `top_media` that takes what is new, what was posted in the gaps, and what lacks its picture.

    The list goes back to the first post that ever had the hashtag: what is older than the contest is left alone.
    """

    def walk(task: Pass) -> None:
        begin = task.contest.collect_from

        def looks_at(media: IncomingMedia, known: KnownPost | None) -> bool:
            moment = media.taken_at
            if known is None:
                return moment is None or moment >= begin
            return known.waits_for_picture or any(moment and gap.begin <= moment < gap.end for gap in gaps)

        task.looks_at = looks_at
        hashtag_id = _hashtag_id(task)
        if hashtag_id is not None:
            _walk_top(task, hashtag_id)
        if task.fetcher.waiting and not is_last:
            raise Unfinished

    return walk


def _walk_top(task: Pass, hashtag_id: str) -> None:
    # Nobody says where popularity ends: as far as we page is far enough, and no pass is sure by it.
    with suppress(PagingEndless):
        walk_pages(task, lambda after: task.client.top_media(hashtag_id, after))


def _due_gaps(contest: Contest, now: datetime) -> dict[Gap, list[datetime]]:
    """Return the gaps that will not grow any more and are to be asked for now, with the nets of each that were cut.

    None behind the very first good pass: what was before it is looked for by the next one.
    """
    if len(sure_windows(contest)) < 2:
        return {}
    coverage = read_coverage(contest, now)
    final = (gap for gap in coverage.gaps if is_final(gap, coverage, contest.collect_until))
    cut = {gap: cut_nets(contest, gap) for gap in final if gap.asked_at is None}
    return {gap: casts for gap, casts in cut.items() if may_cast(casts, now)}


def _hashtag_id(task: Pass) -> str | None:
    """Return the id of the contest's hashtag, or None while nobody has used it: then there is surely no post."""
    name = task.contest.hashtag
    known = db.session.get(Hashtag, name)
    if known is not None:
        return known.graph_id
    release()
    asked = task.clock()
    try:
        graph_id = task.client.hashtag_id(name)
    except GraphError as error:
        if error.fault.kind is not Kind.HASHTAG_UNKNOWN:
            raise
        task.first_asked, task.last_came = asked, task.clock()
        task.errors.append(error.fault.document())
        return None
    db.session.merge(Hashtag(name=name, graph_id=graph_id, looked_up_at=task.clock()))
    db.session.commit()
    return graph_id
