"""What staff are told about the intake, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campaign.instagram.coverage import Window, cover
from campaign.operations.notices import (
    Stop,
    TokenNow,
    coverage_notices,
    mention_notices,
    stop_notices,
    token_notices,
    version_notices,
)

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
BEGIN, UNTIL = NOW - timedelta(days=5), NOW + timedelta(days=5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FINE = TokenNow("k", True, NOW + 50 * DAY, NOW + 80 * DAY, (), 3)


def keys_after(hours: float) -> list[str]:
    coverage = cover([Window(BEGIN, NOW)], BEGIN, UNTIL, NOW + hours * HOUR)
    return [notice.key for notice in coverage_notices(coverage)]


@pytest.mark.parametrize(("hours", "warned"), [(5.9, 0), (6, 6), (11.9, 6), (12, 12), (18, 18), (23, 18)])
def test_after_six_twelve_and_eighteen_hours_without_a_good_pass_staff_hear_of_it(hours: float, warned: int) -> None:
    assert keys_after(hours) == ([f"coverage {warned} 20260615T120000"] if warned else [])


def test_a_gap_is_told_once_it_has_its_end() -> None:
    windows = [Window(BEGIN, BEGIN + DAY), Window(BEGIN + 2 * DAY, NOW)]
    notices = list(coverage_notices(cover(windows, BEGIN, UNTIL, NOW)))
    assert [notice.values for notice in notices] == [{"begin": BEGIN + DAY, "end": BEGIN + 2 * DAY}]


def test_a_gap_at_the_end_of_collecting_is_told_as_well_once_nothing_of_it_can_be_seen_any_more() -> None:
    windows = [Window(BEGIN, NOW)]
    ends = [
        [notice.values.get("end") for notice in coverage_notices(cover(windows, BEGIN, UNTIL, UNTIL + hours * HOUR))]
        for hours in (23, 24, 48)
    ]
    assert ends == [[None], [UNTIL], [UNTIL]]


def test_before_and_after_collecting_no_pass_is_missed() -> None:
    for moment in (BEGIN - HOUR, BEGIN + HOUR, UNTIL + 30 * HOUR):
        assert list(coverage_notices(cover([Window(BEGIN, UNTIL)], BEGIN, UNTIL, moment))) == []


@pytest.mark.parametrize(("days", "day"), [(15, None), (13.9, 14), (6, 7), (2, 3), (0.5, 1)])
def test_the_end_of_the_access_is_told_four_times(days: float, day: int | None) -> None:
    token = TokenNow("k", True, None, NOW + days * DAY, (), None)
    told = [notice.key.split()[:3] for notice in token_notices(token, NOW)]
    assert told == ([["data", "access", str(day)]] if day else [])


def test_a_sound_token_is_no_news() -> None:
    assert list(token_notices(FINE, NOW)) == []


def test_a_dead_token_missing_permissions_and_spent_hashtags_are_told() -> None:
    dead = TokenNow("k", False, None, None, (), None)
    poor = TokenNow("k", True, None, None, ("instagram_basic",), 29)
    assert [notice.key for notice in token_notices(dead, NOW)] == ["token dead k"]
    assert [notice.key for notice in token_notices(poor, NOW)] == [
        "permissions instagram_basic k",
        "hashtags 2026-25 k",
    ]


def test_a_stop_is_told_with_its_reason_and_how_to_go_on() -> None:
    (notice,) = stop_notices([Stop("comment", NOW, "Action is blocked")])
    assert notice.values == {"edge": "Kommentare von uns", "reason": "Action is blocked"}
    assert "campaign ingest --resume" in notice.remedy


@pytest.mark.parametrize(
    ("version", "served", "told"),
    [
        ("v26.0", "v26.0", 0),
        ("v26.0", None, 0),
        ("v26.0", "v27.0", 1),
        ("v26.0", "v25.0", 0),
        ("v19.0", None, 1),
        ("v21.0", "v21.0", 0),
    ],
)
def test_the_end_of_the_api_version_is_told(version: str, served: str | None, told: int) -> None:
    assert len(list(version_notices(version, served, NOW))) == told


def test_mentions_that_cannot_be_looked_up_are_told_once_for_the_day_on_which_that_began() -> None:
    (notice,) = mention_notices(NOW)
    assert (notice.key, notice.values) == ("mentions 20260615", {"since": NOW})
    assert list(mention_notices(None)) == []
