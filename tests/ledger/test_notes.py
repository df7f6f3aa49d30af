"""Signed checkpoints, against notes written by hand and by others."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from campaign.ledger import notes
from campaign.ledger.notes import Checkpoint, VerifierKey, parse, parse_key, sign, verifier_key
from campaign.ledger.signed_log import Signer

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "example.org/2026"
CHECKPOINT = Checkpoint(ORIGIN, 20852163, bytes(range(32)), datetime(2026, 6, 15, 12, 3, tzinfo=UTC))
VERIFIER = verifier_key(ORIGIN, KEY)
# Written down by hand from the two specifications.
TEXT = "example.org/2026\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\ntime 2026-06-15T12:03:00Z\n"
PUBLIC = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"  # of the private key 00, 01, 02 … 1f
NOTE = sign(CHECKPOINT, KEY)
# The key and the note of golang.org/x/mod/sumdb/note, in which the specification has its root.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


def test_a_checkpoint_is_written_as_the_specification_has_it() -> None:
    key_id = sha256(b"example.org/2026\n\x01" + bytes.fromhex(PUBLIC)).digest()[:4]
    signature = b64encode(key_id + KEY.sign(TEXT.encode())).decode()
    assert f"{TEXT}\n— example.org/2026 {signature}\n" == NOTE
    assert str(VERIFIER) == f"{ORIGIN}+{key_id.hex()}+{b64encode(bytes([1]) + bytes.fromhex(PUBLIC)).decode()}"


def test_key_and_signature_of_the_reference_are_understood() -> None:
    key = parse_key(GO_KEY)
    assert (key.name, str(key)) == ("PeterNeumann", GO_KEY)
    signature = b64decode(GO_SIGNATURE)
    assert signature[:4].hex() == "c74f20a3"
    assert Signer(f"{GO_KEY}\n").has_signed(GO_TEXT.encode(), signature[4:])
    assert not Signer(f"{GO_KEY}\n").has_signed(GO_TEXT.encode() + b"\n", signature[4:])


def test_a_signed_checkpoint_is_read_back() -> None:
    assert notes.verify(NOTE, VERIFIER) == parse(NOTE) == CHECKPOINT
    assert parse_key(str(VERIFIER)) == VERIFIER


def test_a_moment_of_another_zone_is_written_in_utc() -> None:
    berlin = CHECKPOINT.at.astimezone(timezone(timedelta(hours=2)))
    assert sign(Checkpoint(ORIGIN, CHECKPOINT.size, CHECKPOINT.root, berlin), KEY) == NOTE


@given(place=st.integers(0, len(NOTE.encode()) - 1), value=st.integers(0, 255))
def test_any_changed_byte_of_a_note_is_refused(place: int, value: int) -> None:
    data = bytearray(NOTE.encode())
    if data[place] == value:
        return
    data[place] = value
    with pytest.raises(ValueError):
        notes.verify(data.decode(), VERIFIER)


@given(place=st.integers(0, len(str(VERIFIER)) - 1), value=st.integers(0, 127))
def test_any_changed_byte_of_a_key_is_refused(place: int, value: int) -> None:
    data = bytearray(str(VERIFIER).encode())
    if data[place] == value:
        return
    data[place] = value
    with pytest.raises(ValueError):
        notes.verify(NOTE, parse_key(data.decode()))


@given(place=st.integers(0, len(NOTE)), added=st.text(min_size=1, max_size=3), gone=st.integers(1, 3))
def test_any_added_or_missing_text_is_refused(place: int, added: str, gone: int) -> None:
    for changed in (NOTE[:place] + added + NOTE[place:], NOTE[:place] + NOTE[place + gone :]):
        if changed != NOTE:
            with pytest.raises(ValueError):
                notes.verify(changed, VERIFIER)


@given(
    size=st.integers(0, 10**18 - 1),
    root=st.binary(min_size=32, max_size=32),
    at=st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
def test_every_checkpoint_is_read_back(size: int, root: bytes, at: datetime) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root, at)
    assert notes.verify(sign(checkpoint, KEY), VERIFIER) == checkpoint


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_a_note_is_written_in_only_one_way(bits: int) -> None:
    """The last digit of a signature in base 64 has two bits that say nothing."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = f"{NOTE[:-3]}{digits[digits.index(NOTE[-3]) ^ bits]}{NOTE[-2:]}"
    assert b64decode(other.split()[-1]) == b64decode(NOTE.split()[-1])
    with pytest.raises(ValueError, match="not how base 64 is written"):
        notes.verify(other, VERIFIER)


def test_another_key_of_the_same_name_is_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(ValueError, match="another key signed"):
        notes.verify(NOTE, verifier_key(ORIGIN, other))
    with pytest.raises(ValueError, match="another log signed"):
        notes.verify(NOTE, verifier_key("example.org/2027", KEY))


def test_a_log_does_not_sign_for_another() -> None:
    text = TEXT.replace(ORIGIN, "example.org/2027")
    signed = b64encode(b64decode(NOTE.split()[-1])[:4] + KEY.sign(text.encode())).decode()
    with pytest.raises(ValueError, match="another log signed"):
        notes.verify(f"{text}\n— {ORIGIN} {signed}\n", VERIFIER)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint(ORIGIN, -1, bytes(32), CHECKPOINT.at),
        Checkpoint(ORIGIN, 10**18, bytes(32), CHECKPOINT.at),
        Checkpoint(ORIGIN, 1, bytes(31), CHECKPOINT.at),
        Checkpoint(ORIGIN, 1, bytes(32), CHECKPOINT.at.replace(tzinfo=None)),
        Checkpoint("a b", 1, bytes(32), CHECKPOINT.at),
        Checkpoint("a+b", 1, bytes(32), CHECKPOINT.at),
        Checkpoint("", 1, bytes(32), CHECKPOINT.at),
        Checkpoint("a\nb", 1, bytes(32), CHECKPOINT.at),
    ],
)
def test_what_cannot_be_read_back_is_not_signed(checkpoint: Checkpoint) -> None:
    with pytest.raises(ValueError, match="cannot"):
        sign(checkpoint, KEY)


@pytest.mark.parametrize("text", ["", "x", str(VERIFIER) + "\n", str(VerifierKey("a", bytes(31)))])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_key(text)
