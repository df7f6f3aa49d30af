"""Rights grants: who allowed us to show a photo, when, under which wording, and how we can prove it."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Model


class GrantStatus(enum.StrEnum):
    REQUESTED = "requested"
    GRANTED = "granted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REVOKED = "revoked"


class RightsGrant(Model):
    """One grant for one entry; at most one is in force (a partial unique index holds it)."""

    __tablename__ = "rights_grant"
    __table_args__ = (
        sa.Index(
            "uq_rights_grant_in_force",
            "entry_number",
            unique=True,
            sqlite_where=sa.text("status = 'granted'"),
            postgresql_where=sa.text("status = 'granted'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), index=True)
    status: Mapped[GrantStatus]
    granted_by: Mapped[str] = mapped_column(sa.String(100))
    wording_version: Mapped[str] = mapped_column(sa.String(20))
    wording: Mapped[str] = mapped_column(sa.Text)
    proof: Mapped[str] = mapped_column(sa.Text)
    recorded_by: Mapped[str] = mapped_column(sa.String(254))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(sa.String(254))
