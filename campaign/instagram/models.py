"""What we keep of Instagram besides the entries: the hashtag's id and the record of each pass."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Model


class Hashtag(Model):
    """The Graph id of a hashtag: static and global, so looked up once (Meta, IG Hashtag Search)."""

    __tablename__ = "hashtag"

    name: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    graph_id: Mapped[str] = mapped_column(sa.String(40))
    looked_up_at: Mapped[datetime]


class RunStatus(enum.StrEnum):
    """running; complete: paging ended properly; cut: a limit ended it early; failed; interrupted: killed."""

    RUNNING = "running"
    COMPLETE = "complete"
    CUT = "cut"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class IngestRun(Model):
    """One pass over a source. The window is what it could see: the 24 hours before its start."""

    __tablename__ = "ingest_run"
    __table_args__ = (sa.Index("ix_ingest_run_latest", "contest_id", "source", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"))
    source: Mapped[str] = mapped_column(sa.String(20))
    status: Mapped[RunStatus] = mapped_column(default=RunStatus.RUNNING)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    window_from: Mapped[datetime]
    window_until: Mapped[datetime]
    pages: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    seen: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    errors: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
