"""What may be decided and undone, without a database."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from campaign.entries.lifecycle import People, PictureState, Status
from campaign.errors import Conflict
from campaign.moderation.rules import (
    check_approvable,
    check_not_settled,
    check_town_change,
    check_undo,
    last_standing,
)

TOWN = "16051000"


@dataclass(frozen=True)
class Made:
    id: int
    action: str = "approve"
    undoes_id: int | None = None
    status_after: Status = Status.APPROVED
    town_after: str | None = TOWN
    picture_after: int | None = None


def refusal_of_undo(
    decision: Made,
    history: list[Made],
    status: Status = Status.APPROVED,
    town: str | None = TOWN,
    picture: int | None = None,
) -> str:
    with pytest.raises(Conflict) as refusal:
        check_undo(decision, history, status, town, picture)
    return str(refusal.value)


def test_a_photo_with_town_and_picture_may_be_approved() -> None:
    check_approvable(TOWN, PictureState.STORED, People.NONE, "Der Dom")


def test_a_photo_without_a_town_is_not_approved() -> None:
    with pytest.raises(Conflict) as refusal:
        check_approvable(None, PictureState.STORED, People.NONE, "Der Dom")
    assert str(refusal.value) == "Ohne Ort lässt sich das Bild nicht freigeben. Setz zuerst den Ort (Taste T)."


@pytest.mark.parametrize("state", [one for one in PictureState if one is not PictureState.STORED])
def test_a_post_whose_picture_is_missing_is_not_approved(state: PictureState) -> None:
    with pytest.raises(Conflict) as refusal:
        check_approvable(TOWN, state, People.NONE, "Der Dom")
    assert str(refusal.value) == "Das Bild selbst fehlt noch. Freigeben geht erst, wenn es gespeichert ist."


def test_deciding_the_same_again_says_that_somebody_was_faster() -> None:
    check_not_settled(Status.PENDING, Status.APPROVED)
    with pytest.raises(Conflict) as refusal:
        check_not_settled(Status.APPROVED, Status.APPROVED)
    assert str(refusal.value).startswith("Das wurde inzwischen schon so entschieden.") is True


@pytest.mark.parametrize("status", list(Status))
def test_the_town_is_open_until_the_photo_leaves_the_contest(status: Status) -> None:
    if status in (Status.WITHDRAWN, Status.DISQUALIFIED):
        with pytest.raises(Conflict):
            check_town_change(status)
    else:
        check_town_change(status)


def test_the_last_decision_that_stands_is_neither_an_undo_nor_undone() -> None:
    first, second = Made(1), Made(2, "reject")
    undo = Made(3, "undo", undoes_id=2)
    assert last_standing([undo, second, first]) is first
    assert last_standing([first, second]) is second
    assert last_standing([]) is None


def test_the_last_decision_may_be_undone_while_the_photo_is_as_it_left_it() -> None:
    check_undo(Made(1), [Made(1)], Status.APPROVED, TOWN, 7)


def test_after_an_undo_the_decision_before_it_may_be_undone_too() -> None:
    history = [Made(1), Made(2, "reject"), Made(3, "undo", undoes_id=2)]
    check_undo(history[0], history, Status.APPROVED, TOWN, 7)


def test_an_undo_cannot_be_undone() -> None:
    undo = Made(2, "undo", undoes_id=1)
    assert refusal_of_undo(undo, [Made(1), undo]).startswith("Ein Rückgängig lässt sich nicht") is True


def test_a_decision_is_undone_once() -> None:
    history = [Made(1), Made(2, "undo", undoes_id=1)]
    assert refusal_of_undo(history[0], history) == "Das ist schon rückgängig gemacht."


CHANGED = "Das Bild wurde inzwischen anders entschieden. Sieh dir seinen Verlauf an."


def test_a_decision_under_a_later_one_is_not_undone() -> None:
    history = [Made(1), Made(2, "set_town")]
    assert refusal_of_undo(history[0], history) == CHANGED


@pytest.mark.parametrize(("status", "town"), [(Status.REJECTED, TOWN), (Status.APPROVED, "16055000")])
def test_a_photo_that_was_changed_meanwhile_is_left_alone(status: Status, town: str) -> None:
    assert refusal_of_undo(Made(1), [Made(1)], status, town) == CHANGED
