"""What is news, what corrects an earlier mail, and when it is time to write."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.entrants.rules import Kind, Standing, corrects, is_news, is_ripe
from campaign.entries.lifecycle import Status
from tests.factories import NOW

MINUTE = timedelta(minutes=1)
STANDINGS = st.builds(Standing, st.sampled_from(Status), st.none() | st.integers(1, 3), st.booleans(), st.booleans())


@pytest.mark.parametrize(
    ("standing", "kind"),
    [
        (Standing(Status.PENDING), Kind.WAITING),
        (Standing(Status.APPROVED), Kind.APPROVED),
        (Standing(Status.APPROVED, has_right=False), Kind.NO_RIGHT),
        (Standing(Status.REJECTED), Kind.REJECTED),
        (Standing(Status.REJECTED, is_taken_back=True), Kind.DELETED),
        (Standing(Status.WITHDRAWN, is_taken_back=True), Kind.DELETED),
        (Standing(Status.WITHDRAWN), Kind.WITHDRAWN),
        (Standing(Status.DISQUALIFIED), Kind.DISQUALIFIED),
    ],
)
def test_what_a_mail_tells_follows_from_how_the_photo_stands(standing: Standing, kind: Kind) -> None:
    assert standing.kind is kind


@given(STANDINGS)
def test_what_somebody_was_told_already_is_no_news(standing: Standing) -> None:
    assert not is_news(standing, standing.key)


def test_that_a_photo_waits_is_news_only_after_something_else() -> None:
    waiting = Standing(Status.PENDING)
    assert [is_news(waiting, told) for told in (None, "waiting", "approved")] == [False, False, True]


def test_a_refusal_with_other_reasons_is_news_and_another_approval_is_not() -> None:
    assert is_news(Standing(Status.REJECTED, 2), Standing(Status.REJECTED, 1).key)
    assert not is_news(Standing(Status.APPROVED, 2), Standing(Status.APPROVED, 1).key)


def test_a_wish_of_ones_own_corrects_nothing() -> None:
    assert corrects(Standing(Status.REJECTED, 2), "approved")
    assert not corrects(Standing(Status.REJECTED, 2), None)
    assert not corrects(Standing(Status.WITHDRAWN, is_taken_back=True), "approved")


@given(st.lists(st.integers(-120, 60), min_size=1, max_size=5))
def test_a_person_is_written_to_once_all_is_due_or_the_first_has_waited_long(minutes: list[int]) -> None:
    due = [NOW + minute * MINUTE for minute in minutes]
    assert is_ripe(due, NOW) is (max(minutes) <= 0 or min(minutes) <= -50)


def test_nothing_due_is_nothing_to_write() -> None:
    assert not is_ripe([], NOW)
