"""Staff accounts and their roles."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.extensions import Model, db


class RoleName(enum.StrEnum):
    """What a person of the staff may do; `campaign.access` holds the table."""

    MODERATOR = "moderator"
    ORGANISER = "organiser"
    SCRUTINEER = "scrutineer"
    ADMIN = "admin"


staff_roles = sa.Table(
    "staff_role_member",
    db.metadata,
    sa.Column("staff_id", sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("staff_role.id"), primary_key=True),
)


class Role(Model, RoleMixin):
    __tablename__ = "staff_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)


class Staff(Model, UserMixin):
    """A person who may log in; `fs_uniquifier` ends all sessions when it changes."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]

    roles: Mapped[list[Role]] = relationship(secondary=staff_roles, lazy="selectin")  # type: ignore[assignment]

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
