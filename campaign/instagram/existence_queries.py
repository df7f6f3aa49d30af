"""Which posts are watched, which of them are missing, and which pictures are hidden because of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.entries.usable import known
from campaign.extensions import db
from campaign.instagram.existence_rules import MISSES_TO_HIDE, MISSING_TO_HIDE, Missing
from campaign.instagram.models import Existence


@dataclass(frozen=True)
class MissingEntry:
    """An entry that is shown although its post was not found lately: since when, and how many times in a row."""

    number: int
    permalink: str | None
    since: datetime | None
    misses: int


def watched(contest: Contest, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what picks the entries that visitors see and whose posts can be asked for."""
    return (
        Entry.contest_id == contest.id,
        *known(now),
        Entry.source != Source.UPLOAD,
        sa.or_(Entry.permalink.is_not(None), is_known_by_mention()),
    )


def id_of_mention() -> sa.ScalarSelect[str | None]:
    """Return the id under which a mention named an entry's post, if one did."""
    named = sa.select(Sighting.media_id).where(Sighting.entry_number == Entry.number)
    return named.where(Sighting.source == Source.MENTION).scalar_subquery()


def is_known_by_mention() -> sa.ColumnElement[bool]:
    """Return what picks the entries of posts that mention us and whose address Instagram never told."""
    return sa.and_(Entry.permalink.is_(None), id_of_mention().is_not(None))


def missing_now(contest: Contest, now: datetime) -> Missing:
    """Return how many posts are missing, of those that are watched and not hidden yet."""
    is_missing, count = Existence.misses > 0, sa.func.count()
    overdue = sa.and_(Existence.misses >= MISSES_TO_HIDE, Existence.missing_since <= now - MISSING_TO_HIDE)
    columns = (count, count.filter(is_missing), count.filter(overdue), sa.func.min(Existence.missing_since))
    query = sa.select(*columns).join(Entry, Entry.number == Existence.entry_number)
    return Missing(*db.session.execute(query.where(*watched(contest, now), Entry.gone_at.is_(None))).one())


def missing_entries(contest: Contest, limit: int, now: datetime) -> Sequence[MissingEntry]:
    """Return shown entries whose posts are missing, those that have been for longest first."""
    columns = (Entry.number, Entry.permalink, Existence.missing_since, Existence.misses)
    query = sa.select(*columns).join(Existence, Existence.entry_number == Entry.number)
    query = query.where(*is_missing(contest, now)).order_by(Existence.missing_since, Entry.number).limit(limit)
    return [MissingEntry(*row) for row in db.session.execute(query)]


def is_missing(contest: Contest, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what picks, of entries joined with what is known of their posts, those that are missing and shown."""
    return (*watched(contest, now), Entry.gone_at.is_(None), Existence.misses > 0)


def gone_entries(contest: Contest) -> Sequence[Entry]:
    """Return the entries whose picture is hidden because their post has vanished, the latest first, with towns."""
    where = (Entry.contest_id == contest.id, Entry.gone_at.is_not(None), Entry.status == Status.APPROVED)
    query = sa.select(Entry).options(joinedload(Entry.town)).where(*where)
    return db.session.scalars(query.order_by(Entry.gone_at.desc(), Entry.number)).all()


def confirmed_by(contest: Contest) -> dict[int, str]:
    """Return for each entry that is hidden on the word of staff who said so."""
    query = sa.select(Existence.entry_number, Existence.confirmed_by)
    query = query.join(Entry, Entry.number == Existence.entry_number)
    query = query.where(Entry.contest_id == contest.id, Entry.gone_at.is_not(None), Existence.confirmed_by.is_not(None))
    return {number: str(name) for number, name in db.session.execute(query)}
