"""Now and then asks whether the posts of shown entries still exist; hides what has vanished, votes stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.extensions import db, read_only
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.existence_queries import id_of_mention, is_known_by_mention, missing_now, watched
from campaign.instagram.existence_rules import Answer, Sight, after_answer, next_check, slot_after
from campaign.instagram.limits import GraphFault, Kind
from campaign.instagram.models import Existence
from campaign.sections import InstagramSettings

# Meta, Instagram oEmbed: 1,000 requests an hour; what staff and tests ask besides must fit as well.
PER_HOUR = 800
PER_PASS = 100
NEW_PER_PASS = 1000
# So many refusals in a row are not about single posts.
MOST_REFUSALS = 3
_ABOUT_THE_POST = (Kind.REQUEST, Kind.MISSING, Kind.HASHTAG_UNKNOWN)
# What a post is asked by: its address, or the id under which it mentioned us.
Look = Callable[[str], bool]

log = structlog.get_logger()


@dataclass
class ExistenceReport:
    """What a pass did: how many posts it asked for, and the numbers of entries.

    `missing` were not found, `hidden` and `shown` are those that this changed, `refused` were asked for in a way that
    Instagram does not take. `held_back`: too many are missing at once, so nothing is hidden. `ended` says why the pass
    ended early.
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
        report.held_back = missing_now(contest, now).too_many
        most = min(limit, PER_HOUR - _asked_lately(now))
        by_address = _due(contest, now, Entry.permalink, Entry.permalink.is_not(None), most)
        by_mention = _due(contest, now, id_of_mention(), is_known_by_mention(), most - len(by_address))
    # Each way has limits of its own, so that one may go on while the other must not.
    _walk(by_address, client.exists, report, clock, stop)
    _walk(by_mention, lambda media_id: _still_mentions(client, media_id), report, clock, stop)
    return report


def _walk(
    due: Sequence[tuple[int, str]],
    look: Look,
    report: ExistenceReport,
    clock: Callable[[], datetime],
    stop: Callable[[], bool],
) -> None:
    refusals = 0
    for number, name in due:
        if stop() or refusals >= MOST_REFUSALS:
            return
        before = len(report.refused)
        answer, fault = _ask(look, name, number, report)
        refusals = refusals + 1 if len(report.refused) > before else 0
        if answer is not None:
            _note(number, answer, clock(), report)
        if fault is not None:
            report.ended = str(fault)
            return


def _still_mentions(client: InstagramClient, media_id: str) -> bool:
    """Return whether a post that mentioned us still does (Meta, IG User Mentioned Media).

    False is deleted, private, or without the mention: Instagram does not tell which.
    """
    try:
        client.mentioned_media(media_id)
    except GraphError as error:
        if (error.fault.code, error.fault.subcode) == (100, 33) or error.fault.code == 24:
            return False
        raise
    return True


@contextmanager
def _looking() -> Iterator[None]:
    """Go through all entries in a transaction that only reads: ballots must not wait for that."""
    db.session.rollback()
    with read_only():
        yield
        db.session.rollback()


def _watch_new(contest: Contest, now: datetime) -> None:
    known = sa.exists().where(Existence.entry_number == Entry.number)
    query = sa.select(Entry.number).where(*watched(contest, now), ~known).order_by(Entry.number).limit(NEW_PER_PASS)
    with _looking():
        numbers = db.session.scalars(query).all()
    for number in numbers:
        db.session.add(Existence(entry_number=number, next_check_at=slot_after(number, now)))
    db.session.commit()


def _asked_lately(now: datetime) -> int:
    # Nothing is asked for twice within an hour, so each row stands for one request.
    query = sa.select(sa.func.count()).select_from(Existence).where(Existence.checked_at > now - timedelta(hours=1))
    return db.session.scalar(query) or 0


def _due(
    contest: Contest,
    now: datetime,
    name: sa.orm.InstrumentedAttribute[str | None] | sa.ScalarSelect[str | None],
    way: sa.ColumnElement[bool],
    limit: int,
) -> list[tuple[int, str]]:
    """Return numbers and names of what is due by a way: what is missing first, then what has waited longest."""
    query = (
        sa.select(Entry.number, name)
        .join(Existence, Existence.entry_number == Entry.number)
        .where(*watched(contest, now), way, Existence.next_check_at <= now)
        .order_by((Existence.misses > 0).desc(), Existence.next_check_at, Entry.number)
        .limit(max(0, limit))
    )
    return [(number, str(value)) for number, value in db.session.execute(query)]


def _ask(look: Look, name: str, number: int, report: ExistenceReport) -> tuple[Answer | None, GraphFault | None]:
    """Return the answer, None when it says nothing about this post, and the fault that must end the pass."""
    # No transaction stays open while another host is asked: a slow one must not hold up ballots.
    db.session.rollback()
    report.asked += 1
    try:
        return Answer.THERE if look(name) else Answer.NOT_FOUND, None
    except GraphError as error:
        if error.fault.kind in _ABOUT_THE_POST:
            report.refused.append(number)
            log.error("Instagram refuses to say whether a post is there", entry=number, fault=str(error.fault))
            return Answer.UNKNOWN, None
        return Answer.UNKNOWN if error.fault.kind in (Kind.TRANSIENT, Kind.UNREADABLE) else None, error.fault


def _note(number: int, answer: Answer, now: datetime, report: ExistenceReport) -> None:
    entry = get_entry(number, lock=True)
    known = db.session.get_one(Existence, number, populate_existing=True)
    before = Sight(known.misses, known.missing_since, entry.gone_at is not None)
    after = after_answer(before, answer, now, may_hide=not report.held_back)
    known.misses, known.missing_since = after.misses, after.missing_since
    if answer is Answer.THERE:
        known.confirmed_by = None
    known.checked_at, known.next_check_at = now, next_check(number, after, answer, now)
    if answer is Answer.NOT_FOUND:
        report.missing.append(number)
    if after.gone is not before.gone:
        entry.gone_at, entry.updated_at = now if after.gone else None, now
        (report.hidden if after.gone else report.shown).append(number)
        log.warning("the post of an entry has vanished" if after.gone else "a post is there again", entry=number)
    db.session.commit()
