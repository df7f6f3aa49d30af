"""Reports of pictures: what is said, what is decided, and a log that is only ever added to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.entries.models import Entry
from campaign.extensions import Model, stored_enum
from campaign.reports.lifecycle import Event, Ground, Kind, Outcome, Party, Status
from campaign.reports.rules import Facts


class Report(Model):
    """What somebody holds against a picture (Art. 16 DSA), and what was decided about it (Art. 17).

    `code` is the reporter's, `creator_code` the one by which the person whose picture it is may object. Name and
    address are sealed; they, the explanation and the keys go when their time is over. `decision_id` is the decision
    about the entry that came of it. `proposal_id` is what a second account has to answer: that decides the report as
    was proposed. The second decision, after an objection, is another person's.
    """

    __tablename__ = "report"
    __table_args__ = (
        sa.Index("ix_report_open", "contest_id", "status"),
        sa.CheckConstraint("settled_by_id IS NULL OR settled_by_id != decided_by_id", name="another_person"),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (outcome IS NULL) AND (decided_at IS NULL) = (reasons IS NULL)"
            " AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_whole",
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_outcome IS NULL) AND (settled_at IS NULL) = (settled_reasons IS NULL)"
            " AND (settled_at IS NULL) = (settled_by_id IS NULL) AND (settled_at IS NULL OR decided_at IS NOT NULL)",
            name="settled_whole",
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (status IN ('received', 'taken'))"
            " AND (settled_at IS NOT NULL) = (status = 'settled')",
            name="status_follows",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"))
    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), index=True)
    status: Mapped[Status] = mapped_column(stored_enum(Status, "status"), default=Status.RECEIVED)
    kind: Mapped[Kind] = mapped_column(stored_enum(Kind, "kind"))
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    creator_code: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    language: Mapped[str] = mapped_column(sa.String(5))
    statement: Mapped[str | None] = mapped_column(sa.Text)
    sealed_sender: Mapped[bytes | None]
    reporter_key: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    received_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    outcome: Mapped[Outcome | None] = mapped_column(stored_enum(Outcome, "outcome"))
    ground: Mapped[Ground | None] = mapped_column(stored_enum(Ground, "ground"))
    reasons: Mapped[str | None] = mapped_column(sa.String(500))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decision.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("exclusion.id"), index=True)
    proposed_outcome: Mapped[Outcome | None] = mapped_column(stored_enum(Outcome, "proposed_outcome"))
    proposed_ground: Mapped[Ground | None] = mapped_column(stored_enum(Ground, "proposed_ground"))
    objected_by: Mapped[Party | None] = mapped_column(stored_enum(Party, "objected_by"))
    objected_at: Mapped[datetime | None]
    settled_outcome: Mapped[Outcome | None] = mapped_column(stored_enum(Outcome, "settled_outcome"))
    settled_ground: Mapped[Ground | None] = mapped_column(stored_enum(Ground, "settled_ground"))
    settled_reasons: Mapped[str | None] = mapped_column(sa.String(500))
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    settled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    entry: Mapped[Entry] = relationship(lazy="raise_on_sql")

    @property
    def facts(self) -> Facts:
        """Return what the rules need of it."""
        return Facts(self.status, self.outcome, self.decided_by_id, self.decided_at)

    @property
    def stands(self) -> Outcome | None:
        """Return the outcome that holds."""
        return self.settled_outcome or self.outcome

    @property
    def stated_ground(self) -> Ground | None:
        """Return on what the decision that holds rests."""
        return self.settled_ground if self.settled_outcome else self.ground

    @property
    def stated_reasons(self) -> str:
        """Return the reasons of the decision that holds."""
        return self.settled_reasons or self.reasons or ""


class ReportWord(Model):
    """What a side added to a report; goes with what the reporter said."""

    __tablename__ = "report_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"), index=True)
    party: Mapped[Party] = mapped_column(stored_enum(Party, "party"))
    text: Mapped[str] = mapped_column(sa.Text)
    said_at: Mapped[datetime]


class ReportEvent(Model):
    """One thing that happened to a report. The database refuses to change or delete a row; nothing personal of people
    outside the staff stands in it."""

    __tablename__ = "report_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"), index=True)
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    actor: Mapped[str] = mapped_column(sa.String(254))
    what: Mapped[Event] = mapped_column(stored_enum(Event, "what"))
    outcome: Mapped[Outcome | None] = mapped_column(stored_enum(Outcome, "outcome"))
    ground: Mapped[Ground | None] = mapped_column(stored_enum(Ground, "ground"))
    reasons: Mapped[str | None] = mapped_column(sa.String(500))
