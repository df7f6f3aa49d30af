"""A pass over hundreds of hostile pictures and hosts ends well, and a scheduler that lives on does not grow by them."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from campaign import create_app
from campaign.entries.lifecycle import PictureState, Status
from campaign.entries.models import AlbumPicture, Entry
from campaign.extensions import db
from campaign.operations.upgrade import upgrade_database
from campaign.paths import ROOT
from campaign.pictures.checks import UNREADABLE
from campaign.pictures.models import Derivative, Picture
from tests.factories import make_settings
from tests.instagram.hostile_host import (
    MOVED,
    HostileInstagram,
    Piece,
    Post,
    among_good_ones,
    elsewhere,
    hostile_instagram,
    lying_hosts,
    media_id,
    odd_hosts,
    posts_of,
    slow_hosts,
    whole,
)
from tests.pictures.corpus import hostile_files
from tests.processes import Running, running_processes, write_config

STORED, REFUSED, WAITING = PictureState.STORED, PictureState.REFUSED, PictureState.WAITING
# More than the 15 MB that a picture may have.
TOO_LONG = {"frames.webp", "too-large.jpg"}
PASSES = 7
MOST_MEMORY_KB, MOST_GROWTH_KB = 200_000, 10_000


def hostile_pieces() -> list[Piece]:
    """Every hostile file, and a good picture behind every few."""
    files = [Piece(f"file-{name}", whole(data)) for name, data in hostile_files()]
    return among_good_ones(files, "file")


def hosts() -> list[Piece]:
    """Every way in which a host keeps to no rule."""
    return [*among_good_ones([*slow_hosts(), *lying_hosts(), *elsewhere()], "host", 4), *odd_hosts()]


@dataclass(frozen=True)
class Kept:
    """What the database holds of one picture of a post."""

    state: PictureState
    reason: str | None
    has_files: bool


@dataclass
class Pass:
    """What came of one `campaign ingest`."""

    status: int
    said: str
    document: dict[str, Any]
    peak: int
    kept: dict[str, Kept]
    entries: Counter[str]
    host: HostileInstagram


def run_passes(folder: Path, config: Path, *count: str) -> tuple[Running, dict[str, Any]]:
    """Run the passes of one process to their end."""
    figures = folder / "figures.json"
    command = [sys.executable, "-m", "tests.instagram.hostile_passes", str(figures), str(config), *count]
    with running_processes(folder) as processes:
        running = processes.run(command, cwd=ROOT)
        running.process.wait(110)
    return running, json.loads(figures.read_text())


def make_pass(folder: Path, database_url: str, pieces: list[Piece]) -> Pass:
    """Let `campaign ingest` take posts of these pictures."""
    posts = posts_of(pieces)
    with hostile_instagram(posts) as host:
        config = write_config(folder, database_url, instagram=host.section)
        running, figures = run_passes(folder, config)
    kept, entries = read_kept(database_url, posts)
    document = json.loads(running.printed())
    return Pass(running.process.returncode, running.said(), document, figures["peak"], kept, entries, host)


def read_kept(database_url: str, posts: list[Post]) -> tuple[dict[str, Kept], Counter[str]]:
    """Return what is kept of each picture by its name, and how often each post is an entry."""
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        entries = connection.execute(
            sa.select(Entry.media_id, Entry.picture_state, Entry.picture_reason, Entry.picture_id, Entry.status)
        ).all()
        parts = connection.execute(
            sa.select(AlbumPicture.media_id, AlbumPicture.state, AlbumPicture.reason, AlbumPicture.picture_id)
        ).all()
        with_files = set(connection.scalars(sa.select(Picture.id).join(Derivative)))
    engine.dispose()
    assert {row.status for row in entries} == {Status.PENDING}
    rows = {row[0]: Kept(row[1], row[2], row[3] in with_files) for row in (*entries, *parts)}
    kept = {}
    for number, post in enumerate(posts):
        for place, piece in enumerate(post):
            kept[piece.name] = rows[media_id(number, place if len(post) > 1 else None)]
    return kept, Counter(row.media_id for row in entries)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Pass:
    """A pass over all hostile files."""
    folder = tmp_path_factory.mktemp("corpus")
    return make_pass(folder, migrated(folder), hostile_pieces())


def migrated(folder: Path) -> str:
    """A new SQLite database that is up to date."""
    url = f"sqlite:///{folder / 'campaign.sqlite3'}"
    app = create_app(make_settings(folder, database_url=url))
    with app.app_context():
        upgrade_database()
        db.session.remove()
        db.engine.dispose()
    return url


def check_whole(made: Pass, pieces: list[Piece]) -> None:
    """Each post is an entry once, each picture is stored or says why not, and the program said nothing unforeseen."""
    posts = posts_of(pieces)
    assert (made.status, made.document["status"]) == (0, "complete"), made.said
    assert (made.document["seen"], made.document["new"], made.document["skipped"]) == (len(posts), len(posts), 0)
    assert made.entries == Counter(media_id(number) for number in range(len(posts)))
    for name, kept in made.kept.items():
        assert kept.state in (STORED, REFUSED, WAITING), (name, kept)
        assert (kept.reason is None, kept.has_files) == (kept.state is STORED,) * 2, (name, kept)
    assert len(made.kept) == len(pieces)
    assert "Traceback" not in made.said
    noted = {f"{error['media_id']}: {error['message']}" for error in made.document["errors"]}
    assert set(made.said.splitlines()) == noted


def in_state(made: Pass, state: PictureState) -> set[str]:
    """The names of the pictures in a state."""
    return {name for name, kept in made.kept.items() if kept.state is state}


def test_every_post_of_the_corpus_is_an_entry_once_and_every_picture_is_stored_or_says_why_not(corpus: Pass) -> None:
    pieces = hostile_pieces()
    assert len(pieces) >= 300 + len(pieces) // 6
    check_whole(corpus, pieces)


def test_good_pictures_among_hostile_files_are_stored(corpus: Pass) -> None:
    assert {name for name in corpus.kept if name.startswith("good-")} <= in_state(corpus, STORED)
    assert in_state(corpus, WAITING) == {f"file-{name}" for name in TOO_LONG}
    assert UNREADABLE not in {kept.reason for kept in corpus.kept.values()}


def test_the_memory_of_a_pass_over_the_corpus_is_bounded(corpus: Pass) -> None:
    assert corpus.peak < MOST_MEMORY_KB


def test_hosts_that_keep_to_no_rule_cost_nobody_else_a_picture(tmp_path: Path, database_url: str) -> None:
    pieces = hosts()
    made = make_pass(tmp_path, database_url, pieces)
    check_whole(made, pieces)
    assert in_state(made, STORED) == {piece.name for piece in pieces if piece.name.startswith("good-")}
    assert (made.host.foreign, MOVED in made.host.asked, made.host.cookies) == (0, False, 0)
    assert made.peak < MOST_MEMORY_KB


def test_a_process_that_makes_pass_after_pass_does_not_grow(tmp_path: Path) -> None:
    with hostile_instagram(*(fresh_posts(number) for number in range(PASSES))) as host:
        config = write_config(tmp_path, migrated(tmp_path), instagram=host.section)
        running, figures = run_passes(tmp_path, config, str(PASSES))
    assert (running.process.returncode, host.shown) == (0, PASSES - 1), running.said()
    resident = figures["resident"]
    assert max(resident[3:]) - resident[2] < MOST_GROWTH_KB, resident


def fresh_posts(number: int) -> list[Post]:
    """Posts of one pass: hosts of most kinds, and a part of the corpus in bytes that no pass had before."""
    sample = list(hostile_files())[::8]
    files = [Piece(f"file-{name}", whole(data + b"%d" % number)) for name, data in sample]
    pieces = [*files, *lying_hosts(), *odd_hosts(), *slow_hosts()[:1]]
    return posts_of([replace(piece, name=f"{number}-{piece.name}") for piece in among_good_ones(pieces, "pass")])
