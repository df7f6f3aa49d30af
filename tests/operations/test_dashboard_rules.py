"""Days in Thuringia, waiting times, and when a town waits longer than the others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.operations.dashboard_rules import (
    DAYS,
    Part,
    Slow,
    Tally,
    _median_of_others,
    bar_parts,
    last_days,
    middle,
    slow_towns,
)

HOUR = timedelta(hours=1)
WAITS = st.lists(st.integers(0, 400).map(lambda hours: hours * HOUR), min_size=1, max_size=30)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS)
def test_fourteen_days_follow_each_other_and_the_last_one_holds_this_moment(now: datetime) -> None:
    days = last_days(now)
    assert len(days) == DAYS
    assert all(one.end == next_one.begin for one, next_one in pairwise(days))
    assert days[-1].begin <= now < days[-1].end
    assert {(day.end - day.begin) / HOUR for day in days} <= {23.0, 24.0, 25.0}


@pytest.mark.parametrize(
    ("now", "hours"),
    [(datetime(2026, 3, 29, 12, tzinfo=UTC), 23), (datetime(2026, 10, 25, 12, tzinfo=UTC), 25)],
)
def test_a_day_on_which_the_clock_is_changed_is_shorter_or_longer(now: datetime, hours: int) -> None:
    today = last_days(now)[-1]
    assert (today.date, (today.end - today.begin) / HOUR) == (now.date(), hours)


def test_half_past_midnight_belongs_to_the_new_day() -> None:
    assert last_days(datetime(2026, 6, 14, 22, 30, tzinfo=UTC))[-1].date == date(2026, 6, 15)


def test_the_middle_of_nothing_is_nothing() -> None:
    assert (middle([]), middle([HOUR]), middle([HOUR, 3 * HOUR])) == (None, HOUR, 2 * HOUR)


@given(WAITS, WAITS)
def test_the_median_of_the_others_is_theirs_alone(own: list[timedelta], others: list[timedelta]) -> None:
    found = _median_of_others(sorted([*own, *others]), sorted(own))
    assert found == median_low(others)


def test_a_town_that_waits_days_while_others_wait_hours_is_named() -> None:
    waits = {"a": [day * 24 * HOUR for day in range(3, 15)], "b": [HOUR] * 40, "c": [2 * HOUR] * 30}
    assert slow_towns(waits) == [Slow("a", 9 * 24 * HOUR, HOUR)]


@pytest.mark.parametrize(
    "waits",
    [
        {},
        {"a": [200 * HOUR] * 50},
        {"a": [200 * HOUR] * 7, "b": [HOUR] * 50},
        {"a": [200 * HOUR] * 50, "b": [HOUR] * 7},
        {"a": [24 * HOUR] * 50, "b": [HOUR] * 50},
        {"a": [100 * HOUR] * 50, "b": [60 * HOUR] * 50},
        {"a": [HOUR] * 20 + [200 * HOUR] * 21, "b": [HOUR, 2 * HOUR] * 50},
    ],
    ids=["nothing", "only one town", "too few", "too few others", "less than a day", "less than twice", "half of them"],
)
def test_no_town_is_named_without_reason(waits: dict[str, list[timedelta]]) -> None:
    assert slow_towns(waits) == []


@given(st.dictionaries(st.sampled_from("abcdef"), WAITS, max_size=6))
def test_who_is_named_waits_a_day_longer_and_twice_as_long(waits: dict[str, list[timedelta]]) -> None:
    found = slow_towns(waits)
    for one in found:
        assert one.median >= max(one.elsewhere + 24 * HOUR, 2 * one.elsewhere)
    assert [one.median for one in found] == sorted((one.median for one in found), reverse=True)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_bar_stands_on_the_ground_without_holes(approved: int, pending: int, out: int) -> None:
    tally = Tally(approved + pending + out, approved, pending, out)
    parts = bar_parts(tally, 150)
    assert [part.kind for part in parts] == [kind for kind in ("approved", "pending", "out") if getattr(tally, kind)]
    edges = [100.0, *(part.top for part in parts)]
    assert all(
        part.top + part.height == pytest.approx(below, abs=0.02) for part, below in zip(parts, edges, strict=False)
    )
    assert edges[-1] == pytest.approx(100 - 100 * tally.new / 150, abs=0.02)


def test_the_tallest_bar_fills_the_drawing_and_none_is_drawn_of_nothing() -> None:
    assert bar_parts(Tally(4, 1, 3), 4) == [Part("approved", 75.0, 25.0), Part("pending", 0.0, 75.0)]
    assert bar_parts(Tally(), 0) == []
