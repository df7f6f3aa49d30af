"""The municipalities that entries belong to, kept in the database for its foreign keys and joins."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Model


class Town(Model):
    """A municipality of the gazetteer; rows are never removed, so that earlier editions keep their towns."""

    __tablename__ = "town"

    ags: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    short_name: Mapped[str] = mapped_column(sa.String(80))
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    is_town: Mapped[bool]
    district: Mapped[str] = mapped_column(sa.String(80))
    population: Mapped[int]
    lat: Mapped[float]
    lon: Mapped[float]
