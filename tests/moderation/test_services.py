"""Decisions about entries: one row each, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaign.entries.lifecycle import PictureState, Status
from campaign.entries.models import Entry
from campaign.errors import Conflict, InvalidInput, NotFound
from campaign.extensions import db
from campaign.moderation import services
from campaign.moderation.models import Action, Decision
from campaign.moderation.queries import history_of, last_decisions_of, reasons_of
from campaign.moderation.reasons import Reason
from campaign.staff.actors import COMMAND_LINE, Actor
from tests.factories import ERFURT, JENA, NOW, WEIMAR, make_entry
from tests.moderation.excluding import exclude
from tests.moderation.undoing import undo_last
from tests.staff.people import make_staff

pytestmark = pytest.mark.usefixtures("app")


def waiting(**values: object) -> Entry:
    return make_entry(**{"public": False, "picture": True, **values})


def state(entry: Entry) -> tuple[str, str | None, bool]:
    db.session.expire_all()
    return entry.status.value, entry.town_ags, entry.town_confirmed


def rows(entry: Entry) -> list[tuple[str, str, str, str | None, str | None]]:
    """Action, status before and after, town before and after; the oldest decision first."""
    return [
        (one.action.value, one.status_before.value, one.status_after.value, one.town_before, one.town_after)
        for one in reversed(history_of(entry.number))
    ]


def test_approving_writes_who_when_and_what_changed() -> None:
    staff, entry = make_staff(), waiting()
    services.approve(entry.number, Actor(staff.id, staff.email), NOW)
    assert state(entry) == ("approved", ERFURT, True)
    assert rows(entry) == [("approve", "pending", "approved", ERFURT, ERFURT)]
    [decision] = history_of(entry.number)
    assert (decision.staff_id, decision.actor, decision.decided_at) == (staff.id, "moderator@example.org", NOW)


def test_rejecting_keeps_the_reason_and_the_words_added_to_it() -> None:
    entry = waiting()
    services.reject(entry.number, Reason.OTHER, " Wasserzeichen ", COMMAND_LINE, NOW)
    [decision] = history_of(entry.number)
    assert (entry.status, decision.reason, decision.text) == (Status.REJECTED, "other", "Wasserzeichen")
    assert reasons_of([entry.number]) == {entry.number: "other: Wasserzeichen"}


def test_setting_the_town_confirms_it() -> None:
    entry = waiting(town=None)
    services.set_town(entry.number, WEIMAR, COMMAND_LINE, NOW)
    assert state(entry) == ("pending", WEIMAR, True)
    assert rows(entry) == [("set_town", "pending", "pending", None, WEIMAR)]


def test_a_withdrawn_photo_is_out_and_an_approved_one_can_be_excluded() -> None:
    first, second = waiting(), waiting()
    services.withdraw(first.number, "Mail der Fotografin", COMMAND_LINE, NOW)
    services.approve(second.number, COMMAND_LINE, NOW)
    exclude(second.number, Reason.DUPLICATE)
    assert (state(first)[0], state(second)[0]) == ("withdrawn", "disqualified")
    assert [row[0] for row in rows(second)] == ["approve", "propose_exclusion", "disqualify"]


REFUSED: list[tuple[str, dict[str, object], Callable[[int], object]]] = [
    ("no town", {"town": None}, lambda number: services.approve(number, COMMAND_LINE, NOW)),
    (
        "no picture",
        {"picture": False, "picture_state": PictureState.MISSING},
        lambda number: services.approve(number, COMMAND_LINE, NOW),
    ),
    (
        "withdrawn",
        {"status": Status.WITHDRAWN},
        lambda number: services.set_town(number, JENA, COMMAND_LINE, NOW),
    ),
    ("pending", {}, lambda number: exclude(number, Reason.PEOPLE)),
    (
        "excluded",
        {"status": Status.DISQUALIFIED},
        lambda number: services.reject(number, Reason.PEOPLE, None, COMMAND_LINE, NOW),
    ),
]


@pytest.mark.parametrize(("values", "act"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused_leaves_entry_and_history_untouched(
    values: dict[str, object], act: Callable[[int], object]
) -> None:
    entry = waiting(**values)
    before = state(entry)
    with pytest.raises(Conflict):
        act(entry.number)
    # A later act of the same process must not carry anything of the refused one along.
    db.session.commit()
    assert (state(entry), rows(entry)) == (before, [])


def test_words_are_checked_before_anything_is_written() -> None:
    entry = waiting()
    with pytest.raises(InvalidInput):
        services.reject(entry.number, Reason.OTHER, "", COMMAND_LINE, NOW)
    assert (state(entry), rows(entry)) == (("pending", ERFURT, False), [])


def test_unknown_entries_towns_and_decisions_are_named_as_such() -> None:
    entry = waiting()
    with pytest.raises(NotFound):
        services.approve(4711, COMMAND_LINE, NOW)
    with pytest.raises(NotFound):
        services.set_town(entry.number, "99999999", COMMAND_LINE, NOW)
    with pytest.raises(NotFound):
        services.undo(4711, COMMAND_LINE, NOW)


@pytest.mark.parametrize("moment", ["before_commit", "after_flush"])
def test_change_and_row_are_written_together_or_not_at_all(moment: str) -> None:
    entry = waiting()
    number = entry.number

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    sa.event.listen(db.session, moment, dies)
    try:
        with pytest.raises(KeyboardInterrupt):
            services.approve(number, COMMAND_LINE, NOW)
    finally:
        sa.event.remove(db.session, moment, dies)
    db.session.remove()
    found = db.session.get_one(Entry, number)
    assert (state(found), rows(found)) == (("pending", ERFURT, False), [])


def test_an_undo_restores_status_town_and_whether_it_was_confirmed() -> None:
    entry = waiting()
    approved = services.approve(entry.number, COMMAND_LINE, NOW)
    undone = services.undo(approved.id, COMMAND_LINE, NOW + timedelta(seconds=5))
    assert state(entry) == ("pending", ERFURT, False)
    assert rows(entry)[-1] == ("undo", "approved", "pending", ERFURT, ERFURT)
    assert undone.undoes_id == approved.id


def test_undoing_a_town_brings_back_that_there_was_none() -> None:
    entry = waiting(town=None)
    decision = services.set_town(entry.number, WEIMAR, COMMAND_LINE, NOW)
    services.undo(decision.id, COMMAND_LINE, NOW)
    assert state(entry) == ("pending", None, False)


def test_decisions_are_undone_one_after_the_other_back_to_the_start() -> None:
    entry = waiting(town=None)
    services.set_town(entry.number, WEIMAR, COMMAND_LINE, NOW)
    services.approve(entry.number, COMMAND_LINE, NOW)
    services.reject(entry.number, Reason.PEOPLE, None, COMMAND_LINE, NOW)
    seen = []
    for _ in range(3):
        undo_last(entry.number, COMMAND_LINE, NOW)
        seen.append(state(entry))
    assert seen == [("approved", WEIMAR, True), ("pending", WEIMAR, True), ("pending", None, False)]


def test_leaving_the_contest_can_be_undone() -> None:
    entry = waiting()
    services.approve(entry.number, COMMAND_LINE, NOW)
    services.withdraw(entry.number, None, COMMAND_LINE, NOW)
    undo_last(entry.number, COMMAND_LINE, NOW)
    assert state(entry) == ("approved", ERFURT, True)


def test_an_undo_is_refused_for_an_undo_and_for_what_is_undone() -> None:
    entry = waiting()
    approved = services.approve(entry.number, COMMAND_LINE, NOW)
    undone = services.undo(approved.id, COMMAND_LINE, NOW)
    for decision in (approved.id, undone.id):
        with pytest.raises(Conflict):
            services.undo(decision, COMMAND_LINE, NOW)
    assert len(rows(entry)) == 2


def test_an_undo_is_refused_after_somebody_else_decided_anew() -> None:
    entry = waiting()
    mine = services.approve(entry.number, Actor(None, "anna"), NOW)
    services.reject(entry.number, Reason.PEOPLE, None, Actor(None, "bert"), NOW)
    with pytest.raises(Conflict):
        services.undo(mine.id, Actor(None, "anna"), NOW)
    assert state(entry)[0] == "rejected"


def test_the_last_decisions_of_a_person_skip_undos_and_what_they_undid() -> None:
    staff = make_staff()
    actor = Actor(staff.id, staff.email)
    first, second = waiting(), waiting()
    kept = services.approve(first.number, actor, NOW)
    services.undo(services.approve(second.number, actor, NOW).id, actor, NOW)
    services.approve(second.number, COMMAND_LINE, NOW)
    assert [one.id for one in last_decisions_of(staff.id, 5)] == [kept.id]


def test_every_kind_of_decision_is_a_value_that_the_database_admits() -> None:
    entry = waiting()
    for action in Action:
        db.session.add(
            Decision(
                entry_number=entry.number,
                actor="test",
                action=action,
                status_before=Status.PENDING,
                status_after=Status.PENDING,
                decided_at=NOW,
            )
        )
    db.session.commit()
    assert len(rows(entry)) == len(Action)
