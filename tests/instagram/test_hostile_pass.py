"""A pass over hundreds of hostile pictures and hosts ends well, and a scheduler that lives on does not grow by them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from campaign.entries.lifecycle import PictureState
from campaign.pictures.checks import UNREADABLE
from tests.instagram.hostile_host import hostile_instagram, media_id
from tests.instagram.hostile_passes import (
    Pass,
    fresh_posts,
    hostile_pieces,
    hosts,
    make_pass,
    migrated,
    read_kept,
    run_passes,
)
from tests.instagram.hostile_pictures import MOVED, Piece, posts_of
from tests.processes import write_config

STORED, REFUSED, WAITING = PictureState.STORED, PictureState.REFUSED, PictureState.WAITING
# More than the 15 MB that a picture may have.
TOO_LONG = {"frames.webp", "too-large.jpg"}
PASSES = 6
MOST_MEMORY_KB, MOST_GROWTH_KB = 200_000, 10_000
# Of a pass itself: a picture of 15 MB, and answers whose headers alone are megabytes.
MOST_TAKEN_KB = 75_000

# Half a minute each on a machine that has nothing else to do.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Pass:
    """A pass over all hostile files."""
    folder = tmp_path_factory.mktemp("corpus")
    return make_pass(folder, migrated(folder), hostile_pieces())


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
    assert made.peak - made.loaded < MOST_TAKEN_KB


def test_a_process_that_makes_pass_after_pass_does_not_grow(tmp_path: Path) -> None:
    batches = [fresh_posts(number) for number in range(PASSES)]
    database_url = migrated(tmp_path)
    with hostile_instagram(*batches) as host:
        config = write_config(tmp_path, database_url, instagram=host.section)
        running, figures = run_passes(tmp_path, config, str(PASSES))
    assert (running.process.returncode, running.said()) == (0, "")
    posts = [post for batch in batches for post in batch]
    kept, entries = read_kept(database_url, posts)
    assert (sorted(entries), max(entries.values())) == ([media_id(number) for number in range(len(posts))], 1)
    assert {one.state for name, one in kept.items() if "-good-" in name} == {STORED}
    resident = figures["resident"]
    assert max(resident[3:]) - resident[2] < MOST_GROWTH_KB, resident
