"""How the rows of the audit log hang together: each row's hash covers the row before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

# What stands before the first row.
GENESIS = "0" * 64
# What a row follows when the end of the log was not as the program had left it: that stays to be seen for ever.
BROKEN = "broken"


def canonical(values: Any) -> str:
    """Return values as the one JSON text that stands for them: keys sorted, no spaces, moments in UTC.

    Raises:
        TypeError: a value is neither JSON nor a moment, a date or bytes, so that it has no one text.
        ValueError: a moment has no zone.
    """
    return _ENCODER.encode(values)


def digest(values: Mapping[str, Any]) -> str:
    """Return SHA-256 of the canonical text of values, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(values).encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_set(values: Mapping[str, Any]) -> str:
    """Return the digest of those values that are not None, so that a column that comes later changes none of them."""
    return digest({name: value for name, value in values.items() if value is not None})


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment without a zone is none")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"bytes:{value.hex()}"
    raise TypeError(f"{type(value).__name__} has no one text")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
