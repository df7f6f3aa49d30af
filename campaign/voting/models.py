"""Ballots, their picks, and the running counters."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.extensions import Model
from campaign.mail.models import OutboxMail
from campaign.voting.lifecycle import STANDING, BallotStatus

__all__ = ["STANDING", "Ballot", "BallotStatus", "EntryTally", "Pick", "TownTally"]

_STANDS = sa.text("status IN ('counted', 'held')")


class Ballot(Model):
    """One ballot of a person; of all that a person asked for at most one stands (a unique index holds it).

    `request_code` names the request in forms and mails, `receipt_code` the receipt; both are random. PIN and link
    are kept as HMACs only. `withdraws` marks a request whose confirmation takes the standing ballot back.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        sa.Index(
            "uq_ballot_standing",
            "contest_id",
            "voter_key",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        sa.Index("ix_ballot_status", "contest_id", "status"),
        sa.CheckConstraint("pin_tries >= 0 AND pin_tries <= 6", name="six_tries"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"))
    status: Mapped[BallotStatus] = mapped_column(default=BallotStatus.REQUESTED)
    voter_key: Mapped[str] = mapped_column(sa.String(64), index=True)
    network_key: Mapped[str] = mapped_column(sa.String(64))
    sealed_address: Mapped[bytes | None]
    language: Mapped[str] = mapped_column(sa.String(5), default="de")
    rules_version: Mapped[str] = mapped_column(sa.String(64))
    withdraws: Mapped[bool] = mapped_column(default=False)
    request_code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    receipt_code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    pin_key: Mapped[str] = mapped_column(sa.String(64))
    link_key: Mapped[str] = mapped_column(sa.String(64))
    pin_tries: Mapped[int] = mapped_column(default=0)
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox_mail.id"))
    requested_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]

    picks: Mapped[list[Pick]] = relationship(back_populates="ballot", order_by="Pick.entry_number")
    mail: Mapped[OutboxMail | None] = relationship(lazy="raise_on_sql")


class Pick(Model):
    """One entry on a ballot."""

    __tablename__ = "pick"
    __table_args__ = (
        sa.UniqueConstraint("ballot_id", "entry_number"),
        sa.Index("ix_pick_entry_number", "entry_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot.id"))
    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"))

    ballot: Mapped[Ballot] = relationship(back_populates="picks")


class EntryTally(Model):
    """Running counter: picks on an entry from counted ballots."""

    __tablename__ = "entry_tally"
    __table_args__ = (sa.CheckConstraint("picks >= 0", name="not_negative"),)

    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), primary_key=True, autoincrement=False)
    picks: Mapped[int] = mapped_column(default=0)


class TownTally(Model):
    """Running counter: counted ballots with at least one pick on a standing entry of the town."""

    __tablename__ = "town_tally"
    __table_args__ = (sa.CheckConstraint("ballots >= 0", name="not_negative"),)

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"), primary_key=True, autoincrement=False)
    town_ags: Mapped[str] = mapped_column(sa.ForeignKey("town.ags"), primary_key=True)
    ballots: Mapped[int] = mapped_column(default=0)
