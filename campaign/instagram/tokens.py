"""What Meta says about our token (`debug_token`), and what an operator should do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

NEEDED_SCOPES = ("instagram_basic", "pages_read_engagement")
WARN_BEFORE = timedelta(days=14)


@dataclass(frozen=True)
class TokenFacts:
    """The answer of `debug_token`; a time that is None never comes."""

    is_valid: bool
    expires_at: datetime | None
    data_access_expires_at: datetime | None
    scopes: tuple[str, ...]
    asked_at: datetime


def read_token(document: dict[str, Any], now: datetime) -> TokenFacts:
    """Return the facts of an answer (Meta, Debug Token: a dead token answers 200 with `is_valid: false`)."""
    data = document.get("data")
    fields: dict[str, Any] = data if isinstance(data, dict) else {}
    scopes = fields.get("scopes")
    return TokenFacts(
        is_valid=fields.get("is_valid") is True,
        expires_at=_moment(fields.get("expires_at")),
        data_access_expires_at=_moment(fields.get("data_access_expires_at")),
        scopes=tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else (),
        asked_at=now,
    )


def judge_token(facts: TokenFacts) -> tuple[Literal["ok", "warning", "failure"], str, str]:
    """Return state, message and remedy."""
    if not facts.is_valid:
        return "failure", "the token is dead.", "Log in anew and set instagram.access_token."
    missing = [scope for scope in NEEDED_SCOPES if scope not in facts.scopes]
    if missing:
        return "failure", f"permissions are missing: {', '.join(missing)}.", "Grant them in the log-in dialog."
    ends = min((moment for moment in (facts.expires_at, facts.data_access_expires_at) if moment), default=None)
    if ends is not None and ends - facts.asked_at < WARN_BEFORE:
        return "warning", f"access ends on {ends:%Y-%m-%d}.", "Log in anew before that day."
    return "ok", f"valid until {ends:%Y-%m-%d}" if ends else "valid without an end", ""


def _moment(value: object) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value > 0 else None
