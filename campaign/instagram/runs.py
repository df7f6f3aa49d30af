"""The record of each pass over a source, and what all of them together are sure of."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Source
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.instagram.coverage import HORIZON, Coverage, Gap, Window, asked_after, cover
from campaign.instagram.models import Hashtag, IngestRun, RunStatus


class RunSource(enum.StrEnum):
    """What a pass walks over: recent_media, top_media after a gap, our tags, the mentions that we were told of."""

    HASHTAG = "hashtag"
    TOP = "top"
    TAGS = "tags"
    MENTIONS = "mentions"


def begin_run(contest: Contest, source: RunSource, now: datetime) -> IngestRun:
    """Write down that a pass begins; one that was killed before it is named so; commits."""
    interrupted = (
        sa.update(IngestRun)
        .where(IngestRun.contest_id == contest.id, IngestRun.source == source.value)
        .where(IngestRun.status == RunStatus.RUNNING)
        .values(status=RunStatus.INTERRUPTED, finished_at=now)
    )
    db.session.execute(interrupted)
    run = IngestRun(
        contest_id=contest.id,
        source=source.value,
        hashtag=contest.hashtag,
        status=RunStatus.RUNNING,
        started_at=now,
        window_from=now - HORIZON,
        window_until=now,
    )
    db.session.add(run)
    db.session.commit()
    return run


def run_document(run: IngestRun) -> dict[str, Any]:
    """Return the record of a pass as `campaign ingest --json` prints it."""
    names = ("source", "pages", "requests", "seen", "new", "updated", "skipped", "errors", "overlaps")
    values = {name: getattr(run, name) for name in names}
    times = {name: _text(getattr(run, name)) for name in _TIMES}
    return {"run_id": run.id, "status": run.status.value, **values, **times}


_TIMES = ("window_from", "window_until", "started_at", "sure_from", "sure_until")


def read_coverage(contest: Contest, now: datetime) -> Coverage:
    """Return what all passes over the hashtag are sure of, the gaps with what `top_media` brought back of them."""
    found = cover(sure_windows(contest), contest.collect_from, contest.collect_until, now)
    nets = _nets(contest) if found.gaps else []
    return replace(found, gaps=tuple(_marked(contest, gap, nets) for gap in found.gaps))


def sure_windows(contest: Contest) -> list[Window]:
    """Return the windows of all good passes over the contest's hashtag as it is now."""
    query = sa.select(IngestRun.sure_from, IngestRun.sure_until).where(*_over_hashtag(contest, RunSource.HASHTAG))
    rows = db.session.execute(query.where(IngestRun.sure_from.is_not(None)))
    return [Window(begin, end) for begin, end in rows if begin and end]


def cut_nets(contest: Contest, gap: Gap) -> list[datetime]:
    """Return when passes over `top_media` began after a gap had its final size and did not bring all."""
    query = sa.select(IngestRun.started_at).where(*_over_hashtag(contest, RunSource.TOP))
    cut = query.where(IngestRun.status == RunStatus.CUT, IngestRun.started_at >= gap.end + HORIZON)
    return list(db.session.scalars(cut.order_by(IngestRun.started_at)))


def is_hashtag_unknown(contest: Contest) -> bool:
    """Return whether Instagram was asked for the contest's hashtag and has no post with it so far."""
    if db.session.get(Hashtag, contest.hashtag) is not None:
        return False
    good = sa.exists().where(*_over_hashtag(contest, RunSource.HASHTAG), IngestRun.sure_from.is_not(None))
    return db.session.scalar(sa.select(good)) or False


def _over_hashtag(contest: Contest, source: RunSource) -> Sequence[sa.ColumnElement[bool]]:
    return (
        IngestRun.contest_id == contest.id,
        IngestRun.source == source.value,
        IngestRun.hashtag == contest.hashtag,
    )


def _nets(contest: Contest) -> list[tuple[datetime, datetime, RunStatus]]:
    """Return when the passes over `top_media` began and ended, and how; the first one first."""
    query = sa.select(IngestRun.started_at, IngestRun.finished_at, IngestRun.status)
    rows = db.session.execute(query.where(*_over_hashtag(contest, RunSource.TOP)).order_by(IngestRun.started_at))
    return [(began, ended, status) for began, ended, status in rows if ended]


def _marked(contest: Contest, gap: Gap, nets: Sequence[tuple[datetime, datetime, RunStatus]]) -> Gap:
    ends = {began: ended for began, ended, status in nets if status is RunStatus.COMPLETE}
    asked = asked_after(gap, ends)
    if asked is None:
        return gap
    # What those before it brought, which did not come to their end, counts as well.
    first = asked_after(gap, [began for began, _, _ in nets]) or asked
    return replace(gap, asked_at=asked, rescued=_brought(contest, gap, first, ends[asked]))


def _brought(contest: Contest, gap: Gap, began: datetime, ended: datetime) -> int:
    """Return how many posts of the gap came in by the hashtag between two moments."""
    conditions: Sequence[sa.ColumnElement[bool]] = (
        Entry.contest_id == contest.id,
        Entry.source == Source.HASHTAG,
        Entry.taken_at >= gap.begin,
        Entry.taken_at < gap.end,
        Entry.received_at.between(began, ended),
    )
    return db.session.scalar(sa.select(sa.func.count()).select_from(Entry).where(*conditions)) or 0


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
