"""A simulated Instagram without posts of its own, and passes that ask whether posts are still there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from campaign.contests.services import current_contest
from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi, running
from campaign.demo.posts import PostStream
from campaign.instagram.client import InstagramClient
from campaign.instagram.existence import ExistenceReport, check_existence
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings
from tests.factories import NOW
from tests.instagram.existence.posts import HOUR, Look


@pytest.fixture
def graph() -> Iterator[RunningGraphApi]:
    """A simulated Instagram without posts of its own, on the day of the tests."""
    with running(PostStream(7, NOW - timedelta(days=30), 10**9, start_posts=0), clock=lambda: NOW) as api:
        yield api


@pytest.fixture
def instagram(graph: RunningGraphApi) -> InstagramSettings:
    access = {"api_base_url": graph.url, "user_id": USER_ID, "access_token": TOKEN}
    return InstagramSettings.model_validate(access)


@pytest.fixture
def look(app: Flask, instagram: InstagramSettings) -> Look:
    """One pass, so many hours after the start."""

    def run(hours: float = 0, **options: Any) -> ExistenceReport:
        client = InstagramClient(instagram, outbound=Outbound(seconds=30, size=100_000, retries=0))
        values = {"client": client, "clock": lambda: NOW + hours * HOUR, **options}
        return check_existence(current_contest(), instagram, **values)

    return run
