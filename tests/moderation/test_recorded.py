"""The decisions are held against the audit log, both ways."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from campaign.extensions import db
from campaign.moderation.recorded import ADOPTED, adopt_decisions, broken_decisions
from campaign.moderation.services import approve
from campaign.staff import audit
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.models import AuditRow
from tests.factories import NOW, SEEN, make_entry
from tests.moderation.undoing import undo_last
from tests.staff.tampering import without_triggers

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _decided(app: object) -> None:
    """Decisions 1 to 4 about two entries."""
    for _ in range(2):
        number = make_entry(public=False, picture=True).number
        approve(number, COMMAND_LINE, NOW)
        undo_last(number, COMMAND_LINE, NOW)


def faults() -> list[str]:
    return list(broken_decisions())


def test_decisions_that_the_log_knows_are_sound() -> None:
    assert faults() == []


NAMES = "entry_number, actor, action, status_before, status_after, town_confirmed_before, decided_at"
COPY = f"INSERT INTO decision (id, {NAMES}) SELECT 9, {NAMES} FROM decision WHERE id = 1"
ADDED = "Decision %s was added past the program: no row of the audit log names it."


@pytest.mark.parametrize(
    ("statement", "sentences"),
    [
        ("UPDATE decision SET actor = 'x' WHERE id = 3", ["Decision 3 was changed after it was recorded."]),
        ("UPDATE decision SET reason = '' WHERE id = 1", ["Decision 1 was changed after it was recorded."]),
        ("DELETE FROM decision WHERE id = 4", ["Decision 4 was taken away; row 4 of the audit log names it."]),
        (COPY, [ADDED % 9]),
        ("DELETE FROM audit_row WHERE number = 1", [ADDED % 1]),
        (
            "UPDATE decision SET id = 7 WHERE id = 4",
            [
                ADDED % 7,
                "Decision 4 was taken away; row 4 of the audit log names it.",
            ],
        ),
    ],
)
def test_each_decision_that_was_changed_added_or_taken_away_is_named(statement: str, sentences: list[str]) -> None:
    without_triggers(statement)
    assert faults() == sentences


def test_decisions_from_before_the_log_are_taken_over_into_it() -> None:
    without_triggers("DELETE FROM audit_row", "DELETE FROM audit_head")
    audit.begin()
    assert len(faults()) == 4
    assert adopt_decisions(NOW) == 4
    db.session.commit()
    assert (faults(), list(audit.broken_rows())) == ([], [])
    row = db.session.scalars(sa.select(AuditRow).order_by(AuditRow.number)).first()
    assert row is not None
    assert (row.actor, row.act, row.subject) == ("program", ADOPTED, "entry:1")
    assert '"by":"command line"' in (row.after or "")
    without_triggers("UPDATE decision SET text = 'x' WHERE id = 2")
    assert faults() == ["Decision 2 was changed after it was recorded."]


def test_what_was_said_about_a_picture_is_neither_changed_nor_taken_away_unseen() -> None:
    number = make_entry(public=False, picture=True, people=None, alt_text=None).number
    said = approve(number, COMMAND_LINE, NOW, SEEN).id
    assert list(broken_decisions()) == []
    without_triggers(f"UPDATE description SET people_after = 'consent' WHERE decision_id = {said}")
    assert list(broken_decisions()) == [
        f"What decision {said} says about the picture was changed after it was recorded."
    ]
    without_triggers(f"DELETE FROM description WHERE decision_id = {said}")
    [gone] = broken_decisions()
    assert gone.startswith(f"What decision {said} says about the picture was taken away; row ")
