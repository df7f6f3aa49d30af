"""Shown entries are looked up on Instagram now and then: what has vanished is hidden, and shown when it is back."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from campaign.contests.services import current_contest
from campaign.demo.graph_api import RunningGraphApi
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.instagram import existence
from campaign.instagram.client import InstagramClient
from campaign.instagram.existence import ExistenceReport, check_existence
from campaign.instagram.existence_queries import gone_entries
from campaign.instagram.models import Existence
from campaign.pictures.models import Derivative
from campaign.results.figures import standing_entries
from campaign.sections import InstagramSettings
from campaign.voting.models import EntryTally
from campaign.voting.tally import compare
from tests.factories import JENA, NOW, WEIMAR, make_entry
from tests.instagram.existence.posts import (
    HOUR,
    Look,
    asked,
    entry_of,
    hide,
    posted,
    remove,
    restore,
    row_of,
)
from tests.results.ballots import cast


def test_a_vanished_post_is_hidden_after_36_hours_and_shown_again_when_it_is_back(
    graph: RunningGraphApi, look: Look
) -> None:
    number, other = posted(graph), posted(graph)
    hidden_at = hide(graph, look, number)
    assert hidden_at - NOW >= 36 * HOUR
    assert (entry_of(number).gone_at, entry_of(other).gone_at) == (hidden_at, None)
    restore(graph, number)
    assert look(60).shown == [number]
    assert (entry_of(number).gone_at, row_of(number).misses, row_of(number).missing_since) == (None, 0, None)


def test_votes_picks_counters_and_standings_go_on_counting_a_hidden_entry(graph: RunningGraphApi, look: Look) -> None:
    number = posted(graph)
    contest = current_contest().id
    cast(number)
    before = standing_entries(current_contest(), NOW)
    hide(graph, look, number)
    assert compare(contest) == []
    assert db.session.get_one(EntryTally, number).picks == 1
    assert standing_entries(current_contest(), NOW) == before
    cast(number)
    assert compare(contest) == []


def test_a_hidden_entry_is_in_no_list_and_none_of_its_pictures_is_given_out(
    graph: RunningGraphApi, look: Look, client: FlaskClient
) -> None:
    number, other = posted(graph, picture=True), posted(graph, town=WEIMAR, picture=True)
    names = db.session.scalars(sa.select(Derivative.name).where(Derivative.picture_id == entry_of(number).picture_id))
    names = list(names)
    assert {client.get(f"/bilder/{name}").status_code for name in names} == {200}
    hide(graph, look, number)
    assert {client.get(f"/bilder/{name}").status_code for name in names} == {404}
    listed = [entry["number"] for entry in client.get("/api/v1/entries").json["entries"]]
    assert listed == [other]
    for path in ("/", "/galerie", "/orte/erfurt"):
        assert (path, f"/bild/{number}" in client.get(path).text) == (path, False)


def test_staff_see_what_is_hidden_until_it_is_back(graph: RunningGraphApi, look: Look) -> None:
    number = posted(graph, town=JENA)
    assert list(gone_entries(current_contest())) == []
    hide(graph, look, number)
    listed = [(entry.number, entry.town.name) for entry in gone_entries(current_contest()) if entry.town]
    assert listed == [(number, "Jena")]
    restore(graph, number)
    look(60)
    assert list(gone_entries(current_contest())) == []


@pytest.mark.parametrize(
    "values",
    [
        {"status": Status.PENDING},
        {"status": Status.WITHDRAWN},
        {"has_right": False},
        {"permalink": None},
        {"source": Source.UPLOAD},
    ],
)
def test_only_what_visitors_see_is_looked_up(graph: RunningGraphApi, look: Look, values: dict[str, Any]) -> None:
    entry = make_entry(**values)
    db.session.add(Existence(entry_number=entry.number, next_check_at=NOW))
    db.session.commit()
    assert (look().asked, asked(graph)) == (0, [])


def test_a_new_entry_gets_a_time_of_the_day_of_its_own(graph: RunningGraphApi, look: Look) -> None:
    numbers = [make_entry().number for _ in range(3)]
    assert look().asked == 0
    times = {row_of(number).next_check_at for number in numbers}
    assert (len(times), all(NOW <= time < NOW + 24 * HOUR for time in times)) == (3, True)


@pytest.mark.parametrize("fault", [{"code": 4}, {"code": 2}, {"kind": "http_500"}, {"kind": "html"}])
def test_a_limit_or_a_fault_ends_the_pass_and_changes_nothing_of_what_is_known(
    graph: RunningGraphApi, look: Look, fault: dict[str, Any]
) -> None:
    number, other = posted(graph), posted(graph, due=-1)
    remove(graph, number)
    look()
    known = (row_of(number).misses, row_of(number).missing_since)
    graph.faults.add(**{"kind": "error", "times": None, **fault})
    report = look(30)
    assert (report.asked, report.ended is None, report.missing) == (1, False, [])
    assert (row_of(number).misses, row_of(number).missing_since) == known == (1, NOW)
    graph.faults.clear()
    report = look(32)
    assert (report.asked, report.missing, row_of(other).misses) == (2, [number], 0)


def test_a_post_whose_answer_always_fails_does_not_keep_the_others_waiting(graph: RunningGraphApi, look: Look) -> None:
    first, second = posted(graph, due=-1), posted(graph)
    graph.faults.add(kind="http_500", times=1)
    look()
    report = look()
    assert (report.asked, row_of(first).next_check_at, row_of(second).checked_at) == (1, NOW + HOUR, NOW)


def test_an_address_that_instagram_refuses_is_never_counted_as_gone(graph: RunningGraphApi, look: Look) -> None:
    number = posted(graph)
    entry_of(number).permalink = "https://www.instagram.com/stories/anna/1/"
    db.session.commit()
    for hours in (0, 20, 40, 60):
        assert look(hours).refused == [number]
    assert (entry_of(number).gone_at, row_of(number).misses) == (None, 0)


def test_refusals_in_a_row_end_the_pass(graph: RunningGraphApi, look: Look) -> None:
    for _ in range(5):
        posted(graph)
    graph.faults.add(kind="error", code=2500, times=None)
    assert look().asked == existence.MOST_REFUSALS


def test_a_pass_asks_for_at_most_so_many_and_the_next_one_goes_on(graph: RunningGraphApi, look: Look) -> None:
    numbers = [posted(graph, due=-place) for place in range(5)]
    assert [look(limit=2).asked for _ in range(3)] == [2, 2, 1]
    assert {row_of(number).checked_at for number in numbers} == {NOW}


def test_no_hour_sees_more_requests_than_allowed(
    graph: RunningGraphApi, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(existence, "PER_HOUR", 3)
    for _ in range(8):
        posted(graph)
    times = (0, 0.2, 0.9, 1.0, 1.5, 2.0)
    assert [look(hours).asked for hours in times] == [3, 0, 0, 3, 0, 2]


def test_what_is_missing_is_looked_up_before_what_has_waited_longer(graph: RunningGraphApi, look: Look) -> None:
    missing, waiting = posted(graph), posted(graph, due=4)
    remove(graph, missing)
    look()
    assert row_of(missing).next_check_at > row_of(waiting).next_check_at
    assert look(9, limit=1).missing == [missing]


def test_a_pass_ends_when_it_is_told_to(graph: RunningGraphApi, look: Look) -> None:
    posted(graph)
    assert (look(stop=lambda: True).asked, asked(graph)) == (0, [])


def test_nothing_is_asked_when_the_configuration_says_so(
    app: Flask, graph: RunningGraphApi, instagram: InstagramSettings, look: Look
) -> None:
    posted(graph)
    off = instagram.model_copy(update={"check_existence": False})
    report = check_existence(current_contest(), off, client=InstagramClient(instagram), clock=lambda: NOW)
    assert (report, asked(graph)) == (ExistenceReport(), [])


def test_no_transaction_is_open_while_instagram_is_asked(app: Flask, graph: RunningGraphApi, look: Look) -> None:
    number = posted(graph)

    class Watching(InstagramClient):
        def __init__(self) -> None:
            pass

        def exists(self, permalink: str) -> bool:
            done = threading.Event()

            def write() -> None:
                with app.app_context():
                    db.session.execute(sa.update(Entry).where(Entry.number == number).values(alt_text="indes"))
                    db.session.commit()
                    db.session.remove()
                done.set()

            threading.Thread(target=write).start()
            assert done.wait(10)
            return True

    assert look(client=Watching()).asked == 1
    assert entry_of(number).alt_text == "indes"
