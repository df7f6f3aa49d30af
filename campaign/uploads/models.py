"""Photos handed in on the web site, without Instagram."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.entries.models import Entry
from campaign.extensions import Model
from campaign.mail.models import OutboxMail
from campaign.pictures.models import Picture


class UploadStatus(enum.StrEnum):
    """requested: its mail is on the way; confirmed: it is an entry; erased: not confirmed, or taken back before."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    ERASED = "erased"


class People(enum.StrEnum):
    """What the sender says about recognisable persons."""

    NONE = "none"
    INCIDENTAL = "incidental"
    CONSENT = "consent"


class Upload(Model):
    """One photo with what its sender said about it; it becomes an entry when the address is confirmed.

    `attempt` names the form that was sent: the same form with the same photo from the same address is the same upload
    (`again` says when it is not). `request_code` names the request in forms and mails, `code` is for its sender (where
    is my picture, withdrawal). PIN and link are kept as HMACs only, the address sealed. `picture_id` is set until the
    entry has the picture.
    """

    __tablename__ = "upload"
    __table_args__ = (
        sa.UniqueConstraint("attempt", "address_key"),
        sa.CheckConstraint("pin_tries >= 0 AND pin_tries <= 6", name="six_tries"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"))
    status: Mapped[UploadStatus] = mapped_column(default=UploadStatus.REQUESTED, index=True)
    attempt: Mapped[str] = mapped_column(sa.String(40))
    request_code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    language: Mapped[str] = mapped_column(sa.String(5))
    name: Mapped[str] = mapped_column(sa.String(100))
    town_ags: Mapped[str | None] = mapped_column(sa.ForeignKey("town.ags"))
    description: Mapped[str | None] = mapped_column(sa.Text)
    alt_text: Mapped[str] = mapped_column(sa.String(300))
    people: Mapped[People]
    wording_version: Mapped[str] = mapped_column(sa.String(20))
    advertising: Mapped[bool] = mapped_column(default=False)
    address_key: Mapped[str] = mapped_column(sa.String(64), index=True)
    sealed_address: Mapped[bytes | None]
    network_key: Mapped[str] = mapped_column(sa.String(64))
    pin_key: Mapped[str] = mapped_column(sa.String(64))
    link_key: Mapped[str] = mapped_column(sa.String(64))
    pin_tries: Mapped[int] = mapped_column(default=0)
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox_mail.id"))
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("picture.id"), index=True)
    entry_number: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.number"), unique=True)
    requested_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]

    entry: Mapped[Entry | None] = relationship(lazy="raise_on_sql")
    picture: Mapped[Picture | None] = relationship(lazy="raise_on_sql")
    mail: Mapped[OutboxMail | None] = relationship(lazy="raise_on_sql")


class UploadFile(Model):
    """A photo that was sent ahead of its form, whole or in pieces: how many bytes are announced, how many are here.

    `digest` is the SHA-256 of the whole file as its sender announced it, `pieces` the ends of the pieces that lie in
    the storage. Once all are here they become the picture, or `refusal` says why not (a message id with its values).
    """

    __tablename__ = "upload_file"
    __table_args__ = (sa.CheckConstraint("received >= 0 AND received <= size", name="not_more_than_announced"),)

    attempt: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    pieces: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("picture.id"), index=True)
    refusal: Mapped[dict[str, Any] | None]
    begun_at: Mapped[datetime] = mapped_column(index=True)

    picture: Mapped[Picture | None] = relationship(lazy="raise_on_sql")


class UploadNews(Model):
    """What the sender of an upload was told last, and when it is time to see whether there is something new.

    `told` names what the last mail said (`entrants.rules.Standing.key`), `told_before` what the one before it said, for
    the case that the last one is recalled before it leaves; None: nothing but that the photo has come.
    """

    __tablename__ = "upload_news"

    upload_id: Mapped[int] = mapped_column(sa.ForeignKey("upload.id"), primary_key=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    told: Mapped[str | None] = mapped_column(sa.String(60))
    told_before: Mapped[str | None] = mapped_column(sa.String(60))
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox_mail.id"), index=True)

    upload: Mapped[Upload] = relationship(lazy="raise_on_sql")
