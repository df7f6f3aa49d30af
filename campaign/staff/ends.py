"""Why a log-in is over, and what proved who was there."""

from __future__ import annotations

import enum


class SessionEnd(enum.StrEnum):
    """Why a session is over."""

    LOGOUT = "logout"
    IDLE = "idle"
    EXPIRED = "expired"
    REVOKED = "revoked"
    PASSWORD = "password"  # noqa: S105 - the reason, not a password
    ROLES = "roles"
    FACTOR = "factor"
    CLOSED = "closed"


class Proof(enum.StrEnum):
    """What proved, beside the password or instead of it, who is there."""

    CODE = "code"
    PASSKEY = "passkey"
    RECOVERY = "recovery"
