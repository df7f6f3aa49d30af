"""What was written under our questions for a right: who wrote it, what it says, and what a person must read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.known import ids_of
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.usable import without_right
from campaign.entries.uses import Use
from campaign.extensions import db
from campaign.instagram.answers import Answer, is_by_creator, read_answer
from campaign.instagram.models import AskStatus, PermissionAsk, SeenComment

# Who answers a question that we do not know to have come has read it.
UNANSWERED = (AskStatus.SENDING, AskStatus.ASKED)


@dataclass(frozen=True)
class Reply:
    """A comment under a question, not older than it; `is_creators` says whether the account of the post wrote it."""

    entry_number: int
    comment: SeenComment
    answer: Answer
    is_creators: bool

    @property
    def must_be_read(self) -> bool:
        """Return whether it decides nothing by itself and may be an answer all the same.

        A name that is new to us may be that of the same account, where Instagram did not tell whose post it is.
        """
        return self.answer is Answer.UNCLEAR if self.is_creators else self.comment.owner is None


def replies_to(ask: PermissionAsk) -> list[Reply]:
    """Return the comments that mention us under the post of a question, in the order in which they were written."""
    entry = db.session.get_one(Entry, ask.entry_number)
    us = db.session.get_one(Contest, entry.contest_id).mention
    named = ids_of(sa.select(sa.literal(ask.entry_number)))
    listed = db.session.scalars(sa.select(SeenComment).where(SeenComment.media_id.in_(sa.select(named.c.media_id))))
    creator = (ask.username, entry.username or ask.username)
    # Instagram tells whole seconds.
    since = ask.asked_at.replace(microsecond=0)
    return [
        Reply(
            ask.entry_number,
            comment,
            read_answer(comment.text, us),
            is_by_creator(comment.username, comment.owner, creator),
        )
        for comment in sorted(listed, key=lambda one: (written_at(one), one.comment_id))
        if written_at(comment) >= since
    ]


def replies_to_read(now: datetime, number: int | None = None) -> Sequence[Reply]:
    """Return what was written under the questions that wait for an answer and a person must read, of one entry or all.

    Once a right is recorded, or the entry is out, there is nothing to read any more.
    """
    asked = sa.select(PermissionAsk.entry_number).where(PermissionAsk.status.in_(UNANSWERED))
    asked = asked if number is None else asked.where(PermissionAsk.entry_number == number)
    named = ids_of(asked)
    commented = sa.select(named.c.entry_number).join(SeenComment, SeenComment.media_id == named.c.media_id)
    query = (
        sa.select(PermissionAsk)
        .join(Entry, Entry.number == PermissionAsk.entry_number)
        .where(Entry.number.in_(commented), Entry.status == Status.APPROVED, without_right(Use.WEB, now))
        .order_by(PermissionAsk.entry_number)
    )
    return [reply for ask in db.session.scalars(query).all() for reply in replies_to(ask) if reply.must_be_read]


def written_at(comment: SeenComment) -> datetime:
    """Return when a comment was written, or seen where Instagram does not tell."""
    return comment.commented_at or comment.seen_at
