"""Pictures: the original, kept privately, and the derivatives that pages show."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.extensions import Model


class Picture(Model):
    """An original; its name in the storage is the SHA-256 of its bytes.

    `hashes` are the perceptual hashes of its whole, its centre and its parts, 16 hexadecimal digits each, or none.
    `made_from` is the SHA-256 of the picture that this one was made from by blurring parts of it; `faces` is how many
    faces were found in it, None while nobody has looked, `face_areas` where: left, top, width and height of each, in
    ten-thousandths of the picture's sides. `drone` names the maker of the camera where it makes drones.
    """

    __tablename__ = "picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    type: Mapped[str] = mapped_column(sa.String(20))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    hashes: Mapped[list[str]] = mapped_column(sa.JSON, default=list, server_default="[]")
    made_from: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    faces: Mapped[int | None] = mapped_column(index=True)
    face_areas: Mapped[list[list[int]]] = mapped_column(sa.JSON, default=list, server_default="[]")
    drone: Mapped[str | None] = mapped_column(sa.String(20))
    created_at: Mapped[datetime]

    derivatives: Mapped[list[Derivative]] = relationship(
        back_populates="picture", order_by="Derivative.width", lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class Derivative(Model):
    """A smaller copy without metadata; `name` is the SHA-256 of its bytes with the format's ending."""

    __tablename__ = "derivative"
    __table_args__ = (sa.UniqueConstraint("picture_id", "size", "type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[int] = mapped_column(sa.ForeignKey("picture.id", ondelete="CASCADE"))
    size: Mapped[int]
    type: Mapped[str] = mapped_column(sa.String(20))
    width: Mapped[int]
    height: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(80), index=True)

    picture: Mapped[Picture] = relationship(back_populates="derivatives")
