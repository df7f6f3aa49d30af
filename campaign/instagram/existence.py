"""Now and then asks whether the posts of shown entries still exist; hides what has vanished, votes stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import joinedload

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.extensions import db, read_only
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.existence_rules import Answer, Sight, after_answer, is_plausible, next_check, slot_after
from campaign.instagram.limits import Kind
from campaign.instagram.models import Existence
from campaign.sections import InstagramSettings

# Meta, Instagram oEmbed: 1,000 requests an hour; what staff and tests ask besides must fit as well.
PER_HOUR = 800
PER_PASS = 100
NEW_PER_PASS = 1000
# So many refusals in a row are not about single posts.
MOST_REFUSALS = 3
_ABOUT_THE_POST = (Kind.REQUEST, Kind.MISSING, Kind.HASHTAG_UNKNOWN)

log = structlog.get_logger()


@dataclass
class ExistenceReport:
    """What a pass did: how many posts it asked for, and the numbers of entries.

    `missing` were not found, `hidden` and `shown` are those that this changed, `refused` have an address that is
    wrong. `held_back`: too many are missing at once, so nothing is hidden. `ended` says why the pass ended early.
    """

    asked: int = 0
    missing: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    held_back: bool = False
    ended: str | None = None


def check_existence(
    contest: Contest,
    config: InstagramSettings,
    *,
    client: InstagramClient,
    clock: Callable[[], datetime] = utc_now,
    stop: Callable[[], bool] = lambda: False,
    limit: int = PER_PASS,
) -> ExistenceReport:
    """Ask for the posts that are due, at most `limit` and at most 800 in any hour; commits after each.

    Nothing of an answer is kept but whether there was one. A limit or a fault of Instagram ends the pass; the next
    one goes on. Does nothing with `instagram.check_existence` off.
    """
    report = ExistenceReport()
    if not config.check_existence:
        return report
    now = clock()
    _watch_new(contest, now)
    with _looking():
        report.held_back = not _is_plausible(contest)
        due = _due(contest, now, min(limit, PER_HOUR - _asked_lately(now)))
    if report.held_back:
        log.error("too many posts are missing at once, nothing is hidden; look at some of them on Instagram")
    refusals = 0
    for number, permalink in due:
        if stop() or refusals >= MOST_REFUSALS or report.ended:
            break
        answer = _ask(client, number, permalink, report)
        refusals = refusals + 1 if report.refused[-1:] == [number] else 0
        if answer is not None:
            _note(number, answer, clock(), report)
    return report


def gone_entries(contest: Contest) -> Sequence[Entry]:
    """Return the entries whose picture is hidden because their post has vanished, the latest first, with towns."""
    where = (Entry.contest_id == contest.id, Entry.gone_at.is_not(None), Entry.status == Status.APPROVED)
    query = sa.select(Entry).options(joinedload(Entry.town)).where(*where)
    return db.session.scalars(query.order_by(Entry.gone_at.desc(), Entry.number)).all()


def _published(contest: Contest) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Entry.contest_id == contest.id,
        Entry.status == Status.APPROVED,
        Entry.has_right.is_(True),
        Entry.permalink.is_not(None),
        Entry.source != Source.UPLOAD,
    )


@contextmanager
def _looking() -> Iterator[None]:
    """Go through all entries in a transaction that only reads: ballots must not wait for that."""
    db.session.rollback()
    with read_only():
        yield
        db.session.rollback()


def _watch_new(contest: Contest, now: datetime) -> None:
    known = sa.exists().where(Existence.entry_number == Entry.number)
    query = sa.select(Entry.number).where(*_published(contest), ~known).order_by(Entry.number).limit(NEW_PER_PASS)
    with _looking():
        numbers = db.session.scalars(query).all()
    for number in numbers:
        db.session.add(Existence(entry_number=number, next_check_at=slot_after(number, now)))
    db.session.commit()


def _is_plausible(contest: Contest) -> bool:
    counts = sa.select(sa.func.count(), sa.func.count().filter(Existence.misses > 0)).select_from(Existence)
    counts = counts.join(Entry, Entry.number == Existence.entry_number)
    watched, missing = db.session.execute(counts.where(*_published(contest), Entry.gone_at.is_(None))).one()
    return is_plausible(missing, watched)


def _asked_lately(now: datetime) -> int:
    # Nothing is asked for twice within an hour, so each row stands for one request.
    query = sa.select(sa.func.count()).select_from(Existence).where(Existence.checked_at > now - timedelta(hours=1))
    return db.session.scalar(query) or 0


def _due(contest: Contest, now: datetime, limit: int) -> list[tuple[int, str]]:
    """Return numbers and addresses of what is due: what is missing first, then what has waited longest."""
    query = (
        sa.select(Entry.number, Entry.permalink)
        .join(Existence, Existence.entry_number == Entry.number)
        .where(*_published(contest), Existence.next_check_at <= now)
        .order_by((Existence.misses > 0).desc(), Existence.next_check_at, Entry.number)
        .limit(max(0, limit))
    )
    return [(number, str(permalink)) for number, permalink in db.session.execute(query)]


def _ask(client: InstagramClient, number: int, permalink: str, report: ExistenceReport) -> Answer | None:
    """Return the answer, or None when it says nothing about this post and the pass must end."""
    # No transaction stays open while another host is asked: a slow one must not hold up ballots.
    db.session.rollback()
    report.asked += 1
    try:
        return Answer.THERE if client.exists(permalink) else Answer.NOT_FOUND
    except GraphError as error:
        if error.fault.kind in _ABOUT_THE_POST:
            report.refused.append(number)
            log.error("Instagram refuses the address of a post", entry=number, fault=str(error.fault))
            return Answer.UNKNOWN
        report.ended = str(error.fault)
        return Answer.UNKNOWN if error.fault.kind in (Kind.TRANSIENT, Kind.UNREADABLE) else None


def _note(number: int, answer: Answer, now: datetime, report: ExistenceReport) -> None:
    entry = get_entry(number, lock=True)
    known = db.session.get_one(Existence, number, populate_existing=True)
    before = Sight(known.misses, known.missing_since, entry.gone_at is not None)
    after = after_answer(before, answer, now, may_hide=not report.held_back)
    known.misses, known.missing_since = after.misses, after.missing_since
    known.checked_at, known.next_check_at = now, next_check(number, after, answer, now)
    if answer is Answer.NOT_FOUND:
        report.missing.append(number)
    if after.gone is not before.gone:
        entry.gone_at, entry.updated_at = now if after.gone else None, now
        (report.hidden if after.gone else report.shown).append(number)
        log.warning("the post of an entry has vanished" if after.gone else "a post is there again", entry=number)
    db.session.commit()
