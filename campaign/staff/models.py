"""Staff accounts, how they log in, their roles, and the log of what they do."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.extensions import Model, db
from campaign.staff import missed
from campaign.staff.ends import Proof, SessionEnd


class RoleName(enum.StrEnum):
    """What a person of the staff may do; `campaign.access` holds the table."""

    MODERATOR = "moderator"
    ORGANISER = "organiser"
    SCRUTINEER = "scrutineer"
    ADMIN = "admin"


staff_roles = sa.Table(
    "staff_role_member",
    db.metadata,
    sa.Column("staff_id", sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("staff_role.id"), primary_key=True),
)


class Role(Model, RoleMixin):
    __tablename__ = "staff_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)


class Staff(Model, UserMixin):
    """A person who may log in; `fs_uniquifier` ends all sessions when it changes."""

    __tablename__ = "staff"
    # The audit log names accounts by their numbers: SQLite would give that of a withdrawn invitation to the next one.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as the library wants it

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    # The secret of the app with one-time codes, encrypted; the last of its time steps that was used (RFC 6238, 5.2).
    totp_secret: Mapped[str | None] = mapped_column(sa.Text)
    totp_step: Mapped[int | None] = mapped_column(sa.BigInteger)
    # What authenticators know the account by (WebAuthn: user handle); says nothing about the person.
    passkey_handle: Mapped[str | None] = mapped_column(sa.String(64), unique=True)

    roles: Mapped[list[Role]] = relationship(secondary=staff_roles, lazy="selectin")  # type: ignore[assignment]

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:  # noqa: ARG002 - the library's names
        """Count a wrong password (called by the library)."""
        missed.note(self.email)


class Passkey(Model):
    """A key of a device or a password manager (WebAuthn) that logs its owner in, alone or as second factor."""

    __tablename__ = "staff_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(60))
    transports: Mapped[list[str]]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """A code on paper that stands in for the second factor once; only its keyed hash is kept."""

    __tablename__ = "staff_recovery_code"

    hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None]


class StaffSession(Model):
    """One log-in, from the password or passkey to its end. The browser holds the token, we hold its hash."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    # When the second factor was shown last; none: only the password is known to be right.
    proven_at: Mapped[datetime | None]
    proof: Mapped[Proof | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_why: Mapped[SessionEnd | None]
    browser: Mapped[str] = mapped_column(sa.String(40))
    system: Mapped[str] = mapped_column(sa.String(40))
    known_device: Mapped[bool]
    # Tries that failed between the log-in before and this one.
    failed_before: Mapped[int]


class LinkPurpose(enum.StrEnum):
    """What a link that was mailed to somebody of the staff is for."""

    INVITATION = "invitation"
    RESET = "reset"


class StaffLink(Model):
    """A mailed link with which its reader sets a password, once."""

    __tablename__ = "staff_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ResetWish(Model):
    """Somebody's wish for a new password: their address, sealed, until the scheduler has looked for the account."""

    __tablename__ = "staff_reset_wish"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]


class AuditRow(Model):
    """One act of the staff: append-only, the database refuses any change. `before` and `after` are canonical JSON."""

    __tablename__ = "audit_row"

    # Given by the log itself, without a gap: the chain counts.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    # A plain number: the row stays whatever becomes of the account.
    staff_id: Mapped[int | None] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(sa.String(254))
    act: Mapped[str] = mapped_column(sa.String(60), index=True)
    subject: Mapped[str] = mapped_column(sa.String(120), index=True)
    before: Mapped[str | None] = mapped_column(sa.Text)
    after: Mapped[str | None] = mapped_column(sa.Text)
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class AuditHead(Model):
    """Where the audit log ends: how many rows it has, the hash of the last one, and a seal over both."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rows: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))
    seal: Mapped[str] = mapped_column(sa.String(64))
