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
from campaign.extensions import db
from campaign.moderation.narrowing import Filters
from campaign.moderation.queries import (
    Count,
    count_waiting,
    counts_by_status,
    list_page,
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


def test_what_is_put_aside_is_handed_out_only_to_who_asks_for_it() -> None:
    aside, plain = waiting(parked_at=NOW), waiting()
    contest = current_contest()
    assert [one.number for one in queue(contest, 10)] == [plain.number]
    assert [one.number for one in queue(contest, 10, Filters(is_parked=True))] == [aside.number]


def test_nobody_counts_further_than_a_thousand() -> None:
    contest = current_contest()
    assert count_waiting(contest, Filters()) == Count(0)
    first = waiting()
    values = {column.key: getattr(first, column.key) for column in sa.inspect(Entry).columns}
    del values["number"]
    for wanted in (999, 1000):
        copies = [{**values, "media_id": f"{wanted}-{n}", "shortcode": f"{wanted}-{n}"} for n in range(wanted)]
        db.session.execute(sa.insert(Entry), copies[: wanted - count_waiting(contest, Filters()).number])
        db.session.commit()
        assert count_waiting(contest, Filters()) == Count(wanted)
    waiting()
    assert count_waiting(contest, Filters()) == Count(1000, is_more=True)


def test_lists_lead_on_to_older_and_newer_entries_latest_first() -> None:
    numbers = [waiting().number for _ in range(5)]
    contest = current_contest()
    first = list_page(contest, Filters(), size=2)
    second = list_page(contest, Filters(), before=first.older, size=2)
    third = list_page(contest, Filters(), before=second.older, size=2)
    back = list_page(contest, Filters(), after=third.newer, size=2)
    shown = [[one.number for one in page.entries] for page in (first, second, third, back)]
    assert shown == [numbers[:2:-1], numbers[2:0:-1], numbers[:1], numbers[2:0:-1]]
    assert [(page.newer is None, page.older is None) for page in (first, second, third, back)] == [
        (True, False),
        (False, False),
        (False, True),
        (False, False),
    ]
    assert first.total == Count(5)


def test_the_page_before_the_first_is_the_first() -> None:
    numbers = [waiting().number for _ in range(3)]
    page = list_page(current_contest(), Filters(), after=numbers[0], size=2)
    assert ([one.number for one in page.entries], page.newer) == ([numbers[2], numbers[1]], None)


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
    [("/moderation", 17), ("/moderation/eintraege", 5), ("/moderation/eintrag/{number}", 14)],
)
def test_pages_of_the_staff_cost_the_same_with_one_row_and_with_three(app: Flask, path: str, expected: int) -> None:
    staff = logged_in(app, RoleName.ORGANISER)
    address = path.format(number=waiting().number)
    staff.get(address)
    costs = []
    for _ in range(2):
        with counted_queries() as sent:
            assert staff.get(address)[0] == 200
        costs.append(len(sent))
        waiting(), waiting(town=WEIMAR)
    assert costs == [expected, expected]
