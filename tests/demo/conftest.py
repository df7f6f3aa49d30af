"""A simulated Instagram at a fixed hour, small pictures, no server unless a test asks for one."""

from collections.abc import Iterator
from typing import Any

import pytest

from campaign.demo.graph_api import RunningGraphApi, create_graph_api, running_graph_api
from campaign.demo.posts import PostStream
from tests.demo.caller import NOON, SECRET, TOKEN, USER, Caller, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stream() -> PostStream:
    return PostStream(3, NOON, 60.0)


@pytest.fixture
def empty_stream() -> PostStream:
    return PostStream(3, NOON, 1e9, start_posts=0)


@pytest.fixture
def graph(stream: PostStream, clock: Clock) -> Caller:
    return _caller(stream, clock)


@pytest.fixture
def quiet(empty_stream: PostStream, clock: Clock) -> Caller:
    """Call an API that has no posts but those a test adds."""
    return _caller(empty_stream, clock)


@pytest.fixture
def stricter(empty_stream: PostStream, clock: Clock) -> Caller:
    """Call an API with a secret app, small budgets, and no permalinks on mentioned media."""
    return _caller(
        empty_stream,
        clock,
        app_secret=SECRET,
        permalink_on_mentions=False,
        oembeds_per_hour=3,
        calls_per_hour=50,
    )


@pytest.fixture
def careful(empty_stream: PostStream, clock: Clock) -> Caller:
    """Call an API that wants a proof of the app's secret with every call."""
    return _caller(empty_stream, clock, app_secret=SECRET, require_proof=True)


@pytest.fixture
def server(empty_stream: PostStream, clock: Clock) -> Iterator[RunningGraphApi]:
    """Listen on a free port, without posts of its own."""
    with running_graph_api(empty_stream, token=TOKEN, user_id=USER, clock=clock, picture_width=320) as live:
        yield live


def _caller(stream: PostStream, clock: Clock, **options: Any) -> Caller:
    app = create_graph_api(stream, token=TOKEN, user_id=USER, clock=clock, picture_width=320, **options)
    return Caller(app.test_client())
