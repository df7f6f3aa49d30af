"""The order of the queue, its neighbours, lists, and what a page of it costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry
from campaign.errors import NotFound
from campaign.extensions import db
from campaign.moderation.queries import (
    Filters,
    counts_by_status,
    entry_page,
    next_pending,
    place_of,
    queue,
)
from campaign.staff.models import RoleName
from tests.factories import ERFURT, NOW, WEIMAR, make_entry
from tests.staff.people import logged_in

pytestmark = pytest.mark.usefixtures("app")


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collect the statements that are sent to the database."""
    sent: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(db.engine, "before_cursor_execute", note)


def waiting(minutes_ago: int = 60, **values: object) -> Entry:
    received = NOW - timedelta(minutes=minutes_ago)
    return make_entry(**{"public": False, "picture": True, "received_at": received, **values})


def test_the_queue_shows_the_oldest_first_and_equals_by_number() -> None:
    late, early, same = waiting(5), waiting(90), waiting(90)
    make_entry(picture=True)
    assert [one.number for one in queue(current_contest(), 10)] == [early.number, same.number, late.number]
    assert [one.number for one in queue(current_contest(), 2)] == [early.number, same.number]


def test_the_queue_can_be_narrowed() -> None:
    waiting(town=WEIMAR)
    licensed, uploaded = waiting(has_right=True), waiting(source=Source.UPLOAD)
    contest = current_contest()
    assert len(queue(contest, 10, Filters(town=ERFURT))) == 2
    assert [one.number for one in queue(contest, 10, Filters(has_right=True))] == [licensed.number]
    assert [one.number for one in queue(contest, 10, Filters(source=Source.UPLOAD))] == [uploaded.number]
    assert list(queue(contest, 10, Filters(status=Status.APPROVED))) == []


def test_behind_an_entry_comes_the_next_one_that_waits_and_behind_the_last_the_first() -> None:
    first, second, third = (waiting(minutes).number for minutes in (30, 20, 10))
    contest = current_contest()
    order = [next_pending(contest, after=number) for number in (None, first, second, third, 4711)]
    assert [one.number for one in order if one] == [first, second, third, first, first]


def test_an_entry_that_is_decided_gives_way_to_the_one_behind_it() -> None:
    first, second, third = (waiting(minutes) for minutes in (30, 20, 10))
    second.status = Status.REJECTED
    db.session.commit()
    contest = current_contest()
    at = [next_pending(contest, at=one.number) for one in (first, second, third)]
    assert [one.number for one in at if one] == [first.number, third.number, third.number]


def test_nothing_comes_when_nothing_waits() -> None:
    make_entry(picture=True)
    assert next_pending(current_contest()) is None


def test_an_entry_knows_its_place() -> None:
    first, second, third = (waiting(minutes) for minutes in (30, 20, 10))
    contest = current_contest()
    places = [place_of(contest, one) for one in (first, second, third)]
    assert [(one.position, one.waiting, one.previous) for one in places] == [
        (1, 3, None),
        (2, 3, first.number),
        (3, 3, second.number),
    ]


def test_lists_are_paged_latest_first() -> None:
    numbers = [waiting().number for _ in range(5)]
    contest = current_contest()
    pages = [entry_page(contest, Filters(), number, size=2) for number in (1, 2, 3)]
    assert [[one.number for one in page.entries] for page in pages] == [
        numbers[:2:-1],
        numbers[2:0:-1],
        numbers[:1],
    ]
    assert (pages[0].pages, pages[0].total) == (3, 5)
    with pytest.raises(NotFound):
        entry_page(contest, Filters(), 4, size=2)


def test_every_status_is_counted_also_those_without_an_entry() -> None:
    waiting()
    make_entry()
    make_entry()
    assert {status.value: count for status, count in counts_by_status(current_contest()).items()} == {
        "pending": 1,
        "approved": 2,
        "rejected": 0,
        "withdrawn": 0,
        "disqualified": 0,
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/moderation", 10), ("/moderation/eintraege", 6), ("/verwaltung", 4), ("/moderation/eintrag/{number}", 12)],
)
def test_pages_of_the_staff_cost_the_same_with_one_row_and_with_three(app: Flask, path: str, expected: int) -> None:
    staff = logged_in(app, RoleName.ADMIN)
    address = path.format(number=waiting().number)
    costs = []
    for _ in range(2):
        with counted_queries() as sent:
            assert staff.get(address)[0] == 200
        costs.append(len(sent))
        waiting(), waiting(town=WEIMAR)
    assert costs == [expected, expected]
