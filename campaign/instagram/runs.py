"""The record of each pass over a source."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Source
from campaign.extensions import db
from campaign.instagram.models import IngestRun, RunStatus

# Meta, IG Hashtag Recent Media: the posts of the last 24 hours.
HORIZON = timedelta(hours=24)


def begin_run(contest: Contest, source: Source, now: datetime) -> IngestRun:
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
    names = ("source", "pages", "requests", "seen", "new", "updated", "skipped", "errors")
    values = {name: getattr(run, name) for name in names}
    times = {name: getattr(run, name).isoformat() for name in ("window_from", "window_until", "started_at")}
    return {"run_id": run.id, "status": run.status.value, **values, **times}
