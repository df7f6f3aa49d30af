"""Questions that the desk asks: the queue, its neighbours, lists, histories."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from campaign.contests.models import Contest
from campaign.entries.admission import IntakeReason
from campaign.entries.hints import HintKind
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry
from campaign.entries.picture_queries import is_derivative_name
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.moderation.models import Action, Decision
from campaign.pictures.models import Derivative, Picture

PAGE_SIZE = 50


@dataclass(frozen=True)
class Filters:
    """What a list of entries is narrowed to; None leaves a field open."""

    status: Status | None = None
    town: str | None = None
    source: Source | None = None
    has_right: bool | None = None
    username: str | None = None
    kept_out_by: IntakeReason | None = None
    is_gone: bool | None = None
    hint: HintKind | None = None


@dataclass(frozen=True)
class EntryPage:
    """One page of a list; `pages` is at least 1, `total` counts the entries of all pages."""

    entries: Sequence[Entry]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Place:
    """Where an entry stands in the queue: `position` from 1 to `waiting`, and the number before it."""

    position: int
    waiting: int
    previous: int | None


def queue(contest: Contest, limit: int, filters: Filters | None = None) -> Sequence[Entry]:
    """Return the entries that wait for a decision, oldest first, with town and picture."""
    query = _with_all().where(*_pending(contest), *_narrowed(filters or Filters()))
    return db.session.scalars(query.order_by(Entry.received_at, Entry.number).limit(limit)).all()


def next_pending(contest: Contest, after: int | None = None, at: int | None = None) -> Entry | None:
    """Return a waiting entry: `at` itself, else the first one behind `at` or `after`, else the oldest."""
    start = at if at is not None else after
    where = _pending(contest)
    query = _with_all().where(*where).order_by(Entry.received_at, Entry.number).limit(1)
    if start is not None:
        behind = _key() >= _key_of(start) if at is not None else _key() > _key_of(start)
        found = db.session.scalar(query.where(behind))
        if found is not None:
            return found
    return db.session.scalar(query)


def place_of(contest: Contest, entry: Entry) -> Place:
    """Return where a waiting entry stands in the queue."""
    before = _key() < _key_of(entry.number)
    counts = sa.select(sa.func.count(), sa.func.count().filter(before)).where(*_pending(contest))
    waiting, ahead = db.session.execute(counts.select_from(Entry)).one()
    previous = sa.select(Entry.number).where(*_pending(contest), before)
    latest = previous.order_by(Entry.received_at.desc(), Entry.number.desc()).limit(1)
    return Place(ahead + 1, waiting, db.session.scalar(latest))


def entry_with_all(contest: Contest, number: int) -> Entry:
    """Return an entry of any status with town and picture.

    Raises:
        NotFound: the contest has none of that number.
    """
    entry = db.session.scalar(_with_all().where(Entry.contest_id == contest.id, Entry.number == number))
    if entry is None:
        raise NotFound(N_("Das Bild %(number)s gibt es nicht."), number=number)
    return entry


def entry_page(contest: Contest, filters: Filters, number: int, size: int = PAGE_SIZE) -> EntryPage:
    """Return a page of the entries, the latest first.

    Raises:
        NotFound: the list has no page of that number.
    """
    where = (Entry.contest_id == contest.id, *_narrowed(filters))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Entry).where(*where)) or 0
    pages = max(1, -(-total // size))
    if not 1 <= number <= pages:
        raise NotFound(N_("Diese Seite der Liste gibt es nicht."))
    query = _with_all().where(*where).order_by(Entry.number.desc()).limit(size).offset((number - 1) * size)
    return EntryPage(db.session.scalars(query).all(), number, pages, total)


def counts_by_status(contest: Contest) -> dict[Status, int]:
    """Return how many entries have each status; every status is there."""
    query = sa.select(Entry.status, sa.func.count()).where(Entry.contest_id == contest.id).group_by(Entry.status)
    found = dict(db.session.execute(query).all())
    return {status: found.get(status, 0) for status in Status}


def approved_without_right(contest: Contest) -> int:
    """Return how many approved entries nobody may see yet, because no right is recorded."""
    where = (Entry.contest_id == contest.id, Entry.status == Status.APPROVED, Entry.has_right.is_(False))
    return db.session.scalar(sa.select(sa.func.count()).select_from(Entry).where(*where)) or 0


def history_of(number: int) -> Sequence[Decision]:
    """Return all decisions about an entry, the latest first."""
    query = sa.select(Decision).filter_by(entry_number=number).options(selectinload(Decision.description))
    return db.session.scalars(query.order_by(Decision.id.desc())).all()


def last_decision_of(staff_id: int) -> Decision | None:
    """Return the latest decision of a person that is neither an undo nor undone."""
    query = _standing().where(Decision.staff_id == staff_id).order_by(Decision.id.desc()).limit(1)
    return db.session.scalar(query)


def reasons_of(numbers: Collection[int]) -> dict[int, str]:
    """Return the reason (and the words added to it) of the last standing refusal of each of these entries."""
    refusals = _standing().where(
        Decision.entry_number.in_(numbers), Decision.action.in_([Action.REJECT, Action.DISQUALIFY])
    )
    found = db.session.scalars(refusals.order_by(Decision.id)).all()
    return {one.entry_number: f"{one.reason}: {one.text}" if one.text else str(one.reason) for one in found}


def derivative_named(name: str) -> Derivative:
    """Return a derivative of any entry's picture, for the eyes of the staff.

    Raises:
        NotFound: no such name.
    """
    query = sa.select(Derivative).filter_by(name=name).limit(1)
    found = db.session.scalar(query) if is_derivative_name(name) else None
    if found is None:
        raise NotFound(N_("Dieses Bild gibt es nicht."))
    return found


def _with_all() -> sa.Select[Entry]:
    picture = selectinload(Entry.picture).selectinload(Picture.derivatives)
    return sa.select(Entry).options(joinedload(Entry.town), picture)


def _standing() -> sa.Select[Decision]:
    undone = sa.select(Decision.undoes_id).where(Decision.undoes_id.is_not(None))
    return sa.select(Decision).where(Decision.action != Action.UNDO, Decision.id.not_in(undone))


def _pending(contest: Contest) -> tuple[sa.ColumnElement[bool], ...]:
    return (Entry.contest_id == contest.id, Entry.status == Status.PENDING)


def _key() -> sa.Tuple:
    return sa.tuple_(Entry.received_at, Entry.number)


def _key_of(number: int) -> sa.Tuple:
    other = aliased(Entry)
    received = sa.select(other.received_at).where(other.number == number).scalar_subquery()
    return sa.tuple_(received, sa.literal(number))


def _narrowed(filters: Filters) -> list[sa.ColumnElement[bool]]:
    fields: dict[sa.SQLColumnExpression[Any], object] = {
        Entry.status: filters.status,
        Entry.town_ags: filters.town,
        Entry.source: filters.source,
        Entry.has_right: filters.has_right,
        Entry.username: filters.username,
        Entry.gone_at.is_not(None): filters.is_gone,
    }
    found = [column == value for column, value in fields.items() if value is not None]
    if filters.kept_out_by is not None:
        named = sa.cast(Entry.intake_reasons, sa.Text).contains(f'"{filters.kept_out_by.value}"')
        found += [Entry.status == Status.REJECTED, named]
    if filters.hint is not None:
        found.append(_raises(filters.hint))
    return found


def _raises(kind: HintKind) -> sa.ColumnElement[bool]:
    """Return the condition of entries that raise such a question, by their words or by their picture."""
    said = sa.cast(Entry.hints, sa.Text).contains(f'"{kind.value}"')
    seen = {HintKind.PEOPLE: Picture.faces > 0, HintKind.DRONE: Picture.drone.is_not(None)}.get(kind)
    if seen is None:
        return said
    return sa.or_(said, sa.exists().where(Picture.id == Entry.picture_id, seen))
