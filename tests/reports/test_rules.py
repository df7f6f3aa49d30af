"""Who may decide and object, how much must be said, when a sender counts as one who reports a lot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import Conflict, InvalidInput, NotAllowed
from campaign.reports import rules
from campaign.reports.lifecycle import OPEN, Ground, Kind, Outcome, Party, Status, urgency
from campaign.reports.rules import Facts, Record
from tests.factories import NOW

DAY = timedelta(days=1)


def facts(status: Status = Status.DECIDED, outcome: Outcome = Outcome.KEEP) -> Facts:
    return Facts(status, outcome, decided_by=1, decided_at=NOW)


@pytest.mark.parametrize(
    ("outcome", "parties"),
    [
        (Outcome.KEEP, [Party.REPORTER]),
        (Outcome.HIDE, [Party.CREATOR]),
        (Outcome.REVOKE, [Party.CREATOR]),
        (Outcome.BLUR, [Party.REPORTER, Party.CREATOR]),
    ],
)
def test_a_side_objects_to_what_it_did_not_want(outcome: Outcome, parties: list[Party]) -> None:
    assert [party for party in Party if rules.may_object(facts(outcome=outcome), party, NOW)] == parties


def test_an_objection_is_possible_for_14_days() -> None:
    last = NOW + timedelta(days=14)
    moments = (NOW, last - timedelta(seconds=1), last)
    assert [rules.may_object(facts(), Party.REPORTER, one) for one in moments] == [True, True, False]
    with pytest.raises(Conflict):
        rules.check_objection(facts(), Party.REPORTER, last)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.DECIDED])
def test_there_is_one_objection(status: Status) -> None:
    assert not rules.may_object(facts(status), Party.REPORTER, NOW)


@given(st.sampled_from(Status), st.none() | st.integers(1, 3))
def test_only_open_reports_are_decided_and_objections_by_somebody_else(status: Status, staff: int | None) -> None:
    known = Facts(status, Outcome.KEEP, decided_by=1, decided_at=NOW)
    if status not in OPEN:
        with pytest.raises(Conflict):
            rules.check_decidable(known, {2}, staff)
    elif status is Status.OBJECTED and staff in (None, 1, 2):
        with pytest.raises(NotAllowed):
            rules.check_decidable(known, {2}, staff)
    else:
        rules.check_decidable(known, {2}, staff)


def test_a_decision_has_reasons_and_what_it_rests_on() -> None:
    words = "Die Person ist zu erkennen."
    assert rules.check_reasons(f" {words} ", Outcome.KEEP, None) == words
    assert rules.check_reasons(words, Outcome.HIDE, Ground.RULES) == words
    for text, outcome, ground in (
        ("Nein.", Outcome.KEEP, None),
        ("x" * 501, Outcome.KEEP, None),
        (words, Outcome.HIDE, None),
    ):
        with pytest.raises(InvalidInput):
            rules.check_reasons(text, outcome, ground)


@pytest.mark.parametrize("text", ["", " " * 30, "zu kurz", "x" * 3001])
def test_a_report_must_explain_itself(text: str) -> None:
    with pytest.raises(InvalidInput):
        rules.check_statement(text)


def test_words_are_added_ten_times() -> None:
    assert rules.check_word(" noch etwas ", 9) == "noch etwas"
    with pytest.raises(Conflict):
        rules.check_word("noch etwas", 10)


@pytest.mark.parametrize(
    ("record", "many"),
    [
        (Record(1), False),
        (Record(19, 10, 4), False),
        (Record(20), True),
        (Record(50, 50, 0), True),
        (Record(8, 8, 5), True),
        (Record(12, 12, 5), False),
    ],
)
def test_who_reports_a_lot_or_mostly_without_ground_is_shown_as_such(record: Record, many: bool) -> None:
    assert record.is_many is many


def test_violence_against_children_is_the_most_urgent_and_needs_no_name() -> None:
    assert min(Kind, key=urgency) is Kind.ABUSE
    assert [kind for kind in Kind if not rules.needs_sender(kind)] == [Kind.ABUSE]
