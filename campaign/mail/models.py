"""The outbox: a mail is written in the transaction of what it tells, and sent by the scheduler."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Model


class MailStatus(enum.StrEnum):
    """waiting -> sending -> sent | waiting (tried again later) | failed (refused for good)."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class OutboxMail(Model):
    """One mail; address and content are sealed and erased once it is sent or has failed for good."""

    __tablename__ = "outbox_mail"
    __table_args__ = (sa.Index("ix_outbox_mail_due", "status", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(40))
    recipient_key: Mapped[str] = mapped_column(sa.String(64), index=True)
    sealed: Mapped[bytes | None]
    status: Mapped[MailStatus] = mapped_column(default=MailStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.String(300))


class MailRefusal(Model):
    """Somebody who wants no mail of the vote any more; `address_key` stands for the canonical address."""

    __tablename__ = "mail_refusal"

    address_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[datetime]
