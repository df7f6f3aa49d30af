"""What stands in the log: the text of each leaf, and the commitment to what happened to a ballot. Pure."""

from __future__ import annotations

import enum
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, TypeVar

SALT_LENGTH: Final = 32
BATCH: Final = 10
LONGEST_WAIT: Final = timedelta(minutes=45)

_LEAF: Final = re.compile(r"(?:(rules|amendment|event|result|destroyed) ([0-9a-f]{64})|(close) (0|[1-9][0-9]{0,11}))")
Event = TypeVar("Event")


class LeafKind(enum.StrEnum):
    """rules: the first leaf. close: after the last confirmation. The value is a SHA-256, that of close a number."""

    RULES = "rules"
    AMENDMENT = "amendment"
    EVENT = "event"
    CLOSE = "close"
    RESULT = "result"
    DESTROYED = "destroyed"


@dataclass(frozen=True)
class Leaf:
    """One leaf. `value`: 64 hexadecimal digits of the file or of the commitment; of `close`, the events before it."""

    kind: LeafKind
    value: str

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"

    def __bytes__(self) -> bytes:
        return str(self).encode()


def parse_leaf(text: str) -> Leaf:
    """Return the leaf of a line of the log.

    Raises:
        ValueError: no leaf looks like this.
    """
    match = _LEAF.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:80]!r} is not a leaf of the log")
    kind, value, close, number = match.groups()
    return Leaf(LeafKind(kind or close), value or number)


def file_leaf(kind: LeafKind, content: bytes) -> Leaf:
    """Return the leaf that fixes a published file: the rules, an amendment, the result, the record of destruction."""
    return Leaf(kind, sha256(content).hexdigest())


def commitment(kind: str, contest: str, tracker: str, detail: str, salt: bytes) -> str:
    """Return what the log says of an act on a ballot, until the opening is published: 64 hexadecimal digits.

    It is the SHA-256 of the four texts and the salt in hexadecimal digits, one a line; all kinds look alike.

    Raises:
        ValueError: a text has a line of its own, or the salt does not have 32 bytes.
    """
    texts = (kind, contest, tracker, detail)
    if len(salt) != SALT_LENGTH or any("\n" in text for text in texts):
        raise ValueError("a commitment has four texts of one line each and 32 bytes of salt")
    return sha256("\n".join((*texts, salt.hex())).encode()).hexdigest()


def is_batch_due(waiting: int, oldest: datetime, now: datetime) -> bool:
    """Return whether so many acts, of which the oldest is of that moment, are enough for a batch or have waited."""
    return waiting >= BATCH or (waiting > 0 and now - oldest >= LONGEST_WAIT)


def shuffled(events: Iterable[tuple[str, Event]], chance: random.Random) -> list[Event]:
    """Return the events of a batch, given with the tracker of each and as they happened, in an order of chance.

    Acts on one ballot keep their order among themselves: nobody can tell before the openings are out, and afterwards
    its way can be followed through the log.
    """
    waiting: dict[str, list[Event]] = {}
    for tracker, event in events:
        waiting.setdefault(tracker, []).append(event)
    places = [tracker for tracker, own in waiting.items() for _ in own]
    chance.shuffle(places)
    order = {tracker: iter(own) for tracker, own in waiting.items()}
    return [next(order[tracker]) for tracker in places]
