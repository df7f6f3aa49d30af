"""What an error of the Graph API means is decided by code and subcode."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.instagram.limits import REMEDIES, GraphFault, Kind, classify


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (1, None, Kind.TRANSIENT),
        (2, None, Kind.TRANSIENT),
        (4, None, Kind.LIMIT),
        (4, 2207051, Kind.BLOCKED),
        (10, None, Kind.PERMISSION),
        (17, 2446079, Kind.LIMIT),
        (18, 2207034, Kind.HASHTAG_QUOTA),
        (24, 2207024, Kind.HASHTAG_UNKNOWN),
        (24, 2207045, Kind.MISSING),
        (24, None, Kind.MISSING),
        (32, None, Kind.LIMIT),
        (100, 33, Kind.REQUEST),
        (190, 463, Kind.TOKEN),
        (190, None, Kind.TOKEN),
        (200, None, Kind.PERMISSION),
        (299, None, Kind.PERMISSION),
        (613, 1996, Kind.LIMIT),
        (80002, None, Kind.LIMIT),
    ],
)
def test_each_documented_error_has_its_meaning(code: int, subcode: int | None, kind: Kind) -> None:
    assert classify(code, subcode) is kind


@given(st.integers(), st.none() | st.integers())
def test_every_error_has_a_meaning_and_a_remedy(code: int, subcode: int | None) -> None:
    assert REMEDIES[classify(code, subcode)].endswith(".")


def test_a_hashtag_that_instagram_keeps_closed_is_not_called_new() -> None:
    fault = GraphFault(classify(24, 99), "Instagram: Posts for this hashtag cannot be shown", 24, 99)
    assert str(fault) == (
        "Instagram: Posts for this hashtag cannot be shown (24/99). "
        "Instagram shows nothing there; what it says about that stands before."
    )


def test_a_fault_reads_as_one_line_with_its_numbers_and_what_to_do() -> None:
    fault = GraphFault(Kind.TOKEN, "Instagram: Session has expired", 190, 463)
    assert str(fault) == (
        "Instagram: Session has expired (190/463). "
        "The access token is no longer valid; log in anew and set instagram.access_token."
    )
