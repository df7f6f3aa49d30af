"""The texts of the log and the commitments in it."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.ledger.leaves import (
    Leaf,
    LeafKind,
    commitment,
    file_leaf,
    is_batch_due,
    parse_leaf,
    shuffled,
)

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
HASH = "0123456789abcdef" * 4
SALT = bytes(range(32))
TRACKER = "7K3M-9QWT-C4XD-R02H"


def test_a_commitment_is_the_hash_of_five_lines() -> None:
    lines = f"cast\n2026\n{TRACKER}\n3,17,40\n000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    assert commitment("cast", "2026", TRACKER, "3,17,40", SALT) == sha256(lines.encode()).hexdigest()


@given(st.tuples(*[st.text(max_size=8)] * 4), st.tuples(*[st.text(max_size=8)] * 4))
def test_different_acts_have_different_commitments(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """No text can reach over into the next: what would make two acts look alike is refused."""
    if any("\n" in text for text in one + other):
        return
    kind, contest, tracker, detail = one
    is_equal = commitment(kind, contest, tracker, detail, SALT) == commitment(*other, salt=SALT)  # type: ignore[misc]
    assert is_equal is (one == other)


@pytest.mark.parametrize("texts", [("a\n", "", "", ""), ("", "a\nb", "", ""), ("", "", "\n", ""), ("", "", "", "\nx")])
def test_a_text_of_two_lines_has_no_commitment(texts: tuple[str, str, str, str]) -> None:
    with pytest.raises(ValueError, match="one line each"):
        commitment(*texts, SALT)


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
def test_a_short_salt_is_refused(salt: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment("cast", "2026", TRACKER, "3", salt)


@pytest.mark.parametrize(
    "leaf",
    [
        *(Leaf(kind, HASH) for kind in LeafKind if kind is not LeafKind.CLOSE),
        Leaf(LeafKind.CLOSE, "0"),
        Leaf(LeafKind.CLOSE, "1000000"),
    ],
)
def test_a_leaf_is_read_back_from_its_line(leaf: Leaf) -> None:
    assert parse_leaf(bytes(leaf).decode()) == leaf


@pytest.mark.parametrize(
    "text",
    [
        "",
        "event",
        f"event  {HASH}",
        f"event {HASH.upper()}",
        f"event {HASH}\n",
        f"event {HASH[1:]}",
        f"event {HASH}0",
        f"Event {HASH}",
        f"cast {HASH}",
        f"close {HASH}",
        "close -1",
        "close 01",
        "close 1" + "0" * 5000,
        "close \u0661",
        "result 12",
    ],
)
def test_what_is_no_leaf_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a leaf of the log"):
        parse_leaf(text)


def test_a_file_is_fixed_by_its_hash() -> None:
    assert str(file_leaf(LeafKind.RULES, b"{}")) == f"rules {sha256(b'{}').hexdigest()}"


@pytest.mark.parametrize(
    ("waiting", "minutes", "due"),
    [(0, 500, False), (1, 0, False), (1, 44, False), (1, 45, True), (9, 44, False), (10, 0, True), (500, 0, True)],
)
def test_a_batch_is_due_with_ten_acts_or_after_45_minutes(waiting: int, minutes: int, due: bool) -> None:
    assert is_batch_due(waiting, NOW - timedelta(minutes=minutes), NOW) is due


def test_acts_on_one_ballot_keep_their_order_in_a_shuffled_batch() -> None:
    events = [("A", 1), ("B", 2), ("A", 3), ("C", 4), ("A", 5), ("B", 6)]
    for seed in range(200):
        order = shuffled(events, random.Random(seed))
        assert sorted(order) == [1, 2, 3, 4, 5, 6]
        assert [number for number in order if number in (1, 3, 5)] == [1, 3, 5]
        assert order.index(2) < order.index(6)


def test_every_order_of_a_batch_is_equally_likely() -> None:
    chance = random.Random(1)
    seen = Counter(tuple(shuffled([(name, name) for name in "ABC"], chance)) for _ in range(6000))
    assert len(seen) == 6
    assert sum((count - 1000) ** 2 / 1000 for count in seen.values()) < 20.5  # chi-square, 5 degrees, p = 0.001
