"""Decisions of the staff: append-only, undoing one is another one."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.entries.lifecycle import People, Status
from campaign.extensions import Model, stored_enum


class Action(enum.StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    SET_TOWN = "set_town"
    CHOOSE_PICTURE = "choose_picture"
    ADD_PICTURE = "add_picture"
    WITHDRAW = "withdraw"
    DISQUALIFY = "disqualify"
    UNDO = "undo"
    PARK = "park"
    REOPEN = "reopen"
    PROPOSE_EXCLUSION = "propose_exclusion"
    DROP_EXCLUSION = "drop_exclusion"
    SET_PEOPLE = "set_people"
    DESCRIBE = "describe"
    BLUR = "blur"


class Decision(Model):
    """What somebody decided about an entry, with what stood before and after; a decision is undone once.

    The database refuses to change or delete a row. `batch` joins the decisions that one act made about many entries.
    """

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), index=True)
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    actor: Mapped[str] = mapped_column(sa.String(254))
    action: Mapped[Action]
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    text: Mapped[str | None] = mapped_column(sa.String(500))
    status_before: Mapped[Status] = mapped_column(stored_enum(Status, "status_before"))
    status_after: Mapped[Status] = mapped_column(stored_enum(Status, "status_after"))
    town_before: Mapped[str | None] = mapped_column(sa.ForeignKey("town.ags"))
    town_after: Mapped[str | None] = mapped_column(sa.ForeignKey("town.ags"))
    town_confirmed_before: Mapped[bool] = mapped_column(default=False)
    # Plain numbers: the decision stays when the picture is erased.
    picture_before: Mapped[int | None]
    picture_after: Mapped[int | None]
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id"), unique=True)
    batch: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    decided_at: Mapped[datetime]

    description: Mapped[Description | None] = relationship(lazy="raise_on_sql")


class Description(Model):
    """What a decision changed about the words to a picture: who can be recognised, how consent is proven, alt text."""

    __tablename__ = "description"

    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decision.id"), primary_key=True)
    people_before: Mapped[People | None] = mapped_column(stored_enum(People, "people_before"))
    people_after: Mapped[People | None] = mapped_column(stored_enum(People, "people_after"))
    note_before: Mapped[str | None] = mapped_column(sa.String(300))
    note_after: Mapped[str | None] = mapped_column(sa.String(300))
    alt_text_before: Mapped[str | None] = mapped_column(sa.String(300))
    alt_text_after: Mapped[str | None] = mapped_column(sa.String(300))


class Claim(Model):
    """An entry that was handed to somebody at the desk: until then nobody else gets it."""

    __tablename__ = "claim"

    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ExclusionKind(enum.StrEnum):
    EXCLUDE = "exclude"
    LIFT = "lift"


class ExclusionOutcome(enum.StrEnum):
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


class Exclusion(Model):
    """That somebody wants an entry excluded, or taking part again; a second account must confirm it.

    An entry has one open proposal at the most. The database admits no confirmation by the account that proposed.
    """

    __tablename__ = "exclusion"
    __table_args__ = (
        sa.CheckConstraint(
            "outcome IS NULL OR outcome = 'dropped' OR (decided_by IS NOT NULL AND decided_by <> proposed_by)",
            name="four_eyes",
        ),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided_once"),
        sa.Index(
            "ix_exclusion_open",
            "entry_number",
            unique=True,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), index=True)
    kind: Mapped[ExclusionKind]
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    text: Mapped[str | None] = mapped_column(sa.String(500))
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    proposer: Mapped[str] = mapped_column(sa.String(254))
    proposed_at: Mapped[datetime]
    outcome: Mapped[ExclusionOutcome | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]


class WithdrawalCode(Model):
    """A code that proves whose post it is: written by its owner under the post, or into its caption.

    `claimed_by` names an account that wrote the code while nobody knew whose post it is: staff look at it.
    """

    __tablename__ = "withdrawal_code"

    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), index=True)
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(sa.String(60))
