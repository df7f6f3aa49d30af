"""Many entries at once: counted before, one transaction a chunk, taken back by one act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.errors import InvalidInput
from campaign.extensions import db
from campaign.moderation import batches, claims, services
from campaign.moderation.batches import CHUNK, MOST, Act, Order
from campaign.moderation.claims import Seat
from campaign.moderation.models import Decision
from campaign.moderation.queries import decisions_of_batch, entries_with_all, history_of
from campaign.moderation.reasons import Reason
from campaign.staff import audit
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.models import AuditRow
from campaign.voting import tally
from tests.factories import NOW, WEIMAR, make_entry
from tests.moderation.excluding import account
from tests.moderation.test_together import at_once, counted_ballot

pytestmark = pytest.mark.usefixtures("app")
MARK = "a" * 32
REJECT = Order(Act.REJECT, reason="quality")


def waiting(count: int, **values: object) -> list[int]:
    return [make_entry(**{"public": False, "picture": True, **values}).number for _ in range(count)]


def statuses(numbers: list[int]) -> list[str]:
    db.session.expire_all()
    return [db.session.get_one(Entry, number).status.value for number in numbers]


@contextmanager
def failing_at(place: int) -> Iterator[None]:
    """Let the database fail when the decision of that place (from 1) is written."""
    seen = 0

    def fail(_mapper: object, _connection: object, _target: Decision) -> None:
        nonlocal seen
        seen += 1
        if seen == place:
            raise OperationalError("disk", None, Exception("full"))

    sa.event.listen(Decision, "before_insert", fail)
    try:
        yield
    finally:
        sa.event.remove(Decision, "before_insert", fail)


def test_all_decisions_of_a_batch_carry_its_mark_and_stand_in_the_audit_log() -> None:
    numbers = waiting(3)
    result = batches.carry_out(REJECT, numbers, MARK, account("anna"), NOW)
    assert (result.done, result.refused, result.untouched) == (numbers, {}, [])
    assert [one.entry_number for one in decisions_of_batch(MARK)] == numbers
    rows = db.session.scalars(sa.select(AuditRow).filter_by(act="entry.reject").order_by(AuditRow.number))
    assert [row.subject for row in rows] == [f"entry:{one}" for one in numbers]
    assert list(audit.broken_rows()) == []


@pytest.mark.parametrize(
    ("order", "status", "town", "parked"),
    [
        (Order(Act.APPROVE), "approved", "16051000", False),
        (Order(Act.SET_TOWN, town=WEIMAR), "pending", WEIMAR, False),
        (Order(Act.PARK, reason="waits_else", text="Antwort"), "pending", "16051000", True),
    ],
)
def test_each_act_does_what_it_does_to_one(order: Order, status: str, town: str, parked: bool) -> None:
    [number] = waiting(1)
    batches.carry_out(order, [number], MARK, account("anna"), NOW)
    entry = db.session.get_one(Entry, number)
    assert (entry.status.value, entry.town_ags, entry.parked_at is not None) == (status, town, parked)


def test_rejected_ones_are_taken_up_again() -> None:
    numbers = waiting(2)
    batches.carry_out(REJECT, numbers, MARK, account("anna"), NOW)
    batches.carry_out(Order(Act.REOPEN), numbers, "b" * 32, account("anna"), NOW)
    assert statuses(numbers) == ["pending", "pending"]


def test_what_cannot_be_done_is_named_beforehand_and_left_as_it_is() -> None:
    [good], [townless], [rejected] = waiting(1), waiting(1, town=None), waiting(1, status=Status.WITHDRAWN)
    numbers, anna = [good, townless, rejected], account("anna")
    entries = entries_with_all(current_contest(), numbers)
    foreseen = batches.foresee(Act.APPROVE, entries, anna, NOW)
    result = batches.carry_out(Order(Act.APPROVE), numbers, MARK, anna, NOW)
    assert (list(foreseen), list(result.refused), result.done) == ([townless, rejected], [townless, rejected], [good])
    assert [str(foreseen[one]) for one in foreseen] == [str(result.refused[one]) for one in foreseen]
    assert statuses(numbers) == ["approved", "pending", "withdrawn"]


def test_what_somebody_works_on_is_left_to_them() -> None:
    mine, theirs = waiting(1), waiting(1)
    claims.claim_one(Seat(current_contest(), account("bert").staff_id or 0), theirs[0], NOW)
    anna, numbers = account("anna"), mine + theirs
    foreseen = batches.foresee(Act.REJECT, entries_with_all(current_contest(), numbers), anna, NOW)
    result = batches.carry_out(REJECT, numbers, MARK, anna, NOW)
    assert (list(foreseen), list(result.refused), result.done) == (theirs, theirs, mine)


def test_the_same_batch_sent_twice_changes_nothing_more() -> None:
    numbers = waiting(2)
    order = Order(Act.SET_TOWN, town=WEIMAR)
    batches.carry_out(order, numbers, MARK, account("anna"), NOW)
    assert batches.carry_out(order, numbers, MARK, account("anna"), NOW).done == []
    assert len(history_of(numbers[0])) == 1


@pytest.mark.parametrize(
    "order",
    [Order(Act.REJECT), Order(Act.REJECT, reason="other"), Order(Act.PARK, reason="waits_else"), Order(Act.SET_TOWN)],
)
def test_what_every_entry_would_need_is_asked_before_anything_is_written(order: Order) -> None:
    numbers = waiting(1)
    with pytest.raises(InvalidInput):
        batches.carry_out(order, numbers, MARK, account("anna"), NOW)
    assert list(history_of(numbers[0])) == []


def test_more_than_anybody_looks_at_is_refused() -> None:
    with pytest.raises(InvalidInput):
        batches.carry_out(REJECT, range(1, MOST + 2), MARK, account("anna"), NOW)


def test_a_failure_in_the_middle_leaves_whole_chunks_and_says_which() -> None:
    numbers = waiting(CHUNK * 2 + 3, picture=False)
    with failing_at(CHUNK + 2):
        result = batches.carry_out(REJECT, numbers, MARK, account("anna"), NOW)
    assert (result.done, result.untouched) == (numbers[:CHUNK], numbers[CHUNK:])
    assert statuses(numbers) == ["rejected"] * CHUNK + ["pending"] * (CHUNK + 3)
    assert len(decisions_of_batch(MARK)) == CHUNK
    assert list(audit.broken_rows()) == []


def test_a_batch_is_taken_back_by_one_act() -> None:
    numbers = waiting(3)
    batches.carry_out(REJECT, numbers, MARK, account("anna"), NOW)
    result = batches.undo_batch(MARK, account("bert"), NOW)
    assert (result.done, statuses(numbers)) == (numbers, ["pending"] * 3)
    assert [one.batch for one in history_of(numbers[0])] == [MARK, MARK]
    assert batches.undo_batch(MARK, account("bert"), NOW).done == []


def test_what_was_decided_anew_since_is_not_taken_back() -> None:
    numbers = waiting(3)
    batches.carry_out(REJECT, numbers, MARK, account("anna"), NOW)
    services.approve(numbers[1], COMMAND_LINE, NOW + timedelta(minutes=1))
    assert [one.entry_number for one in batches.standing_of(MARK)] == [numbers[0], numbers[2]]
    result = batches.undo_batch(MARK, account("anna"), NOW)
    assert (result.done, statuses(numbers)) == ([numbers[0], numbers[2]], ["pending", "approved", "pending"])


def test_the_counters_of_towns_follow_a_batch() -> None:
    entries = [make_entry(picture=True), make_entry(picture=True, town=WEIMAR)]
    counted_ballot(*entries)
    numbers = [entry.number for entry in entries]
    batches.carry_out(Order(Act.SET_TOWN, town=WEIMAR), numbers, MARK, account("anna"), NOW)
    assert tally.compare(current_contest().id) == []
    batches.undo_batch(MARK, account("anna"), NOW)
    assert tally.compare(current_contest().id) == []


def test_batches_and_single_decisions_at_once_do_not_stop_each_other(app: Flask) -> None:
    numbers = waiting(8)
    entry = db.session.get_one(Entry, make_entry(picture=True).number)
    counted_ballot(entry)
    people = [account(name) for name in ("anna", "bert")]
    # The log has a head.
    services.set_town(entry.number, WEIMAR, COMMAND_LINE, NOW)
    at_once(
        app,
        [
            lambda: batches.carry_out(REJECT, numbers, "a" * 32, people[0], NOW),
            lambda: batches.carry_out(REJECT, numbers[::-1], "b" * 32, people[1], NOW),
            *(lambda one=one: services.reject(one, Reason.PEOPLE, None, COMMAND_LINE, NOW) for one in numbers[::3]),
        ],
    )
    assert statuses(numbers) == ["rejected"] * 8
    assert [len(history_of(number)) for number in numbers] == [1] * 8
    assert list(audit.broken_rows()) == []
