"""Questions that the desk asks: the queue, lists, histories."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.picture_queries import is_derivative_name
from campaign.entries.usable import without_right
from campaign.entries.uses import Use
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.moderation.models import Action, Decision
from campaign.moderation.narrowing import Filters, narrowed, pending, waiting
from campaign.moderation.rules import OF_TWO
from campaign.pictures.models import Derivative, Picture

PAGE_SIZE = 50
# Of the room of reports, which knows this one: here only its table is named.
_REPORT = sa.table("report", sa.column("decision_id"))
# Further nobody counts: a page costs the same however many entries there are.
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Count:
    """How many there are; `is_more` when there are more than that, and nobody counted further."""

    number: int
    is_more: bool = False


@dataclass(frozen=True)
class ListPage:
    """One page of a list, the latest first; `newer` and `older` are where its neighbours begin, None at the ends."""

    entries: Sequence[Entry]
    total: Count
    newer: int | None
    older: int | None


def queue(contest: Contest, limit: int, filters: Filters | None = None) -> Sequence[Entry]:
    """Return the entries that wait for a decision, oldest first, with town and picture."""
    query = with_all().where(*waiting(contest, filters or Filters()))
    return db.session.scalars(query.order_by(Entry.received_at, Entry.number).limit(limit)).all()


def count_waiting(contest: Contest, filters: Filters) -> Count:
    """Return how many entries the desk would hand out."""
    return _counted(waiting(contest, filters))


def is_pending(contest: Contest, number: int) -> bool:
    """Return whether an entry of that number waits, put aside or not."""
    query = sa.select(Entry.number).where(Entry.number == number, *pending(contest))
    return db.session.scalar(query) is not None


def entry_with_all(contest: Contest, number: int) -> Entry:
    """Return an entry of any status with town and picture.

    Raises:
        NotFound: the contest has none of that number.
    """
    entry = db.session.scalar(with_all().where(Entry.contest_id == contest.id, Entry.number == number))
    if entry is None:
        raise NotFound(N_("Das Bild %(number)s gibt es nicht."), number=number)
    return entry


def entries_with_all(contest: Contest, numbers: Collection[int]) -> Sequence[Entry]:
    """Return those of the entries that the contest has, by their numbers, with town and picture."""
    query = with_all().where(Entry.contest_id == contest.id, Entry.number.in_(numbers))
    return db.session.scalars(query.order_by(Entry.number)).all()


def list_page(
    contest: Contest, filters: Filters, *, before: int | None = None, after: int | None = None, size: int = PAGE_SIZE
) -> ListPage:
    """Return a page of the entries, the latest first: those `before` or `after` a number, else the latest."""
    where = [Entry.contest_id == contest.id, *narrowed(filters)]
    query = with_all().where(*where).limit(size + 1)
    if after is not None:
        query = query.where(Entry.number > after).order_by(Entry.number)
    else:
        query = query.where(Entry.number < before if before is not None else sa.true()).order_by(Entry.number.desc())
    found = list(db.session.scalars(query))
    rest, shown = len(found) > size, found[:size]
    if after is not None:
        shown.reverse()
    is_first, is_last = (not rest, False) if after is not None else (before is None, not rest)
    newer = None if is_first or not shown else shown[0].number
    older = None if is_last or not shown else shown[-1].number
    # What is on one page is counted already.
    total = Count(len(shown)) if is_first and is_last else _counted(where)
    return ListPage(shown, total, newer, older)


def numbers_of(contest: Contest, filters: Filters, most: int) -> Sequence[int]:
    """Return the numbers of the entries of a list, the latest first, `most` of them."""
    where = (Entry.contest_id == contest.id, *narrowed(filters))
    return db.session.scalars(sa.select(Entry.number).where(*where).order_by(Entry.number.desc()).limit(most)).all()


def counts_by_status(contest: Contest) -> dict[Status, int]:
    """Return how many entries have each status; every status is there."""
    query = sa.select(Entry.status, sa.func.count()).where(Entry.contest_id == contest.id).group_by(Entry.status)
    found = dict(db.session.execute(query).all())
    return {status: found.get(status, 0) for status in Status}


def approved_without_right(contest: Contest, now: datetime) -> int:
    """Return how many approved entries nobody may see yet, because no right is recorded."""
    where = (Entry.contest_id == contest.id, Entry.status == Status.APPROVED, without_right(Use.WEB, now))
    return db.session.scalar(sa.select(sa.func.count()).select_from(Entry).where(*where)) or 0


def history_of(number: int) -> Sequence[Decision]:
    """Return all decisions about an entry, the latest first."""
    query = sa.select(Decision).filter_by(entry_number=number).options(selectinload(Decision.description))
    return db.session.scalars(query.order_by(Decision.id.desc())).all()


def last_decisions_of(staff_id: int, most: int) -> Sequence[Decision]:
    """Return the latest decisions of a person that stand and that one person may undo."""
    own = (Decision.staff_id == staff_id, Decision.action.not_in(OF_TWO), ~_of_report(Decision.id))
    query = _standing().where(*own).order_by(Decision.id.desc()).limit(most)
    return db.session.scalars(query).all()


def came_of_report(decision_id: int) -> bool:
    """Return whether a decision about an entry is what a report led to."""
    return db.session.scalar(sa.select(_of_report(decision_id))) or False


def last_move(number: int) -> Decision | None:
    """Return the latest decision that changed the status of an entry, an undo too."""
    query = sa.select(Decision).where(Decision.entry_number == number, Decision.status_before != Decision.status_after)
    return db.session.scalar(query.order_by(Decision.id.desc()).limit(1))


def blurred_since(
    number: int | sa.orm.InstrumentedAttribute[int], moment: datetime | sa.orm.InstrumentedAttribute[datetime]
) -> sa.Exists:
    """Return the condition that somebody made people in an entry's picture unrecognisable since a moment."""
    blurring = _standing().where(Decision.entry_number == number, Decision.action == Action.BLUR)
    return blurring.where(Decision.decided_at >= moment).exists()


