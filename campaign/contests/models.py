"""One edition of the contest with its dates and limits."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Model


class Contest(Model):
    """An edition; the current one follows the configuration, earlier ones keep what they had."""

    __tablename__ = "contest"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    hashtag: Mapped[str] = mapped_column(sa.String(100))
    mention: Mapped[str] = mapped_column(sa.String(60), default="")
    collect_from: Mapped[datetime]
    collect_until: Mapped[datetime]
    vote_from: Mapped[datetime]
    vote_until: Mapped[datetime]
    counts_hidden_from: Mapped[datetime | None]
    publish_at: Mapped[datetime]
    votes_per_ballot: Mapped[int]
    votes_per_town: Mapped[int]
    entries_per_creator: Mapped[int]
