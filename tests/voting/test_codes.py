"""PINs, receipts and keys: easy to read back, hard to guess, nothing raw."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import codes
from campaign.errors import InvalidInput
from campaign.keys import Keyring, network_of
from campaign.mail.confirmation import Confirmation
from campaign.voting.keys import BALLOT

RING = Keyring("a-secret-of-the-tests-with-forty-characters")


def test_a_pin_has_six_digits() -> None:
    assert all(re.fullmatch(r"[0-9]{6}", codes.new_pin()) for _ in range(200))


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "1 2 3 4 5 6", "123\u00a0456", "１２３４５６"])
def test_a_pin_may_be_typed_with_gaps(typed: str) -> None:
    assert codes.read_pin(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "PIN: 123456", "١٢٣٤٥٦"])
def test_what_is_not_six_digits_is_no_pin(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        codes.read_pin(typed)
    assert str(refused.value) == "Die PIN hat sechs Ziffern. Sie steht in unserer Mail."


def test_a_receipt_is_four_groups_that_can_be_read_aloud() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", codes.new_receipt_code())


@given(st.text(alphabet=codes.ALPHABET, min_size=16, max_size=16))
def test_a_receipt_is_found_however_it_is_typed(plain: str) -> None:
    stored = "-".join(plain[start : start + 4] for start in range(0, 16, 4))
    heard = plain.lower().replace("0", "o").replace("1", "l")
    assert codes.read_receipt_code(f" {heard[:7]} {heard[7:]} ") == stored


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_network_is_a_24_or_a_64(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_the_same_pin_has_another_key_in_another_request() -> None:
    assert BALLOT.pin_key(RING, "one", "123456") != BALLOT.pin_key(RING, "other", "123456")


def test_each_use_has_a_key_of_its_own() -> None:
    found = {
        BALLOT.pin_key(RING, "a", "b"),
        BALLOT.link_key(RING, "a", "b"),
        Confirmation("upload").pin_key(RING, "a", "b"),
    }
    assert len(found) == 3
