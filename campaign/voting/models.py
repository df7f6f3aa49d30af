"""Ballots, their picks, and the running counters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.extensions import Model
from campaign.mail.models import OutboxMail
from campaign.voting.lifecycle import STANDING, Act, BallotStatus

__all__ = [
    "STANDING",
    "Ballot",
    "BallotEvent",
    "BallotStatus",
    "Cluster",
    "EntryTally",
    "Pick",
    "RoundKey",
    "TownTally",
]

_STANDS = sa.text("status IN ('counted', 'held')")


class Ballot(Model):
    """One ballot of a person; of all that a person asked for at most one stands (a unique index holds it).

    `request_code` names the request in forms and mails, `receipt_code` the receipt; both are random. PIN and link
    are kept as HMACs only. `withdraws` marks a request whose confirmation takes the standing ballot back.
    `reason` says why a ballot is held or rejected, `hints` what was odd about its request and its confirmation; the
    keys of domain, stem and skeleton and the shape stand for the address, which nobody can read from them.
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
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cluster.id"), index=True)
    hints: Mapped[list[str]] = mapped_column(default=list)
    wide_network_key: Mapped[str] = mapped_column(sa.String(64), default="")
    provider: Mapped[str] = mapped_column(sa.String(40), default="")
    domain_key: Mapped[str] = mapped_column(sa.String(16), default="")
    mx_key: Mapped[str] = mapped_column(sa.String(16), default="")
    stem_key: Mapped[str] = mapped_column(sa.String(16), default="")
    skeleton_key: Mapped[str] = mapped_column(sa.String(16), default="")
    shape: Mapped[str] = mapped_column(sa.String(40), default="")
    oddness: Mapped[int] = mapped_column(default=0)

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


class BallotEvent(Model):
    """One act on a confirmed ballot: append-only, the database refuses any change; what the public ledger commits to.

    `tracker` is the ballot's receipt code. `detail` is the picks of a cast ("3,17,40"), the reason of a hold or a
    rejection, the way of a release. `salt` keeps the commitment from being guessed.
    """

    __tablename__ = "ballot_event"
    __table_args__ = (sa.Index("ix_ballot_event_tracker", "contest_id", "tracker"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"))
    tracker: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[Act]
    detail: Mapped[str] = mapped_column(sa.String(200), default="")
    salt: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    at: Mapped[datetime] = mapped_column(index=True)


class Cluster(Model):
    """Ballots that a detector set aside together, and why: `evidence` is plain values for the people who decide."""

    __tablename__ = "cluster"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(40))
    evidence: Mapped[dict[str, Any]]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    found_at: Mapped[datetime]


class RoundKey(Model):
    """A secret of one round, sealed; once it is destroyed nobody can say any more whose ballot one was.

    `purpose` is "voter", "network" or "address".
    """

    __tablename__ = "round_key"
    __table_args__ = (sa.CheckConstraint("(sealed IS NULL) = (destroyed_at IS NOT NULL)", name="sealed_or_destroyed"),)

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"), primary_key=True, autoincrement=False)
    purpose: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    sealed: Mapped[bytes | None]
    made_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


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
