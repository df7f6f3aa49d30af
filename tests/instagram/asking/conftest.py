"""Fixtures of asking: the clock, the simulated Instagram, a configuration under which people are asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from campaign.config import Settings
from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi, running
from campaign.demo.posts import PostStream
from tests.factories import make_settings
from tests.instagram.asking.world import START, Clock, World


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def graph(clock: Clock) -> Iterator[RunningGraphApi]:
    stream = PostStream(7, START - timedelta(days=30), 10**9, start_posts=0, pictures=False)
    with running(stream, clock=clock) as api:
        yield api


@pytest.fixture
def settings(graph: RunningGraphApi, database_url: str, tmp_path: Path) -> Settings:
    """A configuration under which people are asked, six an hour."""
    instagram = {"api_base_url": graph.url, "user_id": USER_ID, "access_token": TOKEN, "ask_permission": True}
    site = {"base_url": "https://blick.example"}
    return make_settings(tmp_path, database_url=database_url, instagram=instagram, site=site)


@pytest.fixture
def world(app: Flask, graph: RunningGraphApi, clock: Clock, settings: Settings) -> World:
    return World(graph, clock, settings)
