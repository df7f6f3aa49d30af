"""Of several schedulers exactly one leads; the clock is the test's own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from campaign.operations.leadership import LIFETIME, Leadership
from campaign.operations.models import Lease
from tests.factories import NOW

LATER = NOW + LIFETIME
MOMENT = timedelta(microseconds=1)


def lease() -> tuple[str, int]:
    """Return who holds the lease, and its token."""
    found = db.session.scalars(sa.select(Lease)).one()
    facts = found.holder, found.token
    db.session.remove()
    return facts


def leaders(app: Flask, candidates: list[Leadership], act: Callable[[Leadership], bool]) -> list[str]:
    """Let all candidates act at the same moment, each in a thread; return who leads now."""
    start = threading.Barrier(len(candidates))
    led: list[str] = []

    def run(candidate: Leadership) -> None:
        with app.app_context():
            start.wait(10)
            if act(candidate):
                led.append(candidate.holder)
            db.session.remove()

    threads = [threading.Thread(target=run, args=(one,)) for one in candidates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return led


def test_the_first_candidate_leads_and_the_others_stand_by(app: Flask) -> None:
    first, second = Leadership("first"), Leadership("second")
    assert [first.campaign(NOW), second.campaign(NOW)] == [True, False]
    assert [first.leads(NOW), second.leads(NOW)] == [True, False]
    assert lease() == ("first", 1)


def test_nobody_leads_who_has_not_asked(app: Flask) -> None:
    assert Leadership("first").leads(NOW) is False


def test_a_leader_that_renews_in_time_stays(app: Flask) -> None:
    first, second = Leadership("first"), Leadership("second")
    moment = NOW
    for _ in range(5):
        assert [first.campaign(moment), second.campaign(moment)] == [True, False]
        moment += LIFETIME - MOMENT
    assert lease() == ("first", 1)


def test_the_standby_takes_over_when_the_lease_has_run_out(app: Flask) -> None:
    first, second = Leadership("first"), Leadership("second")
    first.campaign(NOW)
    assert second.campaign(LATER - MOMENT) is False
    assert second.campaign(LATER) is True
    assert lease() == ("second", 2)
    assert first.campaign(LATER) is False


def test_a_leader_that_could_not_renew_stops_by_itself_before_another_starts(app: Flask) -> None:
    first = Leadership("first")
    first.campaign(NOW)
    assert first.leads(LATER - MOMENT) is True
    assert first.leads(LATER) is False


def test_a_late_leader_that_nobody_replaced_leads_again_with_a_new_token(app: Flask) -> None:
    first = Leadership("first")
    first.campaign(NOW)
    assert first.campaign(LATER + LIFETIME) is True
    assert (lease(), first.token) == (("first", 2), 2)


def test_who_resigns_is_replaced_at_once(app: Flask) -> None:
    first, second = Leadership("first"), Leadership("second")
    first.campaign(NOW)
    first.resign(NOW)
    assert first.leads(NOW) is False
    assert second.campaign(NOW) is True


def test_a_standby_that_resigns_takes_nothing_from_the_leader(app: Flask) -> None:
    first, second = Leadership("first"), Leadership("second")
    first.campaign(NOW)
    second.campaign(NOW)
    second.resign(NOW)
    assert Leadership("third").campaign(NOW) is False
    assert first.campaign(NOW) is True


def test_of_many_that_begin_at_once_exactly_one_leads(app: Flask) -> None:
    candidates = [Leadership(f"candidate-{number}") for number in range(8)]
    db.session.remove()
    assert leaders(app, candidates, lambda one: one.campaign(NOW)) == [lease()[0]]
    again = leaders(app, candidates, lambda one: one.campaign(LATER))
    assert again == [lease()[0]]
    assert lease()[1] == 2
