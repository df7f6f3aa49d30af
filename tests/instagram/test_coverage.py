"""What a pass is sure of, and what that leaves open, as the rule sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.instagram.coverage import (
    HORIZON,
    Coverage,
    Gap,
    Segment,
    Stretch,
    Window,
    asked_after,
    cover,
    is_final,
    joins,
    level,
    merge,
    sure_window,
)

DAY = datetime(2026, 6, 1, tzinfo=UTC)
END = DAY + timedelta(days=10)


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def window(begin: float, end: float) -> Window:
    return Window(at(begin), at(end))


def passes(*hours: float) -> list[Window]:
    """The windows of passes of one instant each."""
    return [window(hour - 24, hour) for hour in hours]


moments = st.integers(-48 * 60, 300 * 60).map(lambda minutes: DAY + timedelta(minutes=minutes))
windows = st.lists(
    st.tuples(moments, st.integers(1, 30 * 60)).map(lambda pair: Window(pair[0], pair[0] + timedelta(minutes=pair[1]))),
    max_size=12,
)


def test_a_pass_is_sure_from_a_day_before_its_last_page_until_its_first() -> None:
    assert sure_window(at(30), at(30.5)) == window(6.5, 30)


def test_a_pass_that_pages_for_a_day_is_sure_of_nothing() -> None:
    assert sure_window(at(30), at(54)) is None


def test_passes_every_quarter_of_an_hour_leave_nothing_out() -> None:
    found = cover(passes(*(hour / 4 for hour in range(1, 200))), DAY, END, at(50))
    assert (found.gaps, found.since, found.share, found.hours) == ((), DAY, 1.0, None)
    assert found.windows == (Window(DAY, at(49.75)),)
    assert found.open == (Window(at(49.75), at(50)),)


def test_an_outage_within_the_day_costs_nothing() -> None:
    found = cover(passes(1, 24.9), DAY, END, at(24.9))
    assert (found.gaps, found.since) == ((), DAY)


def test_an_outage_of_thirty_hours_is_a_gap_of_six() -> None:
    found = cover(passes(10, 40), DAY, END, at(40))
    assert found.gaps == (Gap(at(10), at(16)),)
    assert (found.since, found.last_good, found.share) == (at(16), at(40), 34 / 40)
    assert found.segments == (
        Segment(Stretch.SURE, DAY, at(10)),
        Segment(Stretch.GAP, at(10), at(16)),
        Segment(Stretch.SURE, at(16), at(40)),
    )


def test_what_the_next_pass_can_still_see_is_open_and_no_gap() -> None:
    found = cover(passes(10), DAY, END, at(20))
    assert (found.gaps, found.open, found.since, found.share) == ((), (window(10, 20),), DAY, 1.0)


def test_while_an_outage_lasts_the_gap_grows_and_nothing_is_unbroken() -> None:
    found = cover(passes(10), DAY, END, at(40))
    assert (found.gaps, found.open) == ((Gap(at(10), at(16)),), (window(16, 40),))
    assert (found.since, found.hours) == (None, 18)


def test_without_any_pass_everything_older_than_a_day_is_lost() -> None:
    found = cover([], DAY, END, at(30))
    assert (found.gaps, found.last_good, found.since, found.share) == ((Gap(DAY, at(6)),), None, None, 0.0)


def test_before_collecting_starts_there_is_nothing_to_miss() -> None:
    found = cover([], DAY, END, at(-5))
    assert (found.begin, found.end, found.segments, found.share, found.hours) == (DAY, DAY, (), 1.0, None)


def test_after_the_end_the_last_hours_are_lost_only_when_nobody_looked_within_a_day() -> None:
    days = passes(*range(0, 241, 6))
    assert cover(days, DAY, END, at(300)).gaps == ()
    assert cover(days[:-2], DAY, END, at(300)).gaps == (Gap(at(228), END),)
    assert cover([*days[:-2], *passes(250)], DAY, END, at(300)).gaps == ()


@pytest.mark.parametrize(
    ("hours", "warning"), [(0, None), (5.9, None), (6, 6), (11.9, 6), (12, 12), (17.9, 12), (18, 18), (90, 18)]
)
def test_staff_are_warned_at_six_twelve_and_eighteen_hours(hours: float, warning: int | None) -> None:
    assert level(DAY, at(hours)) == warning
    assert cover(passes(20), DAY, END, at(20 + hours)).hours == warning


def test_nobody_is_warned_before_the_start_nor_once_the_whole_time_is_seen() -> None:
    assert cover(passes(-100), DAY, END, at(-50)).hours is None
    assert cover(passes(-100), DAY, END, at(7)).hours == 6
    assert cover(passes(240), DAY, END, at(250)).hours is None
    assert cover(passes(239), DAY, END, at(250)).hours == 6
    assert cover(passes(239), DAY, END, at(265)).hours is None


def test_a_window_joins_what_it_touches_and_the_start() -> None:
    assert joins(window(-1, 20), [], DAY)
    assert not joins(window(1, 20), [], DAY)
    assert joins(window(10, 34), passes(10), DAY)
    assert not joins(window(10.1, 34), passes(10), DAY)


def test_a_gap_counts_as_asked_after_once_it_cannot_grow() -> None:
    gap = cover(passes(10, 40), DAY, END, at(40)).gaps[0]
    assert asked_after(gap, [at(39)]) is None
    assert asked_after(gap, [at(60), at(40), at(5)]) == at(40)


def test_a_gap_is_final_when_seen_time_or_the_end_follows() -> None:
    during, after = cover(passes(10), DAY, END, at(40)), cover(passes(10, 40), DAY, END, at(40))
    assert not is_final(during.gaps[0], during, END)
    assert is_final(after.gaps[0], after, END)
    over = cover(passes(200), DAY, END, at(300))
    assert is_final(over.gaps[-1], over, END)


@given(windows, moments)
def test_windows_gaps_and_open_time_fill_the_whole_stretch(given_windows: list[Window], now: datetime) -> None:
    found = cover(given_windows, DAY, END, now)
    edges = [found.begin, *(segment.end for segment in found.segments)]
    assert [segment.begin for segment in found.segments] == edges[:-1]
    assert edges[-1] == found.end == max(DAY, min(now, END))
    assert 0 <= found.share <= 1


@given(windows, moments, moments)
def test_a_moment_is_seen_exactly_when_a_window_holds_it(
    given_windows: list[Window], now: datetime, moment: datetime
) -> None:
    found = cover(given_windows, DAY, END, now)
    if found.begin <= moment < found.end:
        kind = next(part.kind for part in found.segments if part.begin <= moment < part.end)
        seen = any(one.begin <= moment < one.end for one in given_windows)
        assert kind is (Stretch.SURE if seen else Stretch.GAP if moment < now - HORIZON else Stretch.OPEN)


@given(windows)
def test_merged_windows_hold_the_same_moments_and_do_not_touch(given_windows: list[Window]) -> None:
    merged = merge(given_windows)
    assert all(one.end < other.begin for one, other in pairwise(merged))
    assert merge(merged) == merged == merge(reversed(given_windows))


@given(windows, moments)
def test_a_further_window_never_makes_a_gap_larger(given_windows: list[Window], now: datetime) -> None:
    def lost(found: Coverage) -> timedelta:
        return sum((gap.end - gap.begin for gap in found.gaps), timedelta())

    fewer, more = cover(given_windows[1:], DAY, END, now), cover(given_windows, DAY, END, now)
    assert lost(more) <= lost(fewer)
