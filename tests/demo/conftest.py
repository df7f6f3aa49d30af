"""A simulated Instagram at a fixed hour, small pictures, no server unless a test asks for one."""

from collections.abc import Iterator

import pytest

from campaign.demo.graph_api import RunningGraphApi, create_graph_api, running_graph_api
from campaign.demo.posts import PostStream
from tests.demo.caller import NOON, TOKEN, USER, Caller, Clock


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
def server(empty_stream: PostStream, clock: Clock) -> Iterator[RunningGraphApi]:
    """Listen on a free port, without posts of its own."""
    with running_graph_api(empty_stream, token=TOKEN, user_id=USER, clock=clock, picture_width=320) as live:
        yield live


def _caller(stream: PostStream, clock: Clock) -> Caller:
    app = create_graph_api(stream, token=TOKEN, user_id=USER, clock=clock, picture_width=320)
    return Caller(app.test_client())
