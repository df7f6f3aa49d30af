"""What the machinery remembers: who leads, what staff were told, what the last check of the audit log found."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Model


class Lease(Model):
    """Who leads until when; `token` grows with every change of the leader, so that logs tell one term from another."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(80))
    token: Mapped[int]
    expires_at: Mapped[datetime]


class Alarm(Model):
    """Something that staff were told once: `key` names the occasion, so that nobody is told of it again."""

    __tablename__ = "alarm"

    key: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    message: Mapped[str] = mapped_column(sa.Text)
    recipients: Mapped[int]
    raised_at: Mapped[datetime] = mapped_column(index=True)


class AuditCheck(Model):
    """What the last check of the audit log and the decisions found; the log had `rows` rows, the last one this hash."""

    __tablename__ = "audit_check"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    rows: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))
    faults: Mapped[int]
    first_fault: Mapped[str | None] = mapped_column(sa.Text)
