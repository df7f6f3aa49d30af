"""kill -9 of the scheduler in the middle of a pass, again and again: nothing is lost, nothing is there twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from campaign.demo.graph_api import RunningGraphApi
from campaign.pictures.storage import DERIVATIVES, ORIGINALS
from tests.looking import Look, instagram_config, looking
from tests.processes import Processes

pytestmark = [pytest.mark.fault, pytest.mark.timeout(240)]

POSTS = 60
KILLS = 3


@pytest.fixture
def look(database_url: str) -> Iterator[Look]:
    with looking(database_url) as look:
        yield look


def stored(folder: Path, area: str, name: str) -> str:
    """Return the SHA-256 of a stored file."""
    return hashlib.sha256((folder / "pictures" / area / name[:2] / name).read_bytes()).hexdigest()


def test_passes_that_are_killed_leave_every_post_exactly_once(
    processes: Processes, tmp_path: Path, database_url: str, graph: RunningGraphApi, look: Look
) -> None:
    config = instagram_config(tmp_path, database_url, graph)
    moments = Random()
    entries = 0
    for _ in range(KILLS):
        scheduler = processes.start(config, "scheduler")
        wanted = entries + moments.randint(1, 15)
        scheduler.until(lambda wanted=wanted: look.number("SELECT count(*) FROM entry") >= wanted, f"{wanted} entries")
        scheduler.kill()
        assert look.column("SELECT status FROM ingest_run ORDER BY id DESC LIMIT 1") == ["running"]
        entries = look.number("SELECT count(*) FROM entry")
        look.forget_the_lease()
    last = processes.start(config, "scheduler")
    last.wait_to_say('"status": "complete"', seconds=90)
    assert last.end() == 0

    assert look.column("SELECT status FROM ingest_run ORDER BY id")[: KILLS + 1] == ["interrupted"] * KILLS + [
        "complete"
    ]
    posts = {post.media_id for post in graph.api.stream.visible(graph.api.clock())}
    assert len(posts) == POSTS
    assert sorted(look.column("SELECT media_id FROM entry")) == sorted(posts)
    check_pictures(tmp_path, look)


def check_pictures(folder: Path, look: Look) -> None:
    """See that every entry has its picture, or the reason why not, and that every file is whole."""
    without = look.column("SELECT media_type FROM entry WHERE picture_state = 'missing' AND picture_reason IS NOT NULL")
    with_picture = look.column("SELECT picture_id FROM entry WHERE picture_state = 'stored'")
    assert len(with_picture) + len(without) == POSTS
    assert None not in with_picture
    originals = look.column("SELECT sha256 FROM picture")
    derivatives = look.rows("SELECT picture_id, name FROM derivative")
    assert {picture for picture, _ in derivatives} >= set(with_picture)
    assert [stored(folder, ORIGINALS, name) for name in originals] == originals
    names = [name for _, name in derivatives]
    assert [stored(folder, DERIVATIVES, name) for name in names] == [name.partition(".")[0] for name in names]
