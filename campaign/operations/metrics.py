"""The figures of `/metrics`, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from campaign.config import Settings
from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.instagram.budget import Action
from campaign.instagram.coverage import Coverage
from campaign.instagram.models import IngestRun, WebhookEvent
from campaign.mail.models import OutboxMail
from campaign.operations.intake import Intake, read_intake

PREFIX = "campaign_"


def render_metrics(contest: Contest, config: Settings, now: datetime) -> bytes:
    """Return all figures; nothing in them names a person, an address or a token."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures([*_intake(read_intake(contest, config, now), now), *_counts(contest)]))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, families: Iterable[GaugeMetricFamily]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._families


def _intake(intake: Intake, now: datetime) -> Iterator[GaugeMetricFamily]:
    state = intake.state
    if intake.coverage is not None:
        yield from _coverage(intake.coverage, now)
    held = list(Action).index(intake.standing.at(now).action)
    yield _gauge("graph_action", "Calls to Instagram: 0 go on, 1 slow down, 2 pause, 3 stop.", held)
    if state is not None and state.usage is not None:
        yield _gauge("graph_usage_percent", "The highest figure of the last usage headers.", state.usage)
    if state is not None and state.hashtags_used is not None:
        yield _gauge("graph_hashtags_used", "Hashtags asked for within seven days, of 30.", state.hashtags_used)
    ends = [one for one in ((state.expires_at, state.data_access_expires_at) if state else ()) if one]
    if ends:
        yield _gauge("graph_token_seconds_left", "Time until the access ends.", (min(ends) - now).total_seconds())
    yield _gauge("entries_gone", "Shown entries whose post has vanished.", len(intake.gone))


def _coverage(coverage: Coverage, now: datetime) -> Iterator[GaugeMetricFamily]:
    yield _gauge("coverage_share", "Share of the collecting time that was surely seen (0 to 1).", coverage.share)
    yield _gauge("coverage_gaps", "Named gaps in the coverage.", len(coverage.gaps))
    lost = sum((gap.end - gap.begin).total_seconds() for gap in coverage.gaps)
    yield _gauge("coverage_gap_seconds", "Time within the gaps.", lost)
    age = max(0.0, (now - (coverage.last_good or coverage.begin)).total_seconds())
    yield _gauge("coverage_last_good_seconds", "Time since the last good pass over the hashtag.", age)
    yield _gauge("coverage_warning_hours", "The warning that holds: 0, 6, 12 or 18.", coverage.hours or 0)


def _counts(contest: Contest) -> Iterator[GaugeMetricFamily]:
    own = Entry.contest_id == contest.id
    yield _by("entries", "Entries by status.", ("status",), (Entry.status,), own)
    yield _by("pictures", "Entries by the state of their picture.", ("state",), (Entry.picture_state,), own)
    columns = (IngestRun.source, IngestRun.status)
    yield _by(
        "ingest_runs",
        "Passes by source and outcome.",
        ("source", "status"),
        columns,
        IngestRun.contest_id == contest.id,
    )
    yield _by("webhook_events", "Mentions that the webhook told of.", ("status",), (WebhookEvent.status,), sa.true())
    yield _by("outbox_mails", "Mails by status.", ("status",), (OutboxMail.status,), sa.true())


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, help_text, value=value)


def _by(
    name: str,
    help_text: str,
    labels: tuple[str, ...],
    columns: tuple[Any, ...],
    where: sa.ColumnElement[bool],
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, help_text, labels=labels)
    for *values, count in db.session.execute(sa.select(*columns, sa.func.count()).where(where).group_by(*columns)):
        family.add_metric([str(getattr(value, "value", value)) for value in values], count)
    return family
