"""Codes as people write them, and what a comment proves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.moderation.withdrawal_rules import CODE_LIFETIME, Proof, codes_in, is_in_time, judge_comment, new_code
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    "text",
    [
        "7K3M-9QWT",
        "@schoenster.blick 7K3M-9QWT",
        "@schoenster.blick 7k3m-9qwt bitte raus 🙏",
        "@schoenster.blick 7K3M–9QWT",
        "@schoenster.blick 7K3M 9QWT",
        "@schoenster.blick 7K3M9QWT",
        "bitte raus 7K3M 9QWT danke",
        "(7K3M-9QWT)",
        "#7K3M-9QWT",
        "7K3M-\u200b9QWT",
        "7K3M‑9QWT",
    ],
)
def test_a_code_is_found_however_it_is_written(text: str) -> None:
    assert "7K3M-9QWT" in codes_in(text)


@pytest.mark.parametrize("text", ["O1IL-0000", "o1il-0000", "01il-oooo"])
def test_letters_that_look_like_digits_are_digits(text: str) -> None:
    assert codes_in(text) == {"0111-0000"}


@pytest.mark.parametrize(
    "text", ["", "Erfurt bei Nacht", "x7K3M-9QWT", "7K3M-9QWTx", "7K3M-9QW", "7K3M--9QWT", "7K3M_9QWT"]
)
def test_parts_of_longer_words_are_no_codes(text: str) -> None:
    assert "7K3M-9QWT" not in codes_in(text)


@given(st.text(max_size=200), st.text(max_size=50))
def test_any_text_can_be_read_and_a_code_of_its_own_line_is_always_found(before: str, after: str) -> None:
    code = new_code()
    assert code in codes_in(f"{before}\n|{code}|\n{after}")


@pytest.mark.parametrize(
    ("creator", "commenter", "owner", "proof"),
    [
        ("anna.sieht", "anna.sieht", None, Proof.OWN),
        ("anna.sieht", "@Anna.Sieht", None, Proof.OWN),
        ("anna.sieht", "anna.sieht2", None, Proof.CLAIM),
        ("anna.sieht", "anna.sieht2", "anna.sieht", Proof.FOREIGN),
        ("anna.sieht", "anna.sieht2", "Anna.Sieht2", Proof.OWN),
        ("anna.sieht", "anna.sieht", "anna.sieht2", Proof.FOREIGN),
        (None, "anna.sieht", "anna.sieht", Proof.OWN),
        (None, "anna.sieht", None, Proof.CLAIM),
        ("", "", None, Proof.CLAIM),
    ],
)
def test_only_the_account_of_the_post_proves_that_it_is_its_own(
    creator: str | None, commenter: str, owner: str | None, proof: Proof
) -> None:
    assert judge_comment(creator, commenter, owner) is proof


def test_a_code_holds_for_seven_days() -> None:
    end = NOW + CODE_LIFETIME
    assert [is_in_time(one, NOW, end) for one in (NOW - 2 * MINUTE, NOW, end, end + MINUTE)] == [
        False,
        True,
        True,
        False,
    ]
