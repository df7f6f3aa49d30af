"""The signatures that anyone can check with nothing but Python, against those of `cryptography` and of RFC 8032."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from campaign.ledger.notes import Checkpoint, VerifierKey, sign, verifier_key
from campaign.ledger.signed_log import ORDER, Signer, grow, tree_root

KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"one").digest())
SIGNER = Signer(f"{verifier_key('log', KEY)}\n")


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [  # RFC 8032, section 7.1, tests 1 to 3
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_the_examples_of_the_rfc_are_right(public: str, message: str, signature: str) -> None:
    signer = Signer(f"{VerifierKey('rfc', bytes.fromhex(public))}\n")
    assert signer.has_signed(bytes.fromhex(message), bytes.fromhex(signature))
    assert not signer.has_signed(bytes.fromhex(message) + b"x", bytes.fromhex(signature))


@settings(max_examples=300, deadline=None)
@given(message=st.binary(max_size=200), bit=st.integers(0, 511))
def test_a_signature_counts_and_with_one_other_bit_it_does_not(message: bytes, bit: int) -> None:
    signature = KEY.sign(message)
    assert SIGNER.has_signed(message, signature)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not SIGNER.has_signed(message, bytes(changed))
    assert not SIGNER.has_signed(message + b"\0", signature)


@pytest.mark.parametrize("seed", range(8))
def test_other_keys_count_for_themselves_only(seed: int) -> None:
    other = Ed25519PrivateKey.from_private_bytes(sha256(bytes([seed])).digest())
    assert Signer(f"{verifier_key('log', other)}\n").has_signed(b"x", other.sign(b"x"))
    assert not SIGNER.has_signed(b"x", other.sign(b"x"))


def test_a_signature_has_only_one_form() -> None:
    signature = KEY.sign(b"x")
    larger = (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert not SIGNER.has_signed(b"x", signature[:32] + larger)
    assert not SIGNER.has_signed(b"x", signature + b"\0")
    assert not SIGNER.has_signed(b"x", signature[:-1])
    assert not SIGNER.has_signed(b"x", b"")


def test_a_checkpoint_is_written_in_only_one_way() -> None:
    """The last digit of a signature in base 64 has two bits that say nothing."""
    checkpoint = Checkpoint("log", 7, bytes(32), datetime(2026, 6, 15, 12, tzinfo=UTC))
    note = sign(checkpoint, KEY)
    assert SIGNER.checkpoint(note) == (7, bytes(32), "2026-06-15T12:00:00Z")
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = digits.index(note[-3])
    for bits in (1, 2, 3):
        with pytest.raises(ValueError, match="not signed with this key"):
            SIGNER.checkpoint(f"{note[:-3]}{digits[last ^ bits]}{note[-2:]}")


@pytest.mark.parametrize("public", [bytes([2] + [0] * 31), b"\xff" * 32, (2**255 - 19).to_bytes(32, "little")])
def test_what_is_no_point_of_the_curve_is_no_key(public: bytes) -> None:
    with pytest.raises(ValueError, match="not a point of the curve"):
        Signer(f"{VerifierKey('log', public)}\n")


@pytest.mark.parametrize("size", range(1, 71))
def test_the_tree_is_that_of_the_program(size: int) -> None:
    frontier, edge = Frontier(), list[bytes]()
    for number in range(size):
        grow(edge, number, b"%d" % number)
        frontier.append(leaf_hash(b"%d" % number))
    assert tree_root(edge) == frontier.root() != EMPTY_ROOT
    assert edge == frontier.hashes
