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
    """One pass over a source. The window is what it could see at its start: the 24 hours before.

    `hashtag` is the contest's at that time: what was sure of one hashtag says nothing about another.

    `sure_from` and `sure_until` bound the time of whose posts it has surely seen all; both are None unless its paging
    ended properly. `overlaps` says whether that time joins what earlier passes are sure of.
    """

    __tablename__ = "ingest_run"
    __table_args__ = (sa.Index("ix_ingest_run_latest", "contest_id", "source", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"))
    source: Mapped[str] = mapped_column(sa.String(20))
    hashtag: Mapped[str] = mapped_column(sa.String(100))
    status: Mapped[RunStatus] = mapped_column(default=RunStatus.RUNNING)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    window_from: Mapped[datetime]
    window_until: Mapped[datetime]
    sure_from: Mapped[datetime | None]
    sure_until: Mapped[datetime | None]
    overlaps: Mapped[bool | None]
    pages: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    seen: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    errors: Mapped[list[dict[str, Any]]] = mapped_column(default=list)


class TokenState(Model):
    """What we know about a token: the pause that holds, and what `debug_token` said last.

    The key is the configured token's fingerprint and the edge that the row is about (`…:all`, `…:tags`); the facts
    stand with `all`. `usage` is the highest percentage of the last answer's usage headers, `strikes` counts limits in
    a row, `renewal_tried_at` is when Instagram last gave a token in place of it, taken or not.
    """

    __tablename__ = "token_state"

    token_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    action: Mapped[str] = mapped_column(sa.String(20))
    until: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(sa.String(400))
    usage: Mapped[int | None]
    strikes: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    kind: Mapped[str | None] = mapped_column(sa.String(20))
    is_valid: Mapped[bool | None]
    issued_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    data_access_expires_at: Mapped[datetime | None]
    scopes: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    hashtags_used: Mapped[int | None]
    served_version: Mapped[str | None] = mapped_column(sa.String(10))
    looked_at: Mapped[datetime | None]
    renewal_tried_at: Mapped[datetime | None]


class RenewedToken(Model):
    """A token that took the place of the configured one (whose fingerprint is `origin_key`), sealed."""

    __tablename__ = "renewed_token"

    origin_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    sealed: Mapped[bytes]
    renewed_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class EventStatus(enum.StrEnum):
    """waiting -> done | gone (Instagram shows nothing there); waiting again after a fault."""

    WAITING = "waiting"
    DONE = "done"
    GONE = "gone"


class WebhookEvent(Model):
    """A mention that Meta's webhook told us of; told again it is the same row. `comment_id` is "" for captions.

    `stuck_since` is when it first could not be looked up for a reason that is not its post's own.
    """

    __tablename__ = "webhook_event"
    __table_args__ = (
        sa.UniqueConstraint("field", "media_id", "comment_id"),
        sa.Index("ix_webhook_event_due", "status", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(sa.String(20))
    media_id: Mapped[str] = mapped_column(sa.String(40))
    comment_id: Mapped[str] = mapped_column(sa.String(40), default="")
    status: Mapped[EventStatus] = mapped_column(default=EventStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    stuck_since: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.String(300))


class SeenComment(Model):
    """A comment that mentions us, as `mentioned_comment` showed it: answers about rights and withdrawals are here.

    `owner` is the account that had the post then, asked for where another one than we know wrote the comment; accounts
    change their names. None where Instagram was not asked or did not tell.
    """

    __tablename__ = "seen_comment"

    comment_id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    media_id: Mapped[str] = mapped_column(sa.String(40), index=True)
    username: Mapped[str] = mapped_column(sa.String(60))
    owner: Mapped[str | None] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.Text)
    commented_at: Mapped[datetime | None]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class AskStatus(enum.StrEnum):
    """sending -> asked -> granted | declined; failed: refused by Instagram; a row that stays at sending is unclear.

    put_off: Instagram refused the call for a reason that is not the post's; it is tried again.
    """

    PUT_OFF = "put_off"
    SENDING = "sending"
    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"
    FAILED = "failed"


class PermissionAsk(Model):
    """The question for the right to show a photo, put as a comment under its post: once for each entry, ever."""

    __tablename__ = "permission_ask"

    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), primary_key=True)
    media_id: Mapped[str] = mapped_column(sa.String(40), index=True)
    username: Mapped[str] = mapped_column(sa.String(60))
    message: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[AskStatus] = mapped_column(default=AskStatus.SENDING)
    comment_id: Mapped[str | None] = mapped_column(sa.String(40))
    answer_id: Mapped[str | None] = mapped_column(sa.String(40))
    error: Mapped[str | None] = mapped_column(sa.String(300))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]


class Existence(Model):
    """Whether the post of a shown entry is still there: `misses` not-founds in a row, the first at `missing_since`.

    `confirmed_by` is who of the staff said that it is really gone, until it is there again.
    """

    __tablename__ = "existence"
    __table_args__ = (sa.Index("ix_existence_due", "next_check_at"),)

    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), primary_key=True)
    checked_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime]
    misses: Mapped[int] = mapped_column(default=0)
    missing_since: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(sa.String(254))
