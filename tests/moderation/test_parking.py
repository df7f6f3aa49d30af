"""What is put aside says why, comes back by a word, by a decision, or by an undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.errors import Conflict, InvalidInput
from campaign.extensions import db
from campaign.moderation import parking, services
from campaign.moderation.declining import decline_by_code, decline_unanswered
from campaign.moderation.queries import history_of
from campaign.moderation.reasons import ParkReason, Reason
from campaign.moderation.rules import undoable
from campaign.staff.actors import COMMAND_LINE
from tests.factories import NOW, WEIMAR, make_entry
from tests.moderation.undoing import undo_last
from tests.rights.requests import requested

pytestmark = pytest.mark.usefixtures("app")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def number() -> int:
    return make_entry(public=False, picture=True).number


def park(number: int, reason: ParkReason = ParkReason.RIGHT, text: str | None = None) -> int:
    return parking.park(number, reason, text, COMMAND_LINE, NOW).id


def state(number: int) -> tuple[str, bool]:
    db.session.expire_all()
    entry = db.session.get_one(Entry, number)
    return entry.status.value, entry.parked_at is not None


def test_parking_says_what_the_photo_waits_for(number: int) -> None:
    park(number, ParkReason.ELSE, " Antwort der Stadt ")
    [decision] = history_of(number)
    assert (state(number), decision.reason, decision.text) == (("pending", True), "waits_else", "Antwort der Stadt")


def test_something_else_needs_words(number: int) -> None:
    with pytest.raises(InvalidInput):
        park(number, ParkReason.ELSE, " ")
    assert (state(number), list(history_of(number))) == (("pending", False), [])


ENDS: list[tuple[Callable[[int], object], str]] = [
    (lambda number: services.approve(number, COMMAND_LINE, LATER), "approved"),
    (lambda number: services.reject(number, Reason.QUALITY, None, COMMAND_LINE, LATER), "rejected"),
    (lambda number: parking.reopen(number, COMMAND_LINE, LATER), "pending"),
]


@pytest.mark.parametrize(("act", "status"), ENDS)
def test_every_decision_ends_it_and_undoing_that_brings_it_back(
    number: int, act: Callable[[int], object], status: str
) -> None:
    park(number)
    act(number)
    assert state(number) == (status, False)
    undo_last(number, COMMAND_LINE, LATER)
    assert state(number) == ("pending", True)
    assert db.session.get_one(Entry, number).parked_at == NOW


def test_a_town_leaves_it_aside(number: int) -> None:
    park(number)
    services.set_town(number, WEIMAR, COMMAND_LINE, LATER)
    assert state(number) == ("pending", True)
    parking.reopen(number, COMMAND_LINE, LATER)
    assert state(number) == ("pending", False)


def test_parking_can_be_undone(number: int) -> None:
    services.undo(park(number), COMMAND_LINE, LATER)
    assert state(number) == ("pending", False)


def test_what_is_decided_is_not_put_aside() -> None:
    decided = make_entry(picture=True).number
    with pytest.raises(Conflict):
        park(decided)
    assert state(decided) == ("approved", False)


def test_what_a_person_rejected_waits_again(number: int) -> None:
    services.reject(number, Reason.QUALITY, None, COMMAND_LINE, NOW)
    parking.reopen(number, COMMAND_LINE, LATER)
    assert state(number) == ("pending", False)
    assert [one.action.value for one in history_of(number)] == ["reopen", "reject"]
    undo_last(number, COMMAND_LINE, LATER)
    assert state(number) == ("rejected", False)


@pytest.mark.parametrize("answer", ["no", "none"])
def test_what_nobody_allowed_us_to_show_comes_back_by_nobodys_hand(answer: str) -> None:
    entry = make_entry(public=False, picture=True, username="anna.sieht")
    number, code = entry.number, requested(entry)
    if answer == "no":
        decline_by_code(code, NOW)
    decline_unanswered(NOW + timedelta(days=15))
    for again in (parking.reopen, undo_last):
        with pytest.raises(Conflict, match="dabei bleibt es"):
            again(number, COMMAND_LINE, LATER)
        db.session.rollback()
    assert (state(number), undoable(history_of(number))) == (("rejected", False), None)


def test_a_no_lasts_where_staff_had_refused_the_photo_before() -> None:
    entry = make_entry(public=False, picture=True, username="anna.sieht")
    number = entry.number
    requested(entry)
    services.reject(number, Reason.QUALITY, None, COMMAND_LINE, NOW)
    decline_unanswered(NOW + timedelta(days=15))
    for again in (parking.reopen, undo_last):
        with pytest.raises(Conflict, match="dabei bleibt es"):
            again(number, COMMAND_LINE, LATER)
        db.session.rollback()
    assert state(number) == ("rejected", False)


@pytest.mark.parametrize(
    "values",
    [{}, {"status": Status.APPROVED}, {"status": Status.REJECTED, "intake_reasons": ["video"]}],
    ids=["waits already", "approved", "a rule keeps it out"],
)
def test_nothing_else_is_taken_up_again(values: dict[str, object]) -> None:
    number = make_entry(**{"public": False, **values}).number
    with pytest.raises(Conflict):
        parking.reopen(number, COMMAND_LINE, NOW)
    db.session.commit()
    assert list(history_of(number)) == []
