"""Challenges whose work was handed in: each may be handed in once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Model


class SpentWork(Model):
    """A challenge that was solved and handed in, by its nonce (32 hexadecimal digits)."""

    __tablename__ = "spent_work"

    nonce: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
