"""The record of each pass over a source, and what all of them together are sure of."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.instagram.coverage import HORIZON, Coverage, Gap, Window, asked_after, cover
from campaign.instagram.models import IngestRun, RunStatus


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
    nets = _nets(contest) if found.gaps else {}
    return replace(found, gaps=tuple(_marked(contest, gap, nets) for gap in found.gaps))


def sure_windows(contest: Contest) -> list[Window]:
    """Return the windows of all good passes over the hashtag."""
    query = sa.select(IngestRun.sure_from, IngestRun.sure_until)
    query = query.where(IngestRun.contest_id == contest.id, IngestRun.source == RunSource.HASHTAG.value)
    rows = db.session.execute(query.where(IngestRun.sure_from.is_not(None)))
    return [Window(begin, end) for begin, end in rows if begin and end]


def _nets(contest: Contest) -> dict[datetime, datetime]:
    """Return when the finished passes over `top_media` began and ended."""
    query = sa.select(IngestRun.started_at, IngestRun.finished_at)
    query = query.where(IngestRun.contest_id == contest.id, IngestRun.source == RunSource.TOP.value)
    rows = db.session.execute(query.where(IngestRun.status == RunStatus.COMPLETE))
    return {began: ended for began, ended in rows if ended}


def _marked(contest: Contest, gap: Gap, nets: dict[datetime, datetime]) -> Gap:
    asked = asked_after(gap, nets)
    return replace(gap, asked_at=asked, rescued=_brought(contest, gap, asked, nets[asked])) if asked else gap


def _brought(contest: Contest, gap: Gap, began: datetime, ended: datetime) -> int:
    """Return how many posts of the gap came in between two moments."""
    conditions: Sequence[sa.ColumnElement[bool]] = (
        Entry.contest_id == contest.id,
        Entry.taken_at >= gap.begin,
        Entry.taken_at < gap.end,
        Entry.received_at.between(began, ended),
    )
    return db.session.scalar(sa.select(sa.func.count()).select_from(Entry).where(*conditions)) or 0


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
