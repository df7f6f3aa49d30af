"""Two moderators at one entry, and the counters of the vote after a decision."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.models import Entry
from campaign.errors import CampaignError
from campaign.extensions import db
from campaign.moderation import services
from campaign.moderation.queries import history_of
from campaign.moderation.reasons import Reason
from campaign.staff.actors import COMMAND_LINE, Actor
from campaign.voting import tally
from campaign.voting.models import Ballot, BallotStatus, Pick, TownTally
from tests.factories import ERFURT, NOW, WEIMAR, make_entry
from tests.moderation.excluding import exclude
from tests.moderation.undoing import undo_last

ANNA, BERT = Actor(None, "anna"), Actor(None, "bert")
_numbers = itertools.count(1)


def at_once(app: Flask, acts: list[Callable[[], object]]) -> list[str]:
    """Run acts in threads that start together; returns "done" or the name of the refusal, sorted."""
    db.session.remove()
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context():
            start.wait(timeout=30)
            try:
                act()
            except CampaignError as error:
                return type(error).__name__
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def counted_ballot(*entries: Entry) -> None:
    """A counted ballot with these picks, and the counters that belong to it."""
    number = next(_numbers)
    ballot = Ballot(
        contest_id=current_contest().id,
        status=BallotStatus.COUNTED,
        voter_key=f"{number:064}",
        network_key="n",
        rules_version="1",
        request_code=f"r{number}",
        receipt_code=f"b{number}",
        pin_key="p",
        link_key="l",
        requested_at=NOW,
        confirmed_at=NOW,
        picks=[Pick(entry_number=entry.number) for entry in entries],
    )
    db.session.add(ballot)
    db.session.flush()
    tally.count_ballots(ballot.contest_id, [(ballot, 1)])
    db.session.commit()


def ballots_of(ags: str) -> int:
    db.session.expire_all()
    found = db.session.get(TownTally, (current_contest().id, ags))
    return found.ballots if found else 0


def test_of_two_moderators_who_approve_at_once_one_is_told(app: Flask) -> None:
    number = make_entry(public=False, picture=True).number
    acts = [lambda who=who: services.approve(number, who, NOW) for who in (ANNA, BERT)]
    assert at_once(app, acts) == ["Conflict", "done"]
    assert [one.action.value for one in history_of(number)] == ["approve"]


def test_two_who_decide_differently_leave_one_line_of_history(app: Flask) -> None:
    number = make_entry(public=False, picture=True).number
    at_once(
        app,
        [
            lambda: services.approve(number, ANNA, NOW),
            lambda: services.reject(number, Reason.PEOPLE, None, BERT, NOW),
        ],
    )
    history = list(reversed(history_of(number)))
    assert [one.status_before for one in history[1:]] == [one.status_after for one in history[:-1]]
    assert db.session.get_one(Entry, number).status is history[-1].status_after


def test_an_undo_that_is_sent_twice_is_done_once(app: Flask) -> None:
    entry = make_entry(public=False, picture=True)
    number, decision = entry.number, services.approve(entry.number, ANNA, NOW).id
    acts = [lambda: services.undo(decision, ANNA, NOW) for _ in range(4)]
    assert at_once(app, acts) == ["Conflict", "Conflict", "Conflict", "done"]
    assert [one.action.value for one in history_of(number)] == ["undo", "approve"]


@pytest.mark.usefixtures("app")
def test_the_counters_of_towns_follow_every_decision_about_a_picked_photo() -> None:
    entry, other = make_entry(picture=True), make_entry(picture=True, town=WEIMAR)
    for _ in range(2):
        counted_ballot(entry, other)
    counted_ballot(other)
    seen = []
    for act in (
        lambda: services.reject(entry.number, Reason.PEOPLE, None, COMMAND_LINE, NOW),
        lambda: undo_last(entry.number, COMMAND_LINE, NOW),
        lambda: services.set_town(entry.number, WEIMAR, COMMAND_LINE, NOW),
        lambda: undo_last(entry.number, COMMAND_LINE, NOW),
        lambda: exclude(entry.number, Reason.RIGHTS),
        lambda: services.withdraw(other.number, None, COMMAND_LINE, NOW),
    ):
        act()
        seen.append((ballots_of(ERFURT), ballots_of(WEIMAR)))
        assert tally.compare(current_contest().id) == []
    assert seen == [(0, 3), (2, 3), (0, 3), (2, 3), (0, 3), (0, 0)]


@pytest.mark.usefixtures("app")
def test_a_decision_its_row_and_the_counters_are_one_commit() -> None:
    entry = make_entry(picture=True)
    counted_ballot(entry)
    commits: list[object] = []

    def note(session: object) -> None:
        commits.append(session)

    sa.event.listen(db.session, "after_commit", note)
    try:
        services.reject(entry.number, Reason.PEOPLE, None, COMMAND_LINE, NOW)
    finally:
        sa.event.remove(db.session, "after_commit", note)
    assert len(commits) == 1
