"""Codes by which creators take their pictures back: asked for on the page, proven in a comment or a caption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from campaign.entries.known import ids_of
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.errors import N_, Conflict, NotFound
from campaign.extensions import db
from campaign.instagram.models import SeenComment
from campaign.moderation.models import Decision, WithdrawalCode
from campaign.moderation.taking_back import check_not_final, drop_latecomers, withdraw_as_creator
from campaign.moderation.withdrawal_rules import (
    CODE_LIFETIME,
    LATE,
    OPEN_CODES,
    Proof,
    codes_in,
    is_in_time,
    judge_comment,
    new_code,
)
from campaign.staff import audit
from campaign.staff.actors import Actor

# What the history of an entry says about the proof, in the language of the staff.
BY_COMMENT = "Code in einem Kommentar unter dem Beitrag"
BY_CAPTION = "Code im Text des Beitrags"
BY_STAFF = "Code in einem Kommentar, geprüft von %s"
# A claim names an account: with the seven days of a code that is less than the 30 days that comments are kept.
KEEP_CODES = timedelta(days=21)

log = structlog.get_logger()


@dataclass
class Settled:
    """The numbers of the entries that a run withdrew, and of those that somebody claims."""

    withdrawn: list[int] = field(default_factory=list)
    claimed: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Claim:
    """An account that wrote the code under a post that may be its own: staff must look at the post."""

    code: WithdrawalCode
    entry: Entry


def ask_code(number: int, now: datetime) -> WithdrawalCode:
    """Return a code by which the creator of an entry can take it back, a new one while few are open; commits.

    Asking changes nothing about the entry, so anybody may ask.

    Raises:
        NotFound: there is no such entry.
        Conflict: its creator has taken it back already.
    """
    entry = get_entry(number, lock=True)
    check_not_final(number)
    # A code that somebody has claimed is of no use to anybody else.
    query = sa.select(WithdrawalCode).filter_by(entry_number=number, used_at=None, claimed_by=None)
    open_codes = query.where(WithdrawalCode.expires_at > now).order_by(WithdrawalCode.expires_at.desc())
    known = db.session.scalars(open_codes).all()
    if len(known) >= OPEN_CODES:
        db.session.commit()
        return known[0]
    code = WithdrawalCode(code=new_code(), entry_number=entry.number, requested_at=now, expires_at=now + CODE_LIFETIME)
    db.session.add(code)
    db.session.commit()
    return code


def settle_withdrawals(now: datetime) -> Settled:
    """Look for open codes in comments and captions, and withdraw what its creator took back; commits each.

    A comment counts when the account of the post wrote it; where that account, or its name of today, is unknown it is
    a claim that staff look at. A caption counts by itself: only the owner of a post can change it.
    """
    settled = Settled()
    for code, comment, creator in _in_comments(now):
        proof = judge_comment(creator, comment.username, comment.owner)
        if proof is Proof.OWN:
            _settle(code, BY_COMMENT, now, settled)
        elif proof is Proof.CLAIM and code.claimed_by is None:
            code.claimed_by = comment.username[:60]
            db.session.commit()
            settled.claimed.append(code.entry_number)
        elif proof is Proof.FOREIGN and code.claimed_by == comment.username[:60]:
            # Instagram did not answer when the comment came, and has told since whose post it is.
            code.claimed_by = None
            db.session.commit()
    for code in _in_captions(now):
        _settle(code, BY_CAPTION, now, settled)
    db.session.execute(sa.delete(WithdrawalCode).where(WithdrawalCode.expires_at <= now - KEEP_CODES))
    db.session.commit()
    drop_latecomers(now)
    return settled


def open_claims(contest_id: int) -> Sequence[Claim]:
    """Return the claims that wait for staff, the oldest first."""
    query = _open_claims().where(Entry.contest_id == contest_id).order_by(WithdrawalCode.requested_at)
    return [Claim(code, entry) for code, entry in db.session.execute(query)]


def is_claimed(number: int) -> bool:
    """Return whether a claim to an entry waits for staff."""
    return db.session.execute(_open_claims().where(Entry.number == number).limit(1)).first() is not None


def confirm_claim(code: str, by: Actor, now: datetime) -> Decision:
    """Withdraw an entry whose claim staff have found to be true; commits, then deletes its pictures.

    Raises:
        NotFound: nobody claims anything by that code.
        Conflict: the entry is withdrawn already.
    """
    return withdraw_as_creator(_claimed(code).entry_number, BY_STAFF % by.name, now, on_word_of=by)


def refuse_claim(code: str, by: Actor, now: datetime) -> None:
    """Put a claim aside that staff have found to be wrong; commits.

    Raises:
        NotFound: nobody claims anything by that code.
    """
    claim = _claimed(code)
    claim.used_at = now
    audit.record(by, "claim.refuse", f"entry:{claim.entry_number}", now)
    db.session.commit()


def _open_claims() -> sa.Select[WithdrawalCode, Entry]:
    query = sa.select(WithdrawalCode, Entry).join(Entry, Entry.number == WithdrawalCode.entry_number)
    return query.where(WithdrawalCode.claimed_by.is_not(None), WithdrawalCode.used_at.is_(None))


def _claimed(code: str) -> WithdrawalCode:
    """Return a code that somebody claims an entry by, both locked: everybody locks the entry first."""
    query = sa.select(WithdrawalCode).where(WithdrawalCode.used_at.is_(None), WithdrawalCode.claimed_by.is_not(None))
    number = db.session.scalar(query.filter_by(code=code).with_only_columns(WithdrawalCode.entry_number))
    if number is not None:
        get_entry(number, lock=True)
    found = db.session.scalar(query.filter_by(code=code).with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(N_("Zu diesem Code wartet nichts mehr."))
    return found


def _settle(code: WithdrawalCode, proof: str, now: datetime, settled: Settled) -> None:
    number = code.entry_number
    if number in settled.withdrawn:
        return
    try:
        withdraw_as_creator(number, proof, now)
    except Conflict:
        # Somebody was faster, with another code.
        db.session.rollback()
        return
    settled.withdrawn.append(number)
    log.info("an entry was withdrawn by its creator", entry=number)


def _in_comments(now: datetime) -> Iterator[tuple[WithdrawalCode, SeenComment, str | None]]:
    """Yield each open code that stands in a comment under its entry's post, with the comment and the creator."""
    named = ids_of(sa.select(WithdrawalCode.entry_number).where(*_open(now)))
    query = (
        sa.select(WithdrawalCode, SeenComment, Entry.username)
        .join(Entry, Entry.number == WithdrawalCode.entry_number)
        .join(named, named.c.entry_number == Entry.number)
        .join(SeenComment, SeenComment.media_id == named.c.media_id)
        .where(*_open(now), SeenComment.seen_at >= WithdrawalCode.requested_at)
        .order_by(SeenComment.seen_at, SeenComment.comment_id)
    )
    for code, comment, creator in db.session.execute(query).all():
        moment = comment.commented_at or comment.seen_at
        in_time = is_in_time(moment, code.requested_at, code.expires_at)
        if in_time and code.code in codes_in(comment.text):
            yield code, comment, creator


def _in_captions(now: datetime) -> Sequence[WithdrawalCode]:
    query = sa.select(WithdrawalCode, Entry.caption).join(Entry, Entry.number == WithdrawalCode.entry_number)
    query = query.where(*_open(now), Entry.caption.is_not(None), Entry.updated_at >= WithdrawalCode.requested_at)
    return [code for code, caption in db.session.execute(query) if code.code in codes_in(caption or "")]


def _open(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    # What was written in time may reach us late.
    return (WithdrawalCode.used_at.is_(None), WithdrawalCode.expires_at > now - LATE)
