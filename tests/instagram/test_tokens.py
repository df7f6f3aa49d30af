"""Token life: warnings 14, 7, 3 and 1 days ahead, renewal where the kind allows it, version ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.instagram.tokens import (
    Renewal,
    TokenFacts,
    is_better,
    judge_token,
    missing_scopes,
    read_token,
    renewal_of,
    warn_day,
)
from campaign.instagram.versions import ENDS, NEWEST, end_of

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SCOPES = (
    "instagram_basic",
    "instagram_manage_comments",
    "pages_read_engagement",
    "pages_manage_metadata",
    "pages_show_list",
)
FACTS = TokenFacts(True, NOW + 50 * DAY, NOW + 80 * DAY, SCOPES, NOW, "USER", "99", NOW - 10 * DAY)


@pytest.mark.parametrize(
    ("days", "warned"),
    [(60, None), (14.1, None), (14, 14), (7.5, 14), (7, 7), (3, 3), (1.2, 3), (1, 1), (0, 1), (-5, 1)],
)
def test_the_end_is_announced_fourteen_seven_three_and_one_day_ahead(days: float, warned: int | None) -> None:
    assert warn_day(NOW + days * DAY, NOW) == warned


def test_a_token_without_an_end_is_never_announced() -> None:
    assert warn_day(None, NOW) is None


@pytest.mark.parametrize(
    ("kind", "left", "age", "way"),
    [
        ("SYSTEM_USER", 13 * DAY, 47 * DAY, Renewal.SYSTEM_USER),
        ("SYSTEM_USER", 15 * DAY, 45 * DAY, Renewal.SYSTEM_USER),
        ("SYSTEM_USER", 40 * DAY, 20 * DAY, Renewal.NONE),
        ("SYSTEM_USER", -DAY, 61 * DAY, Renewal.NONE),
        ("USER", timedelta(hours=1), timedelta(hours=1), Renewal.USER),
        ("USER", 13 * DAY, 47 * DAY, Renewal.USER),
        ("USER", 50 * DAY, 10 * DAY, Renewal.NONE),
        ("PAGE", 3 * DAY, 57 * DAY, Renewal.NONE),
    ],
)
def test_a_token_is_renewed_where_its_kind_allows_it(kind: str, left: timedelta, age: timedelta, way: Renewal) -> None:
    facts = replace(FACTS, kind=kind, expires_at=NOW + left, issued_at=NOW - age)
    assert renewal_of(facts, NOW) is way


def test_a_token_without_an_end_or_a_dead_one_is_not_renewed() -> None:
    assert renewal_of(replace(FACTS, expires_at=None), NOW) is Renewal.NONE
    assert renewal_of(replace(FACTS, is_valid=False), NOW) is Renewal.NONE


def test_a_renewed_token_must_last_longer_and_allow_as_much() -> None:
    assert is_better(replace(FACTS, expires_at=NOW + 60 * DAY), FACTS)
    assert is_better(replace(FACTS, expires_at=None), FACTS)
    assert not is_better(FACTS, FACTS)
    assert not is_better(replace(FACTS, expires_at=None, scopes=SCOPES[:2]), FACTS)
    assert not is_better(replace(FACTS, expires_at=None, app_id="7"), FACTS)


@pytest.mark.parametrize(
    ("facts", "state", "said"),
    [
        (FACTS, "ok", "valid until 2026-08-04"),
        (replace(FACTS, data_access_expires_at=NOW + 9 * DAY), "warning", "access ends on 2026-06-24."),
        (replace(FACTS, data_access_expires_at=NOW - DAY), "failure", "access ended on 2026-06-14."),
        (replace(FACTS, is_valid=False), "failure", "the token is dead."),
        (replace(FACTS, app_id="7"), "failure", "the token belongs to another app."),
        (
            replace(FACTS, scopes=SCOPES[:1]),
            "failure",
            "permissions are missing: pages_read_engagement, instagram_manage_comments, pages_manage_metadata, "
            "pages_show_list.",
        ),
    ],
)
def test_the_operator_reads_what_is_wrong_with_the_token(facts: TokenFacts, state: str, said: str) -> None:
    assert judge_token(facts, app_id="99", mentions=True)[:2] == (state, said)


def test_without_the_permissions_of_the_webhook_no_mention_would_be_told() -> None:
    assert missing_scopes(SCOPES[:3], mentions=True) == ["pages_manage_metadata", "pages_show_list"]
    assert missing_scopes(SCOPES[:3], mentions=False) == []


def test_a_permission_that_was_granted_for_no_page_is_missing() -> None:
    granular = [{"scope": "instagram_basic", "target_ids": []}, {"scope": "pages_read_engagement"}, "odd"]
    data = {"is_valid": True, "scopes": list(SCOPES), "granular_scopes": granular}
    assert read_token({"data": data}, NOW).scopes == SCOPES[1:]


def test_the_ends_of_versions_are_known() -> None:
    assert end_of("v21.0") == datetime(2027, 1, 21, tzinfo=UTC)
    assert end_of(NEWEST) is None
    assert end_of("v12.0") == datetime.min.replace(tzinfo=UTC)


@given(st.integers(1, 60), st.integers(0, 3))
def test_a_newer_version_never_ends_before_an_older_one(major: int, minor: int) -> None:
    end, later = end_of(f"v{major}.{minor}"), end_of(f"v{major + 1}.0")
    assert end is None or later is None or end <= later or f"v{major}.{minor}" not in ENDS
