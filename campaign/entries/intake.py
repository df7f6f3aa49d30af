"""Admission at work: which of the entries that nobody has decided about take part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.admission import AccountKind, Candidate, intake_reasons, is_undecided
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import AccountRule, Entry
from campaign.extensions import db, settings

# What people hand in on the web site has checks of its own.
JUDGED = frozenset(Source) - {Source.UPLOAD}
BATCH = 500
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def one_at_a_time(contest: Contest, username: str | None, taken_at: datetime | None = None) -> None:
    """Let whatever admits posts of one account, or posts of one second, wait for each other until the commit.

    Taken before any entry is locked: whoever waits here must not hold what another one needs.
    """
    if db.session.get_bind().dialect.name != "postgresql":
        return
    names = (f"account {username}" if username else None, f"second {taken_at}" if taken_at else None)
    for name in filter(None, names):
        db.session.connection().execute(_LOCK, {"name": f"{contest.id} {name}"})


def admit(contest: Contest, entry: Entry, now: datetime) -> None:
    """Judge an entry that is new or has changed, with all of its account where that is known. The caller commits."""
    if entry.username is not None:
        db.session.flush()
        admit_account(contest, entry.username, now)
    elif is_open(entry):
        _judge(contest, entry, None, 0, now)


def is_open(entry: Entry) -> bool:
    """Return whether the rules decide about an entry: nobody has decided about it, and it is no upload."""
    return entry.source in JUDGED and is_undecided(entry.status, entry.intake_reasons)


def admit_account(contest: Contest, username: str, now: datetime) -> int:
    """Judge the undecided entries of an account in the order in which they came. The caller commits.

    Approved entries count against the limit first, then those that came earlier. Returns how many moved.
    """
    rule = db.session.get(AccountRule, (contest.id, username))
    query = sa.select(Entry).where(Entry.contest_id == contest.id, Entry.username == username)
    query = query.where(Entry.status.in_((Status.PENDING, Status.APPROVED, Status.REJECTED)))
    locked = query.order_by(Entry.number).with_for_update().execution_options(populate_existing=True)
    entries = db.session.scalars(locked).all()
    taken = sum(entry.status is Status.APPROVED for entry in entries)
    moved = 0
    for entry in entries:
        moved += is_open(entry) and _judge(contest, entry, rule, taken, now)
        taken += entry.status is Status.PENDING
    return moved


def readmit(contest: Contest, now: datetime, username: str | None = None) -> int:
    """Judge anew every entry that nobody has decided about, of one account or of all; commits.

    For when a rule, a date or the account of a post changed. Returns how many entries moved.
    """
    if username is not None:
        return _readmit_account(contest, username, now)
    return _readmit_unknown(contest, now) + sum(
        _readmit_account(contest, name, now) for name in _accounts_in_question(contest)
    )


def _readmit_account(contest: Contest, username: str, now: datetime) -> int:
    one_at_a_time(contest, username)
    moved = admit_account(contest, username, now)
    db.session.commit()
    return moved


def _readmit_unknown(contest: Contest, now: datetime) -> int:
    query = sa.select(Entry).where(Entry.username.is_(None), _in_question(contest))
    locked = query.order_by(Entry.number).limit(BATCH).with_for_update().execution_options(populate_existing=True)
    moved, last = 0, 0
    while entries := db.session.scalars(locked.where(Entry.number > last)).all():
        last = entries[-1].number
        moved += sum(is_open(entry) and _judge(contest, entry, None, 0, now) for entry in entries)
        db.session.commit()
    return moved


def _accounts_in_question(contest: Contest) -> Sequence[str]:
    """Return the accounts of which an entry may stand otherwise than the rules say now."""
    of_contest = sa.select(Entry.username).where(Entry.contest_id == contest.id)
    blocked = sa.select(AccountRule.username).filter_by(contest_id=contest.id, kind=AccountKind.BLOCKED)
    counted = of_contest.where(Entry.status.in_((Status.PENDING, Status.APPROVED))).group_by(Entry.username)
    names = sa.union(
        sa.select(Entry.username).where(_in_question(contest)),
        of_contest.where(Entry.status == Status.PENDING, Entry.username.in_(blocked)),
        counted.having(sa.func.count() > contest.entries_per_creator),
    )
    return sorted(name for name in db.session.scalars(names) if name)


def _in_question(contest: Contest) -> sa.ColumnElement[bool]:
    """Return the condition of entries that are kept out, or that wait although their time or kind speaks against it."""
    outside = sa.or_(Entry.taken_at < contest.collect_from, Entry.taken_at >= contest.collect_until)
    kept_out = sa.and_(Entry.status == Status.REJECTED, sa.cast(Entry.intake_reasons, sa.Text) != "[]")
    waits = sa.and_(Entry.status == Status.PENDING, sa.or_(outside, Entry.media_type == "VIDEO"))
    return sa.and_(Entry.contest_id == contest.id, sa.or_(kept_out, waits))


def _judge(contest: Contest, entry: Entry, rule: AccountRule | None, others: int, now: datetime) -> bool:
    reasons = reasons_for(contest, candidate_of(contest, entry, rule.kind if rule else None, others))
    status = Status.REJECTED if reasons else Status.PENDING
    moved = entry.status is not status
    if moved or entry.intake_reasons != reasons:
        entry.status, entry.intake_reasons, entry.updated_at = status, reasons, now
    return moved


def candidate_of(contest: Contest, entry: Entry, account: AccountKind | None, others: int) -> Candidate:
    """Return what admission asks about an entry."""
    is_video = _is_video(entry.source, entry.media_type)
    return Candidate(when_of(contest, entry.taken_at), is_video, account, others)


def reasons_of_post(contest: Contest, source: Source, taken_at: datetime | None, media_type: str) -> list[str]:
    """Return the reasons that keep a post out whatever its account is."""
    return reasons_for(contest, Candidate(when_of(contest, taken_at), _is_video(source, media_type)))


def _is_video(source: Source, media_type: str) -> bool:
    # Who of the staff writes a film down has chosen to take it.
    return media_type == "VIDEO" and source is not Source.STAFF


def reasons_for(contest: Contest, candidate: Candidate) -> list[str]:
    """Return the reasons that keep a post out of the contest, as they are stored."""
    take_videos = settings().instagram.videos == "still"
    found = intake_reasons(candidate, limit=contest.entries_per_creator, take_videos=take_videos)
    return [reason.value for reason in found]


def when_of(contest: Contest, taken_at: datetime | None) -> Literal["before", "within", "after"]:
    """Return how a post's own time lies to the time of collecting; a post without a time counts as within."""
    if taken_at is None or contest.collect_from <= taken_at < contest.collect_until:
        return "within"
    return "before" if taken_at < contest.collect_from else "after"
