"""The public log: leaves and signed checkpoints, which are only ever added, and the key that signs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Model


class LedgerLeaf(Model):
    """One leaf of a contest's log, numbered from 0.

    `event_id` is the act that the leaf commits to; a leaf that fixes a file has the file's `name` and `content`.
    """

    __tablename__ = "ledger_leaf"
    __table_args__ = (
        sa.CheckConstraint("event_id IS NULL OR name IS NULL", name="event_or_file"),
        sa.CheckConstraint("(name IS NULL) = (content IS NULL)", name="file_with_content"),
    )

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.String(100))
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ballot_event.id"), unique=True)
    name: Mapped[str | None] = mapped_column(sa.String(60))
    content: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[datetime]


class LedgerCheckpoint(Model):
    """A signed state of the log, numbered from 1: the note says over how many leaves it is, and their root."""

    __tablename__ = "ledger_checkpoint"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    note: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]


class LedgerKey(Model):
    """What signs the log of a contest: `origin` names the log, `sealed` is the private key."""

    __tablename__ = "ledger_key"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"), primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(sa.String(200))
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]
