"""What a pass over 500 new posts costs: memory and own processor time, with the database on disk.

Instagram is simulated in a process of its own over real HTTP; decoding pictures happens in the sandbox's process.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from campaign import create_app
from campaign.clock import utc_now
from campaign.config import Settings
from campaign.contests.services import current_contest, sync_contest
from campaign.demo.drawing import Shot, photo_bytes
from campaign.demo.graph_api import TOKEN, USER_ID, running
from campaign.demo.posts import PostStream
from campaign.entries.services import resolve_town
from campaign.extensions import db
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.models import IngestRun
from campaign.operations.upgrade import upgrade_database
from tests.factories import make_settings
from tests.servers import running_postgresql

POSTS = 500
DRAWINGS = 12
WIDTH = 1440
MOST_MEMORY_MB, MOST_CPU_MS = 200, 15
_SPAWN = get_context("spawn")


@dataclass(frozen=True)
class Figures:
    """One pass: seconds by the clock, own processor seconds, highest memory of the process in MB."""

    new: int
    pictures: int
    seconds: float
    cpu: float
    memory: float


def main() -> None:
    """Print the figures of a first and of a second pass on SQLite and on PostgreSQL."""
    print(f"a million additions take {_additions():.0f} ms of processor time on this machine")
    with serving(POSTS, WIDTH) as url:
        print(f"{POSTS} posts, pictures {WIDTH} pixels wide; bounds {MOST_MEMORY_MB} MB, {MOST_CPU_MS} ms a post")
        _show("SQLite", measure(url, None))
        with running_postgresql() as database:
            _show("PostgreSQL", measure(url, database))


def _additions() -> float:
    """Return the milliseconds of a plain loop, to hold runs on different machines against each other."""
    started, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number
    return 1000 * (time.process_time() - started)


def _show(name: str, passes: list[Figures]) -> None:
    for kind, one in zip(("new posts", "known posts"), passes, strict=True):
        print(
            f"{name}, {kind}: {1000 * one.cpu / POSTS:.2f} ms of own processor time a post, {one.memory:.0f} MB at "
            f"most, {one.seconds:.1f} s ({one.new} new, {one.pictures} requests)"
        )


def measure(graph_url: str, database_url: str | None) -> list[Figures]:
    """Return the figures of two passes after each other, made in a fresh process."""
    with _SPAWN.Pool(1) as pool:
        return pool.apply(_two_passes, (graph_url, database_url))


def _two_passes(graph_url: str, database_url: str | None) -> list[Figures]:
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(Path(folder), graph_url, database_url)
        app = create_app(settings)
        with app.app_context():
            upgrade_database()
            sync_contest(settings)
            # The index of all places is built once in the life of a process.
            resolve_town("", "")
            try:
                return [_one_pass(settings) for _ in range(2)]
            finally:
                db.session.remove()
                db.engine.dispose()


def _one_pass(settings: Settings) -> Figures:
    started, cpu = time.perf_counter(), time.process_time()
    run: IngestRun = ingest_hashtag(current_contest(), settings.instagram, utc_now())
    if run.errors:
        raise RuntimeError(f"the pass failed: {run.errors[0]}")
    spent = time.perf_counter() - started, time.process_time() - cpu
    return Figures(run.new, run.requests, *spent, _highest_memory())


def _highest_memory() -> float:
    """Return the most memory that this process has held, in MB.

    Not `ru_maxrss`: that one begins with what the process held from which this one was started.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _settings(folder: Path, graph_url: str, database_url: str | None) -> Settings:
    host = graph_url.removeprefix("http://")
    access = {"user_id": USER_ID, "access_token": TOKEN, "api_base_url": graph_url, "media_hosts": [host]}
    begin, end = utc_now() - timedelta(days=1), utc_now() + timedelta(days=1)
    dates = {"collect_from": begin, "collect_until": end, "vote_from": begin, "vote_until": end, "publish_at": end}
    return make_settings(folder, database_url=database_url, contest=dates, instagram=access)


@contextmanager
def serving(posts: int, width: int) -> Iterator[str]:
    """Run the simulated Instagram in a process of its own; yields its address."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_serve, args=(theirs, posts, width), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(None)
        process.join()


def _serve(connection: Connection, posts: int, width: int) -> None:
    now = utc_now()
    stream = PostStream(1, now, 10**9, start_posts=posts)
    with tempfile.TemporaryDirectory() as folder:
        _draw(stream, now, Path(folder), width)
        with running(stream, picture_folder=Path(folder), picture_width=width) as api:
            connection.send(api.url)
            connection.recv()


def _draw(stream: PostStream, now: datetime, folder: Path, width: int) -> None:
    """Give every picture a file of its own bytes; a dozen drawings with different ends are enough for that."""
    drawn = [photo_bytes(Shot(seed, now), width=width) for seed in range(DRAWINGS)]
    pieces = [piece for post in stream.visible(now) for piece in post.pieces if piece.media_type == "IMAGE"]
    for place, piece in enumerate(pieces):
        (folder / f"{piece.media_id}.jpg").write_bytes(drawn[place % DRAWINGS] + os.urandom(16))
