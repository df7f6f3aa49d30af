"""Leadership among schedulers."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Model


class Lease(Model):
    """Who leads until when; `token` grows with every change of the leader, so that logs tell one term from another."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(80))
    token: Mapped[int]
    expires_at: Mapped[datetime]
