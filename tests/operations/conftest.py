"""Real processes of the program, and a small Instagram for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.clock import utc_now
from campaign.demo.graph_api import RunningGraphApi, running
from campaign.demo.posts import PostStream
from tests.processes import Processes, running_processes


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Processes of this test; all of them are gone afterwards."""
    with running_processes(tmp_path) as started:
        yield started


@pytest.fixture
def graph() -> Iterator[RunningGraphApi]:
    """A simulated Instagram with thirty posts of small pictures."""
    stream = PostStream(11, utc_now() - timedelta(minutes=1), 1e9, start_posts=30)
    with running(stream, picture_width=160) as live:
        yield live


@pytest.fixture
def quiet_graph() -> Iterator[RunningGraphApi]:
    """A simulated Instagram on which nobody posts."""
    with running(PostStream(11, utc_now(), 1e9, start_posts=0)) as live:
        yield live
