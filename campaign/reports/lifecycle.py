"""The states of a report, what it is about, and how it can end; pure."""

from __future__ import annotations

import enum


class Status(enum.StrEnum):
    """received -> taken (somebody looks at it) -> decided -> objected -> settled, by another person and for good."""

    RECEIVED = "received"
    TAKEN = "taken"
    DECIDED = "decided"
    OBJECTED = "objected"
    SETTLED = "settled"


OPEN = frozenset({Status.RECEIVED, Status.TAKEN, Status.OBJECTED})


class Kind(enum.StrEnum):
    """What somebody holds against a picture."""

    OWN_PHOTO = "own_photo"
    SHOWN = "shown"
    CHILD = "child"
    PRIVATE_GROUND = "private_ground"
    PERSONALITY = "personality"
    COPYRIGHT = "copyright"
    ILLEGAL = "illegal"
    ABUSE = "abuse"
    ADVERTISING = "advertising"
    OTHER = "other"


# Art. 16 (2) (c) DSA: who reports offences of Arts. 3 to 7 of Directive 2011/93/EU need not say who they are.
NAMELESS = frozenset({Kind.ABUSE})
# Lower numbers are looked at first.
URGENCY: dict[Kind, int] = {Kind.ABUSE: 0, Kind.CHILD: 1, Kind.ILLEGAL: 1, Kind.SHOWN: 2, Kind.PERSONALITY: 2}
LEAST_URGENT = 3


class Outcome(enum.StrEnum):
    """keep: it stays as it is; hide: it is taken out; blur: hidden until people are unrecognisable; revoke: there was
    no right to show it."""

    KEEP = "keep"
    HIDE = "hide"
    BLUR = "blur"
    REVOKE = "revoke"


class Ground(enum.StrEnum):
    """On what a decision against a picture rests: a law, or the rules of the contest (Art. 17 (3) (d) and (e) DSA)."""

    LAW = "law"
    RULES = "rules"


class Party(enum.StrEnum):
    """Who speaks: the person that reported the picture, or the one whose picture it is."""

    REPORTER = "reporter"
    CREATOR = "creator"


class Event(enum.StrEnum):
    """What happened to a report."""

    RECEIVED = "received"
    TAKEN = "taken"
    WORD = "word"
    DECIDED = "decided"
    OBJECTED = "objected"
    SETTLED = "settled"
    ERASED = "erased"


def urgency(kind: Kind) -> int:
    """Return how urgent a report is, 0 most of all."""
    return URGENCY.get(kind, LEAST_URGENT)
