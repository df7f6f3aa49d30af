"""When a vanished post is hidden, when it is shown again, and when it is asked for next."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.instagram.existence_rules import (
    Answer,
    Missing,
    Sight,
    after_answer,
    is_plausible,
    next_check,
    slot_after,
)

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
answers = st.sampled_from(Answer)
naive = (datetime(2026, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001 - the zone comes on top
moments = st.datetimes(*naive, timezones=st.just(UTC))
sights = st.one_of(
    st.just(Sight()),
    st.builds(Sight, st.integers(1, 50), moments, st.booleans()),
)


def after(*steps: tuple[float, Answer]) -> Sight:
    """What is known after answers at these hours."""
    sight = Sight()
    for hours, answer in steps:
        sight = after_answer(sight, answer, NOON + hours * HOUR)
    return sight


@pytest.mark.parametrize(
    ("hours", "gone"),
    [((0, 36), False), ((0, 7, 35.9), False), ((0, 1, 36), True), ((0, 12, 24, 36), True), ((0, 90), False)],
)
def test_a_post_is_hidden_after_three_not_founds_over_36_hours(hours: tuple[float, ...], gone: bool) -> None:
    assert after(*((hour, Answer.NOT_FOUND) for hour in hours)).gone is gone


def test_a_post_that_is_there_again_is_shown_and_starts_anew() -> None:
    missing = [(hour, Answer.NOT_FOUND) for hour in (0, 12, 24, 36)]
    assert after(*missing, (43, Answer.THERE)) == Sight()
    assert not after(*missing, (43, Answer.THERE), (50, Answer.NOT_FOUND), (60, Answer.NOT_FOUND)).gone


def test_one_sight_in_between_starts_the_count_anew() -> None:
    steps = [(0, Answer.NOT_FOUND), (20, Answer.NOT_FOUND), (30, Answer.THERE), (37, Answer.NOT_FOUND)]
    assert after(*steps) == Sight(1, NOON + 37 * HOUR)


@given(sights, moments)
def test_no_answer_changes_nothing(sight: Sight, now: datetime) -> None:
    assert after_answer(sight, Answer.UNKNOWN, now) == sight


@given(st.lists(st.tuples(st.floats(0.1, 30), answers), max_size=30))
def test_whatever_comes_hidden_means_not_found_three_times_in_a_row_over_36_hours(
    steps: list[tuple[float, Answer]],
) -> None:
    sight, now, row = Sight(), NOON, list[datetime]()
    for hours, answer in steps:
        now += hours * HOUR
        before, sight = sight, after_answer(sight, answer, now)
        row = [*row, now] if answer is Answer.NOT_FOUND else [] if answer is Answer.THERE else row
        assert (sight.misses, sight.missing_since) == (len(row), row[0] if row else None)
        assert sight.gone == (before.gone if answer is Answer.UNKNOWN else len(row) >= 3 and now - row[0] >= 36 * HOUR)


@given(sights, moments)
def test_while_too_many_are_missing_nothing_is_hidden_and_everything_may_come_back(sight: Sight, now: datetime) -> None:
    assert after_answer(sight, Answer.NOT_FOUND, now, may_hide=False).gone is sight.gone
    assert not after_answer(sight, Answer.THERE, now, may_hide=False).gone


@given(st.integers(1, 2**31 - 1), moments)
def test_what_is_there_is_asked_for_once_a_day_at_its_own_time(number: int, now: datetime) -> None:
    first = next_check(number, Sight(), Answer.THERE, now)
    assert 12 * HOUR <= first - now < 36 * HOUR
    assert next_check(number, Sight(), Answer.THERE, first) == first + 24 * HOUR


@given(st.integers(1, 2**31 - 1), moments)
def test_what_is_missing_is_asked_for_every_six_to_eight_hours(number: int, now: datetime) -> None:
    for sight in (Sight(1, now), Sight(9, now, gone=True)):
        assert 6 * HOUR <= next_check(number, sight, Answer.NOT_FOUND, now) - now <= 8 * HOUR


def test_without_an_answer_it_is_asked_for_again_in_an_hour() -> None:
    assert next_check(5, Sight(2, NOON), Answer.UNKNOWN, NOON) == NOON + HOUR


@pytest.mark.parametrize("first", [1, 40_000])
def test_the_checks_of_many_entries_lie_evenly_over_the_day(first: int) -> None:
    hours = Counter((slot_after(number, NOON) - NOON) // HOUR for number in range(first, first + 2400))
    assert (set(hours), min(hours.values()) >= 98, max(hours.values()) <= 102) == (set(range(24)), True, True)


@pytest.mark.parametrize(
    ("missing", "watched", "plausible"),
    [
        (0, 0, True),
        (1, 1, True),
        (2, 2, False),
        (1, 3, True),
        (3, 3, False),
        (2, 4, True),
        (3, 20, True),
        (4, 20, False),
        (4, 40, True),
        (100, 1000, True),
        (101, 1000, False),
    ],
)
def test_of_many_posts_a_tenth_may_be_missing_at_once_of_few_three_and_of_very_few_half(
    missing: int, watched: int, plausible: bool
) -> None:
    assert (is_plausible(missing, watched), Missing(watched, missing).too_many) == (plausible, not plausible)
