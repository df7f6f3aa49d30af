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


class Rulebook(Model):
    """The rules of a vote as they were fixed (number 0) or amended by two people; rows are only ever added.

    `text` is the whole document after the change, `reason` why it was amended.
    """

    __tablename__ = "rulebook"
    __table_args__ = (
        sa.CheckConstraint("(number = 0) = (reason IS NULL)", name="amended_for_a_reason"),
        sa.CheckConstraint("number = 0 OR (proposed_by <> confirmed_by)", name="two_people"),
    )

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    proposed_by: Mapped[str | None] = mapped_column(sa.String(254))
    confirmed_by: Mapped[str | None] = mapped_column(sa.String(254))
