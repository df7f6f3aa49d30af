"""Mentions: which errors are about the post that was asked for, and how long the next try waits; pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta

from campaign.instagram.limits import GraphFault

# After so many tries there is nothing: deleted, private, comments closed, a test of the dashboard.
GONE_AFTER = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=12), timedelta(hours=24))
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
GIVE_UP = timedelta(days=30)
# What waits for so long is no passing fault: staff should know.
STUCK = timedelta(hours=6)

# Meta, Error Codes: 100/33 an object that is missing or may not be read, 24 a resource that is missing.
_UNSEEN, _MISSING = (100, 33), 24
_NO_OBJECT = re.compile(r"Object with ID '?([0-9]+)'? does not exist", re.IGNORECASE)


def is_about(fault: GraphFault, ids: Collection[str]) -> bool:
    """Return whether an error says that one of these posts or comments is not shown to us.

    Every other refusal (an unknown field or path, a code that nobody knows, an account of ours that may not be read
    any more) is about the call, and says nothing about what was asked for.
    """
    named = _NO_OBJECT.search(fault.message)
    if named and named[1] not in ids:
        return False
    lacks_subcode = fault.code == _UNSEEN[0] and fault.subcode is None and named is not None
    return lacks_subcode or (fault.code, fault.subcode) == _UNSEEN or fault.code == _MISSING


def next_wait(attempts: int, age: timedelta, *, about_post: bool) -> timedelta | None:
    """Return how long a mention waits after its try number `attempts` (from 1), or None when it is given up."""
    if about_post:
        return GONE_AFTER[attempts - 1] if attempts <= len(GONE_AFTER) else None
    doubled = FIRST_WAIT * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_WAIT) if age < GIVE_UP else None
