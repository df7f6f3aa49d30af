"""Passes over hostile pictures in a process of their own, and what they leave in the database."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from campaign import create_app
from campaign.entries.lifecycle import PictureState, Status
from campaign.entries.models import AlbumPicture, Entry
from campaign.extensions import db
from campaign.operations.upgrade import upgrade_database
from campaign.paths import ROOT
from campaign.pictures.models import Derivative, Picture
from tests.factories import make_settings
from tests.instagram.hostile_host import HostileInstagram, hostile_instagram, media_id
from tests.instagram.hostile_pictures import (
    Piece,
    Post,
    among_good_ones,
    dead_addresses,
    elsewhere,
    lying_hosts,
    odd_hosts,
    posts_of,
    slow_hosts,
    whole,
)
from tests.pictures.corpus import hostile_files
from tests.processes import Running, running_processes, write_config


def hostile_pieces() -> list[Piece]:
    """Every hostile file, and a good picture behind every few."""
    files = [Piece(f"file-{name}", whole(data)) for name, data in hostile_files()]
    return among_good_ones(files, "file")


def hosts() -> list[Piece]:
    """Every way in which a host keeps to no rule."""
    return [*among_good_ones([*slow_hosts(), *lying_hosts(), *elsewhere()], "host", 4), *dead_addresses(), *odd_hosts()]


def fresh_posts(number: int) -> list[Post]:
    """Posts of one pass: hosts of many kinds, and a part of the corpus in bytes that no pass had before."""
    sample = list(hostile_files())[::8]
    files = [Piece(f"file-{name}", whole(data + b"%d" % number)) for name, data in sample]
    pieces = [*files, *lying_hosts()[::3], *odd_hosts(), *slow_hosts()[:1]]
    return posts_of([replace(piece, name=f"{number}-{piece.name}") for piece in among_good_ones(pieces, "pass")])


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
    loaded: int
    peak: int
    seconds: float
    kept: dict[str, Kept]
    entries: Counter[str]
    host: HostileInstagram

    def states(self) -> Counter[PictureState]:
        """How many pictures are in which state."""
        return Counter(one.state for one in self.kept.values())


def make_pass(folder: Path, database_url: str, pieces: list[Piece]) -> Pass:
    """Let `campaign ingest` take posts of these pictures."""
    posts = posts_of(pieces)
    with hostile_instagram(posts) as host:
        config = write_config(folder, database_url, instagram=host.section)
        running, figures = run_passes(folder, config)
    kept, entries = read_kept(database_url, posts)
    document = json.loads(running.printed())
    memory = figures["loaded"], figures["peak"]
    return Pass(running.process.returncode, running.said(), document, *memory, figures["seconds"], kept, entries, host)


def run_passes(folder: Path, config: Path, *count: str, seconds: float = 240) -> tuple[Running, dict[str, Any]]:
    """Run the passes of one process to their end."""
    figures = folder / "figures.json"
    command = [sys.executable, "-m", "tests.instagram.hostile_process", str(figures), str(config), *count]
    with running_processes(folder) as processes:
        running = processes.run(command, cwd=ROOT)
        running.process.wait(seconds)
    return running, json.loads(figures.read_text())


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


def migrated(folder: Path) -> str:
    """A new SQLite database that is up to date."""
    url = f"sqlite:///{folder / 'campaign.sqlite3'}"
    app = create_app(make_settings(folder, database_url=url))
    with app.app_context():
        upgrade_database()
        db.session.remove()
        db.engine.dispose()
    return url
