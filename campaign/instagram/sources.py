"""Passes over several sources, one after the other, and what they did in one document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.extensions import db
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.mentions import ingest_mentions
from campaign.instagram.models import IngestRun, RunStatus
from campaign.instagram.runs import RunSource, run_document
from campaign.instagram.tags import ingest_tags
from campaign.sections import InstagramSettings

SUMS = ("pages", "requests", "seen", "new", "updated", "skipped")
# The further down, the worse: a document of several passes has the worst of their statuses.
_ORDER = (RunStatus.COMPLETE, RunStatus.CUT, RunStatus.INTERRUPTED, RunStatus.RUNNING, RunStatus.FAILED)


class _Ingest(Protocol):
    def __call__(
        self,
        contest: Contest,
        config: InstagramSettings,
        now: datetime,
        *,
        stop: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> IngestRun: ...


_INGEST: dict[RunSource, _Ingest] = {
    RunSource.HASHTAG: ingest_hashtag,
    RunSource.TAGS: ingest_tags,
    RunSource.MENTIONS: ingest_mentions,
}


def ingest_sources(
    contest: Contest,
    config: InstagramSettings,
    sources: Sequence[RunSource],
    *,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = utc_now,
) -> list[IngestRun]:
    """Make a pass over each source; returns the records, that of a second net behind the pass that let it out."""
    runs: list[IngestRun] = []
    for source in sources:
        run = _INGEST[source](contest, config, clock(), stop=stop, clock=clock)
        runs += [run, *_nets_after(run)]
    return runs


def sources_of(contest: Contest) -> list[RunSource]:
    """Return the sources that a contest has: without an account to mention there are no tags and no mentions."""
    return list(_INGEST) if contest.mention else [RunSource.HASHTAG]


def passes_document(runs: Sequence[IngestRun]) -> dict[str, Any]:
    """Return what `campaign ingest --json` prints: the first pass with the sums of all, and each in `passes`.

    A second net over `top_media` stands in `passes` alone: the sums tell what the sources show now.
    """
    asked = [run for run in runs if run.source != RunSource.TOP]
    sums = {name: sum(getattr(run, name) for run in asked) for name in SUMS}
    errors = [{"source": run.source, **error} for run in runs for error in run.errors]
    status = max((run.status for run in asked), key=_ORDER.index)
    passes = [run_document(run) for run in runs]
    return {**passes[0], **sums, "status": status.value, "errors": errors, "passes": passes}


def _nets_after(run: IngestRun) -> Sequence[IngestRun]:
    if run.source != RunSource.HASHTAG:
        return []
    query = sa.select(IngestRun).filter_by(contest_id=run.contest_id, source=RunSource.TOP.value)
    return db.session.scalars(query.where(IngestRun.id > run.id).order_by(IngestRun.id)).all()
