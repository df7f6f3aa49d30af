"""What people answer to our questions for a right, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa

from campaign.entries.known import ids_of
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.errors import Conflict
from campaign.extensions import db
from campaign.instagram.answers import Answer
from campaign.instagram.models import AskStatus, PermissionAsk, SeenComment
from campaign.instagram.replies import UNANSWERED, Reply, replies_to, written_at
from campaign.rights.services import grant, revoke
from campaign.staff.actors import Actor

RECORDER = Actor(None, "Instagram")
# To these an answer may follow, a no also after a yes.
_OPEN = (*UNANSWERED, AskStatus.GRANTED)


def settle_answers(now: datetime) -> int:
    """Let the answers to our questions count, each in a transaction of its own; returns how many did.

    Of several answers of the person who was asked, by whatever name the account goes now, the last clear one counts;
    those of other people are none. After a yes a no takes the right back; after a no only staff can record one.
    """
    return sum(_settle(number, now) for number in _with_answers())


def _with_answers() -> Sequence[int]:
    """Return the entries with comments that may answer an open question or take a yes back."""
    fresh = sa.or_(
        sa.and_(PermissionAsk.status.in_(UNANSWERED), SeenComment.seen_at >= PermissionAsk.asked_at),
        sa.and_(PermissionAsk.status == AskStatus.GRANTED, SeenComment.seen_at > PermissionAsk.answered_at),
    )
    named = ids_of(sa.select(PermissionAsk.entry_number).where(PermissionAsk.status.in_(_OPEN)))
    query = (
        sa.select(PermissionAsk.entry_number)
        .join(named, named.c.entry_number == PermissionAsk.entry_number)
        .join(SeenComment, SeenComment.media_id == named.c.media_id)
        .join(Entry, Entry.number == PermissionAsk.entry_number)
        .where(fresh, Entry.status != Status.WITHDRAWN)
    )
    numbers = db.session.scalars(query.distinct().order_by(PermissionAsk.entry_number)).all()
    db.session.rollback()
    return numbers


def _settle(number: int, now: datetime) -> bool:
    ask = db.session.get_one(PermissionAsk, number, with_for_update=True, populate_existing=True)
    found = _last_clear(ask)
    counts = found is not None and _count(ask, found.comment, found.answer, now)
    db.session.rollback()
    return counts


def _last_clear(ask: PermissionAsk) -> Reply | None:
    clear = [one for one in replies_to(ask) if one.is_creators and one.answer is not Answer.UNCLEAR]
    return clear[-1] if clear else None


def _count(ask: PermissionAsk, comment: SeenComment, answer: Answer, now: datetime) -> bool:
    """Write what an answer means, together with the grant that follows from it; commits."""
    before, says_yes = ask.status, answer is Answer.YES
    if before not in _OPEN or (says_yes and before is AskStatus.GRANTED):
        return False
    ask.status = AskStatus.GRANTED if says_yes else AskStatus.DECLINED
    ask.answer_id, ask.answered_at = comment.comment_id, comment.seen_at
    number, credit = ask.entry_number, _credit(ask)
    # A right that is there already, or was taken back already, needs nothing more.
    with suppress(Conflict):
        if says_yes:
            grant(number, credit, _proof(comment), RECORDER, now)
        elif before is AskStatus.GRANTED:
            revoke(number, RECORDER, now)
    db.session.commit()
    return True


def _credit(ask: PermissionAsk) -> str:
    creator = db.session.scalar(sa.select(Entry.creator).filter_by(number=ask.entry_number))
    return (creator or "").strip() or ask.username


def _proof(comment: SeenComment) -> str:
    written = f"{written_at(comment):%Y-%m-%d %H:%M:%S} UTC"
    return f"Instagram comment {comment.comment_id} by @{comment.username} of {written}: {comment.text}"
