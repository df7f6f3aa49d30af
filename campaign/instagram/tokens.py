"""What Meta says about our token (`debug_token`), and what follows from it; pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

# Meta, Instagram Platform: what hashtag search needs, and what tags, comments and the webhook need besides.
NEEDED_SCOPES = ("instagram_basic", "pages_read_engagement")
MENTION_SCOPES = ("instagram_manage_comments", "pages_manage_metadata", "pages_show_list")
WARN_DAYS = (14, 7, 3, 1)
WARN_BEFORE = timedelta(days=WARN_DAYS[0])
# Meta, Access Tokens: a token of a log-in lives for an hour or two, a long one for about 60 days.
SHORT_LIFE = timedelta(days=1)
# Early enough that staff hear of an end only when it cannot be put off; tried once a day.
RENEW_BEFORE, RENEW_EVERY = timedelta(days=20), timedelta(days=1)


@dataclass(frozen=True)
class TokenFacts:
    """The answer of `debug_token`; a time that is None never comes. `kind` is USER, PAGE, SYSTEM_USER …"""

    is_valid: bool
    expires_at: datetime | None
    data_access_expires_at: datetime | None
    scopes: tuple[str, ...]
    asked_at: datetime
    kind: str = "USER"
    app_id: str | None = None
    issued_at: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """Return when the access ends: with the token or with the right to its data, whichever comes first."""
        return min((moment for moment in (self.expires_at, self.data_access_expires_at) if moment), default=None)


class Renewal(enum.StrEnum):
    """How a token can be renewed without a log-in: not at all, as a person's token, as a system user's."""

    NONE = "none"
    USER = "user"
    SYSTEM_USER = "system_user"


def read_token(document: object, now: datetime) -> TokenFacts:
    """Return the facts of an answer (Meta, Debug Token: a dead token answers 200 with `is_valid: false`).

    Raises:
        ValueError: the answer does not say whether the token is valid.
    """
    data = document.get("data") if isinstance(document, dict) else None
    fields: dict[str, Any] = data if isinstance(data, dict) else {}
    if not isinstance(fields.get("is_valid"), bool):
        raise ValueError("the answer does not say whether the token is valid")
    return TokenFacts(
        is_valid=fields["is_valid"],
        expires_at=_moment(fields.get("expires_at")),
        data_access_expires_at=_moment(fields.get("data_access_expires_at")),
        scopes=_scopes(fields),
        asked_at=now,
        kind=str(fields.get("type", "USER")),
        app_id=str(fields["app_id"]) if "app_id" in fields else None,
        issued_at=_moment(fields.get("issued_at")),
    )


def missing_scopes(scopes: Sequence[str], *, mentions: bool) -> list[str]:
    """Return the permissions that the token lacks; those for tags and mentions only where an account is mentioned."""
    return [scope for scope in (*NEEDED_SCOPES, *(MENTION_SCOPES if mentions else ())) if scope not in scopes]


def judge_token(
    facts: TokenFacts, *, app_id: str | None = None, mentions: bool = False
) -> tuple[Literal["ok", "warning", "failure"], str, str]:
    """Return state, message and remedy."""
    if not facts.is_valid:
        return "failure", "the token is dead.", "Log in anew and set instagram.access_token."
    if app_id and facts.app_id and facts.app_id != app_id:
        return "failure", "the token belongs to another app.", "Set instagram.app_id and the token of the same app."
    missing = missing_scopes(facts.scopes, mentions=mentions)
    if missing:
        return "failure", f"permissions are missing: {', '.join(missing)}.", "Grant them in the log-in dialog."
    ends = facts.ends_at
    if ends is not None and ends <= facts.asked_at:
        return "failure", f"access ended on {ends:%Y-%m-%d}.", "Log in anew and set instagram.access_token."
    if ends is not None and ends - facts.asked_at < WARN_BEFORE:
        return "warning", f"access ends on {ends:%Y-%m-%d}.", "Log in anew before that day."
    return "ok", f"valid until {ends:%Y-%m-%d}" if ends else "valid without an end", ""


def renewal_of(facts: TokenFacts, now: datetime) -> Renewal:
    """Return whether and how to ask for a token that lives longer.

    A system user's token is renewed in its last 20 days. A person's short token is exchanged for a long one; that a
    long one can be exchanged again is not promised, so it is tried in its last 20 days and kept only if it helps.
    """
    if not facts.is_valid or facts.expires_at is None or facts.expires_at <= now:
        return Renewal.NONE
    if facts.expires_at - now >= RENEW_BEFORE and not is_short(facts, now):
        return Renewal.NONE
    return {"USER": Renewal.USER, "SYSTEM_USER": Renewal.SYSTEM_USER}.get(facts.kind, Renewal.NONE)


def is_short(facts: TokenFacts, now: datetime) -> bool:
    """Return whether a token is one of a log-in, which ends within hours and cannot be exchanged afterwards."""
    if facts.kind != "USER" or facts.expires_at is None:
        return False
    return facts.expires_at - (facts.issued_at or now) <= SHORT_LIFE


def is_better(new: TokenFacts, old: TokenFacts) -> bool:
    """Return whether a renewed token may take the place of the old one: of the same app, with its rights, longer."""
    lasts = new.expires_at is None or (old.expires_at is not None and new.expires_at > old.expires_at)
    return new.is_valid and lasts and new.app_id == old.app_id and set(old.scopes) <= set(new.scopes)


def warn_day(ends_at: datetime | None, now: datetime, days: Sequence[int] = WARN_DAYS) -> int | None:
    """Return the smallest number of days (14, 7, 3, 1) within which something ends, or None while it is far."""
    if ends_at is None:
        return None
    return min((day for day in days if ends_at - now <= timedelta(days=day)), default=None)


def _scopes(fields: dict[str, Any]) -> tuple[str, ...]:
    """Return the permissions that hold for something: whoever ticks no page in the dialog grants them for none."""
    scopes, granular = (fields.get(name) for name in ("scopes", "granular_scopes"))
    details = [one for one in granular if isinstance(one, dict)] if isinstance(granular, list) else []
    empty = [one.get("scope") for one in details if one.get("target_ids") == []]
    return tuple(str(scope) for scope in scopes if scope not in empty) if isinstance(scopes, list) else ()


def _moment(value: object) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and 0 < value < 2**37 else None
