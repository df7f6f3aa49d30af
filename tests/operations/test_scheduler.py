"""The scheduler as a process of its own: signals, leadership, runs that come too late, log lines."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.clock import utc_now
from campaign.demo.graph_api import TOKEN, RunningGraphApi
from tests.looking import Look, instagram_config, looking, moments
from tests.processes import Processes, Running, eventually

pytestmark = [pytest.mark.fault, pytest.mark.timeout(180)]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

POSTS = 30
ENTRIES = "SELECT count(*) FROM entry"
RUNS = "SELECT status FROM ingest_run ORDER BY id"
STARTS = "SELECT started_at FROM ingest_run ORDER BY id"


@pytest.fixture
def look(database_url: str) -> Iterator[Look]:
    with looking(database_url) as look:
        yield look


def events(running: Running) -> list[dict[str, object]]:
    """Return the log of a scheduler; every line must be JSON, and none may hold a secret."""
    text = running.said()
    assert TOKEN not in text
    assert "a-secret-of-the-tests" not in text
    return [json.loads(line) for line in text.splitlines()]


def jobs(running: Running) -> int:
    """Return how many jobs a scheduler has done."""
    return sum(event["event"] == "a job is done" for event in events(running))


def test_sigterm_ends_the_item_in_hand_and_nothing_else(
    processes: Processes, tmp_path: Path, database_url: str, graph: RunningGraphApi, look: Look
) -> None:
    config = instagram_config(tmp_path, database_url, graph)
    first = processes.start(config, "scheduler")
    first.until(lambda: look.number(ENTRIES) >= 3, "the first entries")
    assert first.end(seconds=10) == 0
    kept = look.number(ENTRIES)
    assert look.column(RUNS) == ["cut"]
    assert 3 <= kept < POSTS
    assert look.number("SELECT count(*) FROM entry WHERE picture_state = 'waiting'") == 0
    assert [event["event"] for event in events(first)][-1] == "the scheduler has ended"

    second = processes.start(config, "scheduler")
    second.wait_to_say('"status": "complete"')
    assert second.end(seconds=10) == 0
    assert look.column(RUNS)[:2] == ["cut", "complete"]
    assert look.number(ENTRIES) == POSTS
    done = [event for event in events(second) if event.get("job") == "ingest"]
    assert (done[0]["seen"], done[0]["new"], done[0]["errors"]) == (POSTS, POSTS - kept, 0)


def test_a_limit_that_one_process_meets_stops_all_others_and_outlives_it(
    processes: Processes, tmp_path: Path, database_url: str, graph: RunningGraphApi, look: Look
) -> None:
    config = instagram_config(tmp_path, database_url, graph)
    graph.faults.add(kind="error", code=4)
    first = processes.start(config, "ingest", "--json")
    eventually(lambda: not first.is_running, "the first pass to end")
    assert look.column("SELECT action FROM token_state") == ["pause"]
    graph.api.log.clear()
    scheduler = processes.start(config, "scheduler")
    scheduler.wait_to_say("Calls to Instagram pause until")
    assert scheduler.end() == 0
    assert (graph.api.log.listed(), look.number(ENTRIES)) == ([], 0)


@SQLITE
def test_of_two_schedulers_exactly_one_works_and_the_other_takes_over(
    processes: Processes, tmp_path: Path, database_url: str, quiet_graph: RunningGraphApi, look: Look
) -> None:
    config = instagram_config(tmp_path, database_url, quiet_graph)
    one = processes.start(config, "scheduler")
    one.wait_to_say('"leads": true')
    other = processes.start(config, "scheduler")
    other.wait_to_say('"event": "the scheduler runs", "leads": false')
    before = look.number("SELECT count(*) FROM ingest_run")
    eventually(lambda: look.number("SELECT count(*) FROM ingest_run") >= before + 3, "three more passes")
    assert jobs(other) == 0
    assert one.end() == 0
    other.wait_to_say('"leads": true', seconds=15)
    other.until(lambda: jobs(other) > 0, "the other one to work")
    assert other.end() == 0
    assert look.column("SELECT DISTINCT status FROM ingest_run") == ["complete"]


@SQLITE
def test_runs_that_were_missed_are_made_up_for_by_one(
    processes: Processes, tmp_path: Path, database_url: str, quiet_graph: RunningGraphApi, look: Look
) -> None:
    scheduler = processes.start(instagram_config(tmp_path, database_url, quiet_graph, seconds=0.25), "scheduler")
    eventually(lambda: look.number("SELECT count(*) FROM ingest_run") >= 3, "a few passes")
    scheduler.send(signal.SIGSTOP)
    stopped = utc_now()
    eventually(lambda: utc_now() - stopped > timedelta(seconds=4), "four seconds to pass")
    resumed = utc_now()
    scheduler.send(signal.SIGCONT)

    def late() -> list[timedelta]:
        return [start - resumed for start in moments(look.column(STARTS)) if start > resumed]

    eventually(lambda: late() and late()[-1] > timedelta(seconds=1.5), "passes after the pause")
    # At most six fit into the time by the clock; the sixteen that were missed would all begin at once.
    assert len([start for start in late() if start < timedelta(seconds=1.5)]) <= 8
    assert scheduler.end() == 0
