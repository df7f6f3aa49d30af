"""Signed checkpoints: C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint) in a C2SP signed note (c2sp.org/signed-note).

    example.org/2026
    1024
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    time 2026-06-15T12:03:00Z

    — example.org/2026 Az3grlgt…

Pure but for the signatures, which are Ed25519 of `cryptography`.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from campaign.ledger.merkle import HASH_LENGTH

_ALGORITHM: Final = b"\x01"  # Ed25519
_KEY_ID_LENGTH: Final = 4
_NAME: Final = re.compile(r"[^\s+]+")
_NOTE: Final = re.compile(
    r"(?P<text>(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n)"
    r"\n— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]{91}=)\n"
)
_KEY: Final = re.compile(r"(?P<name>[^\s+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]{44})")


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log: `origin` names it, `root` is over its first `size` leaves, `at` is aware, to the second."""

    origin: str
    size: int
    root: bytes
    at: datetime


@dataclass(frozen=True)
class VerifierKey:
    """The public key of a log and the name it signs with."""

    name: str
    public_key: bytes

    def __str__(self) -> str:
        return f"{self.name}+{_key_id(self.name, self.public_key).hex()}+{_base64(_ALGORITHM + self.public_key)}"


def verifier_key(name: str, private_key: Ed25519PrivateKey) -> VerifierKey:
    """Return what others check the signatures of a log with; its text is printed and published.

    Raises:
        ValueError: a name has no white space and no plus.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a log")
    return VerifierKey(name, private_key.public_key().public_bytes_raw())


def parse_key(text: str) -> VerifierKey:
    """Return the key of its text, without the end of the line.

    Raises:
        ValueError: this is not the key of a log.
    """
    match = _KEY.fullmatch(text)
    if match is None:
        raise ValueError("this is not the public key of a log")
    raw = _bytes(match["key"])
    key = VerifierKey(match["name"], raw[1:])
    if str(key) != text:
        raise ValueError("the parts of the public key do not belong together")
    return key


def body(checkpoint: Checkpoint) -> str:
    """Return the text of a checkpoint that is signed, with the end of its last line."""
    moment = checkpoint.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{checkpoint.origin}\n{checkpoint.size}\n{_base64(checkpoint.root)}\ntime {moment}\n"


def sign(checkpoint: Checkpoint, private_key: Ed25519PrivateKey) -> str:
    """Return the signed note of a checkpoint; the key has the name of the log.

    Raises:
        ValueError: the checkpoint cannot be written as a note.
    """
    key = verifier_key(checkpoint.origin, private_key)
    text = body(checkpoint)
    signature = _key_id(key.name, key.public_key) + private_key.sign(text.encode())
    note = f"{text}\n— {key.name} {_base64(signature)}\n"
    if checkpoint.at.utcoffset() is None or len(checkpoint.root) != HASH_LENGTH or _NOTE.fullmatch(note) is None:
        raise ValueError("this checkpoint cannot be written as a note")
    return note


def parse(note: str) -> Checkpoint:
    """Return the checkpoint of a note, whoever signed it.

    Raises:
        ValueError: this is not the note of a checkpoint.
    """
    match = _NOTE.fullmatch(note)
    if match is None:
        raise ValueError("this is not the signed note of a checkpoint")
    at = datetime.strptime(match["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Checkpoint(match["origin"], int(match["size"]), _bytes(match["root"]), at)


def verify(note: str, key: VerifierKey) -> Checkpoint:
    """Return the checkpoint of a note that this key has signed.

    Raises:
        ValueError: this is not such a note.
    """
    checkpoint, match = parse(note), _NOTE.fullmatch(note)
    if match is None or not checkpoint.origin == match["name"] == key.name:
        raise ValueError("another log signed this checkpoint")
    signature = _bytes(match["signature"])
    if signature[:_KEY_ID_LENGTH] != _key_id(key.name, key.public_key):
        raise ValueError("another key signed this checkpoint")
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature[_KEY_ID_LENGTH:], match["text"].encode())
    except InvalidSignature as error:
        raise ValueError("the signature does not belong to this checkpoint") from error
    return checkpoint


def _key_id(name: str, public_key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ALGORITHM + public_key).digest()[:_KEY_ID_LENGTH]


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


def _bytes(text: str) -> bytes:
    """Return the bytes of the one way to write them: the last digit may hold bits that say nothing."""
    value = b64decode(text, validate=True)
    if _base64(value) != text:
        raise ValueError("this is not how base 64 is written")
    return value
