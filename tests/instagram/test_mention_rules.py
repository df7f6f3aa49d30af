"""Which errors are about the post that was asked for, and how long a mention waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.instagram.limits import GraphFault, classify
from campaign.instagram.mention_rules import GIVE_UP, is_about, next_wait

NO_OBJECT = "Unsupported get request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions"


@pytest.mark.parametrize(
    ("code", "subcode", "message", "about"),
    [
        (100, 33, "Unsupported get request", True),
        (100, 33, NO_OBJECT % 17900, True),
        (100, 33, NO_OBJECT % 17841, False),
        (100, None, NO_OBJECT % 17900, True),
        (100, None, NO_OBJECT % 17841, False),
        (24, 2207045, "The requested resource does not exist", True),
        (24, None, "The requested resource does not exist", True),
        (100, None, "(#100) Tried accessing nonexisting field (username) on node type (Media)", False),
        (100, 2207047, "Invalid parameter", False),
        (2500, None, "Unknown path components", False),
        (12, None, "(#12) deprecated", False),
        (2, None, "Service temporarily unavailable", False),
        (4, None, "Application request limit reached", False),
        (190, None, "Invalid OAuth access token", False),
    ],
)
def test_only_a_post_or_comment_that_is_not_shown_is_about_itself(
    code: int, subcode: int | None, message: str, about: bool
) -> None:
    fault = GraphFault(classify(code, subcode), f"Instagram: {message}", code, subcode)
    assert is_about(fault, ("17900", "18000")) is about


ages = st.timedeltas(timedelta(0), timedelta(days=4000))


@given(st.booleans(), st.integers(1, 10**6), ages)
def test_every_wait_grows_is_bounded_and_ends(about: bool, attempts: int, age: timedelta) -> None:
    wait, longer = (next_wait(tries, age, about_post=about) for tries in (attempts, attempts + 1))
    assert wait is None or timedelta(minutes=5) <= wait <= timedelta(hours=24)
    assert longer is None or (wait is not None and longer >= wait)
    if age >= GIVE_UP and attempts > 4:
        assert wait is None


def test_what_is_about_no_post_is_not_given_up_before_a_month_is_over() -> None:
    assert next_wait(500, GIVE_UP - timedelta(seconds=1), about_post=False) == timedelta(hours=6)
    assert next_wait(500, GIVE_UP, about_post=False) is None
