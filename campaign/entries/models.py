"""Entries: photos that stand in a contest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.contests.models import Contest
from campaign.entries.admission import AccountKind
from campaign.entries.lifecycle import People, PictureState, Source, Status
from campaign.extensions import Model, stored_enum
from campaign.pictures.models import Picture
from campaign.towns.models import Town

WAITING = "status = 'pending' AND parked_at IS NULL"
PARKED = "status = 'pending' AND parked_at IS NOT NULL"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


class Entry(Model):
    """A photo in a contest. `number` is its public number.

    `evidence` holds the words of the caption that decided the town: `[{"text", "matched", "kind"}]`; `intake_reasons`
    the rules that took the entry out before anybody saw it (values of `entries.admission.IntakeReason`). `username` is
    the account on Instagram where it is known, `creator` the credit. `gone_at` is set while the post has vanished from
    Instagram: a tombstone stands for the picture, votes are kept. `added_by` is who of the staff wrote the entry down,
    `note` what they said about where it came from. `people` is who can be recognised, None while nobody has looked,
    `people_note` how their consent is proven; `hints` are the kinds of legal questions that the caption raises
    (values of `entries.hints.HintKind`). `parked_at` is when a moderator put it aside for later,
    `reported_at` when the oldest report about it came that nobody has decided yet. The columns `web_until` and so on
    say until when each use is allowed; they follow the rights grants, and only `entries.uses` and `entries.usable`
    read them.
    """

    __tablename__ = "entry"
    __table_args__ = (
        sa.UniqueConstraint("contest_id", "media_id"),
        sa.UniqueConstraint("contest_id", "shortcode"),
        sa.Index("ix_entry_public", "contest_id", "status", "town_ags", "number", "web_until"),
        sa.Index("ix_entry_username", "contest_id", "username"),
        sa.Index("ix_entry_taken", "contest_id", "taken_at"),
        sa.Index("ix_entry_queue", "contest_id", "status", "received_at", "number"),
        sa.Index("ix_entry_list", "contest_id", "number"),
        sa.Index("ix_entry_list_status", "contest_id", "status", "number"),
        # The queue as the desk reads it: its head costs the same however long it is, and however much is put aside.
        sa.Index("ix_entry_waiting", "contest_id", "status", "received_at", "number", **_where(WAITING)),
        sa.Index("ix_entry_parked", "contest_id", "status", "received_at", "number", **_where(PARKED)),
        sa.Index(
            "ix_entry_waiting_town", "contest_id", "status", "town_ags", "received_at", "number", **_where(WAITING)
        ),
        sa.CheckConstraint("picture_id IS NOT NULL OR picture_state != 'stored'", name="stored_has_picture"),
        sa.CheckConstraint(
            "status != 'approved' OR (people IS NOT NULL AND alt_text IS NOT NULL AND alt_text != '')",
            name="approved_is_described",
        ),
        sa.CheckConstraint("people != 'consent' OR people_note IS NOT NULL", name="consent_is_proven"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"))
    status: Mapped[Status] = mapped_column(default=Status.PENDING)
    source: Mapped[Source]
    media_id: Mapped[str | None] = mapped_column(sa.String(40))
    shortcode: Mapped[str | None] = mapped_column(sa.String(40))
    permalink: Mapped[str | None] = mapped_column(sa.String(300))
    media_type: Mapped[str] = mapped_column(sa.String(20), default="IMAGE")
    caption: Mapped[str | None] = mapped_column(sa.Text)
    creator: Mapped[str | None] = mapped_column(sa.String(100))
    username: Mapped[str | None] = mapped_column(sa.String(60))
    alt_text: Mapped[str | None] = mapped_column(sa.String(300))
    people: Mapped[People | None]
    people_note: Mapped[str | None] = mapped_column(sa.String(300))
    hints: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    town_ags: Mapped[str | None] = mapped_column(sa.ForeignKey("town.ags"), index=True)
    town_confirmed: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("picture.id"), index=True)
    picture_state: Mapped[PictureState] = mapped_column(default=PictureState.WAITING)
    # Which picture was last held against all others, so that each is once, however it came.
    compared_picture_id: Mapped[int | None]
    picture_reason: Mapped[str | None] = mapped_column(sa.String(300))
    intake_reasons: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    web_until: Mapped[datetime | None]
    print_until: Mapped[datetime | None]
    press_until: Mapped[datetime | None]
    advertising_until: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    added_by: Mapped[str | None] = mapped_column(sa.String(254))
    note: Mapped[str | None] = mapped_column(sa.String(500))
    taken_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    contest: Mapped[Contest] = relationship(lazy="raise_on_sql")
    town: Mapped[Town | None] = relationship(lazy="raise_on_sql")
    picture: Mapped[Picture | None] = relationship(lazy="raise_on_sql")


class AlbumPicture(Model):
    """One part of an album, in its order, or a picture that staff added; `Entry.picture_id` says which one shows."""

    __tablename__ = "album_picture"
    __table_args__ = (sa.UniqueConstraint("entry_number", "media_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"))
    position: Mapped[int]
    media_id: Mapped[str] = mapped_column(sa.String(40))
    media_type: Mapped[str] = mapped_column(sa.String(20))
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("picture.id"), index=True)
    state: Mapped[PictureState] = mapped_column(default=PictureState.WAITING)
    reason: Mapped[str | None] = mapped_column(sa.String(300))

    picture: Mapped[Picture | None] = relationship(lazy="raise_on_sql")


class Sighting(Model):
    """By which ways a post came to us, when each first brought it, and the id by which that way names it.

    Nobody promises that all ways name a post alike, and comments and questions hang on the id of the mention.
    """

    __tablename__ = "sighting"

    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), primary_key=True)
    source: Mapped[Source] = mapped_column(stored_enum(Source, "sighting_source"), primary_key=True)
    media_id: Mapped[str | None] = mapped_column(sa.String(40), index=True)
    first_seen_at: Mapped[datetime]


class SimilarEntry(Model):
    """Two entries whose pictures look alike; `distance` is in bits of 64, 0 for the same picture."""

    __tablename__ = "similar_entry"
    __table_args__ = (sa.CheckConstraint("entry_number > other_number", name="later_first"),)

    entry_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), primary_key=True)
    other_number: Mapped[int] = mapped_column(sa.ForeignKey("entry.number"), primary_key=True, index=True)
    distance: Mapped[int]
    found_at: Mapped[datetime]


class AccountRule(Model):
    """What staff decided about an Instagram account, with the reason that they gave."""

    __tablename__ = "account_rule"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id"), primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    kind: Mapped[AccountKind]
    reason: Mapped[str] = mapped_column(sa.String(300))
    set_by: Mapped[str] = mapped_column(sa.String(254))
    set_at: Mapped[datetime]
