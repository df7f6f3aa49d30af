"""A simulated Instagram with a handful of posts, and passes over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi, running
from campaign.demo.posts import PostStream
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.instagram.client import InstagramClient
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.models import IngestRun
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings

START = datetime.fromisoformat("2026-06-15T12:00:00+00:00")
HOUR = timedelta(hours=1)
Ingest = Callable[..., IngestRun]


@pytest.fixture
def graph() -> Iterator[RunningGraphApi]:
    """A simulated API with three posts of the last hours under the contest's hashtag."""
    clock = lambda: START  # noqa: E731
    stream = PostStream(7, START - timedelta(days=30), 10**9, start_posts=0)
    with running(stream, clock=clock, picture_width=200) as api:
        for hours, caption in enumerate(("Der Erfurter Dom am Abend", "Weimar, Goethehaus", "Ohne Ort")):
            stream.add(
                {"caption": f"{caption} #schoensterblick", "timestamp": (START - timedelta(hours=hours)).isoformat()},
                START,
            )
        yield api


@pytest.fixture
def instagram(graph: RunningGraphApi) -> InstagramSettings:
    """The settings that lead to the simulated API."""
    return InstagramSettings.model_validate(
        {
            "api_base_url": graph.url,
            "user_id": USER_ID,
            "access_token": TOKEN,
            "media_hosts": [f"127.0.0.1:{graph.port}"],
        }
    )


@pytest.fixture
def ingest(app: Flask, instagram: InstagramSettings) -> Ingest:
    """One pass at START of a contest that began a day before; `seconds` is how long one answer may take."""
    current_contest().collect_from = START - timedelta(days=1)
    db.session.commit()

    def run(*, seconds: float = 30.0, **options: object) -> IngestRun:
        outbound = Outbound(seconds=seconds, size=5_000_000, backoff=0)
        client = InstagramClient(instagram, outbound=outbound)
        chosen: dict[str, Any] = {"clock": lambda: START, **options}
        return ingest_hashtag(current_contest(), instagram, chosen["clock"](), client=client, **chosen)

    return run


def all_entries() -> list[Entry]:
    """The entries in the order in which they were written, as the database has them."""
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Entry).order_by(Entry.number)))


class Later:
    """A clock that the tests set; the simulated Instagram follows it."""

    def __init__(self, graph: RunningGraphApi) -> None:
        self.now = START
        graph.api.clock = self

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def later(graph: RunningGraphApi) -> Later:
    return Later(graph)


@pytest.fixture
def at(later: Later, ingest: Ingest) -> Callable[..., IngestRun]:
    """A pass so many hours after START."""

    def run(hours: float, **options: object) -> IngestRun:
        later.now = START + timedelta(hours=hours)
        return ingest(clock=later, **options)

    return run


def runs(source: str) -> list[IngestRun]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(IngestRun).filter_by(source=source).order_by(IngestRun.id)))


def post(graph: RunningGraphApi, hours: float, **wish: object) -> str:
    """Add a post of so many hours after START."""
    moment = START + timedelta(hours=hours)
    caption = "Jena von oben #schoensterblick"
    return graph.api.stream.add({"caption": caption, "timestamp": moment.isoformat(), **wish}, moment).media_id
