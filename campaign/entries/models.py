"""Entries: photos that stand in a contest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.contests.models import Contest
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.extensions import Model
from campaign.pictures.models import Picture
from campaign.towns.models import Town


class Entry(Model):
    """A photo in a contest. `number` is its public number; `has_right` follows the rights grants.

    `evidence` holds the words of the caption that decided the town: `[{"text", "matched", "kind"}]`.
    """

    __tablename__ = "entry"
    __table_args__ = (
        sa.UniqueConstraint("contest_id", "media_id"),
        sa.UniqueConstraint("contest_id", "shortcode"),
        sa.Index("ix_entry_public", "contest_id", "status", "has_right", "town_ags", "number"),
        sa.Index("ix_entry_queue", "contest_id", "status", "received_at", "number"),
        sa.CheckConstraint("picture_id IS NOT NULL OR picture_state != 'stored'", name="stored_has_picture"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"))
    status: Mapped[Status] = mapped_column(default=Status.PENDING)
    source: Mapped[Source]
    media_id: Mapped[str | None] = mapped_column(sa.String(40))
    shortcode: Mapped[str | None] = mapped_column(sa.String(40))
    permalink: Mapped[str | None] = mapped_column(sa.String(300))
    media_type: Mapped[str] = mapped_column(sa.String(20), default="IMAGE")
    caption: Mapped[str | None] = mapped_column(sa.Text)
    creator: Mapped[str | None] = mapped_column(sa.String(100))
    alt_text: Mapped[str | None] = mapped_column(sa.String(300))
    town_ags: Mapped[str | None] = mapped_column(sa.ForeignKey("town.ags"), index=True)
    town_confirmed: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("picture.id"), index=True)
    picture_state: Mapped[PictureState] = mapped_column(default=PictureState.WAITING)
    picture_reason: Mapped[str | None] = mapped_column(sa.String(300))
    has_right: Mapped[bool] = mapped_column(default=False)
    taken_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    contest: Mapped[Contest] = relationship(lazy="raise_on_sql")
    town: Mapped[Town | None] = relationship(lazy="raise_on_sql")
    picture: Mapped[Picture | None] = relationship(lazy="raise_on_sql")

    @property
    def is_public(self) -> bool:
        """Return whether visitors may see the entry: approved, and with a right to show it."""
        return self.status is Status.APPROVED and self.has_right
