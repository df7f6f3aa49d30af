"""Albums keep every part, films wait for a still, and what is known already is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaign.contests.services import current_contest
from campaign.demo.graph_api import RunningGraphApi
from campaign.entries.accounts import lift_account_rule, set_account_rule
from campaign.entries.admission import AccountKind, IntakeReason
from campaign.entries.albums import parts_of
from campaign.entries.lifecycle import PictureState, Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.instagram.pictures import NEEDS_STILL
from campaign.staff.actors import COMMAND_LINE, Actor
from tests.instagram.conftest import START, Ingest, all_entries

MEDIA = "17900000000000001"
STORED, WAITING, MISSING = PictureState.STORED, PictureState.WAITING, PictureState.MISSING


@pytest.fixture
def graph(graph: RunningGraphApi) -> RunningGraphApi:
    """Instagram without the posts that other tests need."""
    for post in graph.api.stream.visible(START):
        graph.api.stream.remove(post.media_id, START)
    return graph


def album(graph: RunningGraphApi, children: int = 3, **wish: object) -> str:
    wished = {"caption": "Jena #schoensterblick", "media_type": "CAROUSEL_ALBUM", "children": children, **wish}
    return graph.api.stream.add({"media_id": MEDIA, **wished}, START).media_id


def make_film(graph: RunningGraphApi, place: int) -> None:
    """Let one part of the only album be a film without an address."""
    shelf = graph.api.stream._shelf
    post = next(one for one in shelf._posts if one.media_id == MEDIA)
    children = list(post.children)
    children[place] = replace(children[place], media_type="VIDEO", has_address=False)
    shelf._posts[shelf._posts.index(post)] = replace(post, children=tuple(children))
    shelf.changes += 1


def entry() -> Entry:
    (found,) = all_entries()
    return found


def states() -> list[PictureState]:
    return [part.state for part in parts_of(entry().number)]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is sent to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def pictures_asked(graph: RunningGraphApi) -> int:
    return len([call for call in graph.api.log.listed() if call["path"].startswith("/cdn/")])


def test_every_part_of_an_album_is_kept_and_the_first_is_shown(graph: RunningGraphApi, ingest: Ingest) -> None:
    album(graph, 3)
    ingest()
    parts = parts_of(entry().number)
    assert [part.position for part in parts] == [0, 1, 2]
    assert states() == [STORED] * 3
    assert len({part.picture_id for part in parts}) == 3
    assert entry().picture_id == parts[0].picture_id


def test_a_second_pass_asks_for_no_part_again(graph: RunningGraphApi, ingest: Ingest) -> None:
    album(graph, 3)
    ingest()
    asked = pictures_asked(graph)
    ingest()
    assert pictures_asked(graph) == asked == 3


def test_a_part_that_did_not_come_is_fetched_by_the_next_pass_and_the_choice_stays(
    graph: RunningGraphApi, ingest: Ingest
) -> None:
    album(graph, 3)
    graph.faults.add(kind="http_503", where="cdn", times=2)
    ingest()
    assert states() == [WAITING, STORED, STORED]
    chosen = parts_of(entry().number)[2].picture_id
    entry().picture_id = chosen
    db.session.commit()
    ingest()
    assert states() == [STORED] * 3
    assert entry().picture_id == chosen


def test_films_in_an_album_need_a_still_and_the_pictures_are_taken(graph: RunningGraphApi, ingest: Ingest) -> None:
    album(graph, 2)
    make_film(graph, 0)
    ingest()
    parts = parts_of(entry().number)
    assert [(part.state, part.reason) for part in parts] == [(MISSING, NEEDS_STILL), (STORED, None)]
    assert (entry().picture_id, entry().picture_reason) == (parts[1].picture_id, None)


def test_a_video_waits_for_a_still_and_is_not_asked_for_again(graph: RunningGraphApi, ingest: Ingest) -> None:
    album(graph, media_type="VIDEO", media_url=False)
    ingest()
    ingest()
    found = entry()
    assert (found.status, found.picture_state, found.picture_reason) == (Status.PENDING, MISSING, NEEDS_STILL)
    assert pictures_asked(graph) == 0


def test_an_album_of_nothing_but_dead_hosts_says_that_it_waits(graph: RunningGraphApi, ingest: Ingest) -> None:
    album(graph, 2)
    make_film(graph, 1)
    graph.faults.add(kind="http_503", where="cdn", times=None)
    ingest()
    assert (entry().picture_state, states()) == (WAITING, [WAITING, MISSING])


def test_a_moderators_decision_ends_the_search_for_pictures(graph: RunningGraphApi, ingest: Ingest) -> None:
    album(graph, 2)
    graph.faults.add(kind="http_503", where="cdn", times=None)
    ingest()
    entry().status = Status.REJECTED
    db.session.commit()
    asked = pictures_asked(graph)
    ingest()
    assert pictures_asked(graph) == asked


def test_what_is_kept_out_gets_no_picture_until_it_is_let_in(graph: RunningGraphApi, ingest: Ingest) -> None:
    contest = current_contest()
    album(graph, 2)
    contest.collect_from, begin = START + timedelta(hours=1), contest.collect_from
    db.session.commit()
    for _ in range(2):
        run = ingest()
        assert (run.new, run.skipped, pictures_asked(graph), states()) == (0, 1, 0, [WAITING] * 2)
    assert (entry().status, entry().intake_reasons) == (Status.REJECTED, [IntakeReason.BEFORE_WINDOW])
    contest.collect_from = begin
    db.session.commit()
    assert (ingest().skipped, states(), entry().picture_state) == (0, [STORED] * 2, STORED)
    assert (entry().status, entry().intake_reasons) == (Status.PENDING, [])


def test_what_an_account_rule_let_in_gets_its_picture_with_the_next_pass(
    graph: RunningGraphApi, ingest: Ingest
) -> None:
    album(graph, 2)
    graph.faults.add(kind="http_503", where="cdn", times=None)
    ingest()
    graph.faults.clear()
    entry().username = "anna"
    db.session.commit()
    set_account_rule(current_contest(), "anna", AccountKind.BLOCKED, "Spam", by=Actor(None, "ttg"), now=START)
    assert (ingest().skipped, states()) == (1, [WAITING] * 2)
    lift_account_rule(current_contest(), "anna", by=COMMAND_LINE, now=START)
    assert (ingest().skipped, states()) == (0, [STORED] * 2)


def test_what_is_known_is_neither_written_nor_locked_again(graph: RunningGraphApi, ingest: Ingest) -> None:
    def count() -> tuple[int, int]:
        with statements() as sent:
            ingest()
        writes = [one for one in sent if one.startswith(("INSERT", "UPDATE", "DELETE"))]
        # The record of the pass itself is written at its begin and its end.
        return len(sent), len([one for one in writes if "ingest_run" not in one and "token_state" not in one])

    def add(posts: int) -> None:
        for _ in range(posts):
            graph.api.stream.add({"caption": "Jena #schoensterblick", "picture_fault": None}, START)

    add(5)
    ingest()
    few = count()
    add(35)
    ingest()
    many = count()
    assert many == few
    assert many[1] == 0
