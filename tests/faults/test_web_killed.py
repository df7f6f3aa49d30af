"""kill -9 of the web worker and its master while people vote: what was confirmed stays, and counts once."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from campaign.extensions import db
from tests.factories import ERFURT, GERA, JENA, WEIMAR, make_entry
from tests.faults.voters import Crowd, Mailbox, Vote, waiting
from tests.looking import Look, looking
from tests.processes import Processes, Running, children, eventually, free_ports, is_listening, write_config

pytestmark = [pytest.mark.fault, pytest.mark.timeout(240)]

# One ballot each: a second one would wait for the next day's mail.
PEOPLE = BALLOTS = 16


@pytest.fixture
def look(database_url: str) -> Iterator[Look]:
    with looking(database_url) as look:
        yield look


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    """Public entries of four towns, two of each."""
    made = [make_entry(town=town).number for town in (ERFURT, WEIMAR, JENA, GERA) * 2]
    db.session.remove()
    return made


def wishes(numbers: list[int]) -> list[tuple[str, list[tuple[int, ...]]]]:
    """Return who votes for what: three entries of three towns, in the order in which the ballots are cast."""
    found = []
    for person in range(PEOPLE):
        picks = tuple(numbers[(person + step) % 8] for step in range(3))
        found.append((f"person-{person}@example.org", [picks]))
    return found


def web_master(served: Running) -> int:
    """Return the id of the web process; after a kill it takes a moment until there is one again."""
    return eventually(lambda: children(served.pid, " web "), "the web process")[0]


def kill_worker(served: Running) -> None:
    master = web_master(served)
    for worker in eventually(lambda: children(master), "a worker"):
        os.kill(worker, signal.SIGKILL)


def kill_master(served: Running) -> None:
    os.kill(web_master(served), signal.SIGKILL)


def test_no_confirmed_ballot_is_missing_or_doubled(
    processes: Processes, tmp_path: Path, database_url: str, numbers: list[int], look: Look
) -> None:
    port = free_ports()
    config = write_config(tmp_path, database_url, site={"base_url": f"http://127.0.0.1:{port}"})
    served = processes.start(config, "serve")
    served.until(lambda: is_listening(port), "the web site")
    crowd = Crowd(f"http://127.0.0.1:{port}", Mailbox(tmp_path / "mail"))
    futures = crowd.start(wishes(numbers))
    for seen, kill in ((2, kill_worker), (6, kill_master), (11, kill_worker)):
        served.until(waiting(futures, lambda seen=seen: len(crowd.votes) >= seen), f"{seen} votes", seconds=90)
        kill(served)
    served.until(waiting(futures, lambda: len(crowd.votes) == BALLOTS), "all votes", seconds=90)
    assert served.end(seconds=40) == 0
    assert "Traceback" not in served.said()
    check_ballots(crowd.votes, look)
    check_counters(crowd.votes, look, processes.start(config, "tally", "--recount", "--json"))


def last_votes(votes: list[Vote]) -> dict[str, Vote]:
    """Return the vote of each person that counts: the last one."""
    return {vote.address: vote for vote in votes}


def check_ballots(votes: list[Vote], look: Look) -> None:
    """See that the ballots in the database are those that were confirmed, each once, with its picks."""
    assert len({vote.receipt for vote in votes}) == BALLOTS
    standing = {vote.receipt for vote in last_votes(votes).values()}
    kept = dict(look.rows("SELECT receipt_code, status FROM ballot WHERE confirmed_at IS NOT NULL"))
    assert kept == {vote.receipt: "counted" if vote.receipt in standing else "superseded" for vote in votes}
    assert look.number("SELECT count(DISTINCT voter_key) FROM ballot WHERE status = 'counted'") == PEOPLE
    for vote in votes:
        query = "SELECT entry_number FROM pick JOIN ballot ON ballot.id = ballot_id WHERE receipt_code = :code"
        assert sorted(look.column(query, code=vote.receipt)) == sorted(vote.numbers)


def check_counters(votes: list[Vote], look: Look, tally: Running) -> None:
    """See that the running counters are what the votes say, and that the recount agrees."""
    assert tally.process.wait(60) == 0
    assert json.loads(tally.printed())["recount_equal"] is True
    picked = Counter(number for vote in last_votes(votes).values() for number in vote.numbers)
    assert dict(look.rows("SELECT entry_number, picks FROM entry_tally WHERE picks > 0")) == dict(picked)