def last_parking(number: int) -> Decision | None:
    """Return the latest decision that put an entry aside."""
    query = sa.select(Decision).filter_by(entry_number=number, action=Action.PARK)
    return db.session.scalar(query.order_by(Decision.id.desc()).limit(1))


def decisions_of_batch(batch: str) -> Sequence[Decision]:
    """Return what was decided about many entries at once, by the entries' numbers; the undos are not among it."""
    query = sa.select(Decision).where(Decision.batch == batch, Decision.action != Action.UNDO)
    return db.session.scalars(query.order_by(Decision.entry_number)).all()


def undos_of(decisions: Collection[int]) -> dict[int, Decision]:
    """Return by which decision each of these was undone; those that stand are not among them."""
    found = db.session.scalars(sa.select(Decision).where(Decision.undoes_id.in_(decisions)))
    return {one.undoes_id: one for one in found if one.undoes_id is not None}


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


def with_all() -> sa.Select[Entry]:
    """Return the query of entries that brings town and picture along."""
    picture = selectinload(Entry.picture).selectinload(Picture.derivatives)
    return sa.select(Entry).options(joinedload(Entry.town), picture)


def _of_report(decision_id: int | sa.orm.InstrumentedAttribute[int]) -> sa.Exists:
    return sa.exists().select_from(_REPORT).where(_REPORT.c.decision_id == decision_id)


def _standing() -> sa.Select[Decision]:
    other = aliased(Decision)
    undone = sa.exists().where(other.undoes_id == Decision.id)
    return sa.select(Decision).where(Decision.action != Action.UNDO, ~undone)


def _counted(where: Sequence[sa.ColumnElement[bool]]) -> Count:
    some = sa.select(sa.literal(1)).select_from(Entry).where(*where).limit(MOST_COUNTED + 1).subquery()
    found = db.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    return Count(min(found, MOST_COUNTED), found > MOST_COUNTED)
