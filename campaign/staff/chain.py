"""How the rows of the audit log hang together: each row's hash covers the row before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# What stands before the first row.
GENESIS = "0" * 64


def canonical(values: Any) -> str:
    """Return values as the one JSON text that stands for them: keys sorted, no spaces, moments in UTC."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def digest(values: Mapping[str, Any]) -> str:
    """Return SHA-256 of the canonical text of values, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
