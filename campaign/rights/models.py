"""Who allowed what with a picture, under which wording, and how we can prove it; and who received pictures from us."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.entries.uses import Use
from campaign.extensions import Model


class GrantStatus(enum.StrEnum):
    """requested -> granted | declined; granted -> expired | revoked; revoked -> granted when revoked without ground."""

    REQUESTED = "requested"
    GRANTED = "granted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REVOKED = "revoked"


class RightsGrant(Model):
    """What somebody was asked for, and what they said: each answer a row, which stays.

    Several may hold at once: for each use the longest one counts. `uses` are values of `entries.uses.Use`. `pictures`
    are the SHA-256 of the pictures that stood for the entry when it was given; empty while none had come yet, then it
    holds for the post. `granted_by` becomes the credit; `recorded_by` is who wrote the row.

    Only requests have a `code`, by which the creator answers and takes the answer back: whoever has it may see the
    pictures. Unanswered after `answer_until` a request counts as declined.
    """

    __tablename__ = "rights_grant"
    __table_args__ = (
        sa.Index(
            "uq_rights_grant_open",
            "entry_number",
            unique=True,
            sqlite_where=sa.text("status = 'requested'"),
            postgresql_where=sa.text("status = 'requested'"),
        ),
        sa.Index("ix_rights_grant_due", "status", "answer_until"),
        sa.Index("ix_rights_grant_ending", "status", "expires_at"),
        sa.CheckConstraint(
            "status NOT IN ('granted', 'expired', 'revoked')"
            " OR (granted_by IS NOT NULL AND proof IS NOT NULL AND granted_at IS NOT NULL)",
            name="granted_is_proven",
        ),
        sa.CheckConstraint(
            "status != 'requested'"
            " OR (code IS NOT NULL AND requested_at IS NOT NULL AND asked_by IS NOT NULL AND answer_until IS NOT NULL)",
            name="requested_has_code",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), index=True)
    status: Mapped[GrantStatus]
    uses: Mapped[list[str]] = mapped_column(default=list)
    pictures: Mapped[list[str]] = mapped_column(default=list)
    granted_by: Mapped[str | None] = mapped_column(sa.String(100))
    wording_version: Mapped[str] = mapped_column(sa.String(20))
    wording: Mapped[str] = mapped_column(sa.Text)
    proof: Mapped[str | None] = mapped_column(sa.Text)
    recorded_by: Mapped[str] = mapped_column(sa.String(254))
    granted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    code: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    language: Mapped[str | None] = mapped_column(sa.String(5))
    requested_at: Mapped[datetime | None]
    asked_by: Mapped[str | None] = mapped_column(sa.String(254))
    answer_until: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(sa.String(254))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(sa.String(254))


class Handout(Model):
    """A file with pictures, or with addresses of pictures, that left the house: for which use, by whom and for whom."""

    __tablename__ = "handout"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"))
    what: Mapped[str] = mapped_column(sa.String(20))
    form: Mapped[str] = mapped_column(sa.String(10))
    use: Mapped[Use]
    exported_by: Mapped[str] = mapped_column(sa.String(254))
    exported_for: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime]


class HandoutPicture(Model):
    """One picture of a file that left the house; plain text names it, so that the record outlives the picture."""

    __tablename__ = "handout_picture"

    handout_id: Mapped[int] = mapped_column(sa.ForeignKey("handout.id"), primary_key=True)
    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), primary_key=True, index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))

    handout: Mapped[Handout] = relationship(lazy="raise_on_sql")
