"""The published results: frozen as one document that later ballots cannot change."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Model


class Publication(Model):
    """The results of a contest as they were published; `document` is the exact JSON text behind `sha256`."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"), unique=True)
    document: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(sa.String(254))
