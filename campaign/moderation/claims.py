"""Who works on which entries: small batches, handed to one person each until that person is no longer there.

Whoever claims holds the entry's lock meanwhile, skips what somebody else holds, and writes on a condition: no entry is
ever with two. A claim runs out by itself; a decision ends it in its own transaction (`moderation.acts`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.errors import N_, Conflict
from campaign.extensions import db
from campaign.moderation.models import Claim
from campaign.moderation.narrowing import Filters, pending, waiting
from campaign.staff.actors import Actor
from campaign.staff.models import Staff

BATCH = 5
LIFETIME = timedelta(minutes=5)
# More are fetched when so few are left: the desk loads the next two ahead.
FEW = 2
# Candidates that others take between looking and writing; then one looks again.
_TRIES = 3
WITH_OTHERS = N_("Bild %(number)s ist gerade bei %(who)s. Nimm ein anderes, oder versuch es in fünf Minuten wieder.")
# Where an entry stands in the queue.
Place = tuple[datetime, int]


@dataclass(frozen=True)
class Seat:
    """Who works at the desk, and what they narrowed it to."""

    contest: Contest
    staff_id: int
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True)
class Others:
    """What is with others: how many people, how many entries, and when the first of those is free again."""

    people: int
    entries: int
    free_at: datetime | None


def hand_out(seat: Seat, now: datetime, *, after: int | None = None) -> int | None:
    """Give somebody the next entries behind `after` (else the oldest) that nobody has, round the end; commits.

    What they have is theirs for longer; what they passed over more than a batch ago is free for others. Returns the
    number of the entry that comes next, None when nothing is left for them.
    """
    had, start = held(seat, now), place_of(after) if after is not None else None
    ahead = [place for place in had if start is None or place > start]
    passed = [place for place in had if place not in ahead]
    taken: list[Place] = []
    if len(ahead) <= FEW:
        taken = _take(seat, now, behind=ahead[-1] if ahead else start, count=BATCH - len(ahead))
    if start and not ahead and not taken:
        # Round the end: the oldest first again, whoever passed over them.
        taken = _take(seat, now, behind=None, count=BATCH)
        ahead, taken, passed = sorted([*passed, *taken])[:BATCH], [], []
    _keep(seat.staff_id, [number for _, number in (*passed[-BATCH:], *ahead, *taken)], now)
    db.session.commit()
    return min((*ahead, *taken))[1] if ahead or taken else None


def claim_one(seat: Seat, number: int, now: datetime) -> bool:
    """Give somebody one entry if it waits and nobody else has it; commits. Returns whether they have it now."""
    query = sa.select(Entry.received_at, Entry.number).where(Entry.number == number, *pending(seat.contest))
    found = db.session.execute(query.with_for_update(skip_locked=True, of=Entry)).all()
    written = _write(seat.staff_id, [row.number for row in found], now)
    stay(seat.staff_id, now)
    return bool(written)


def stay(staff_id: int, now: datetime) -> None:
    """Let everything that somebody has be theirs for longer: they are still there; commits."""
    db.session.execute(_own(staff_id, now).values(expires_at=now + LIFETIME))
    db.session.commit()


def check_free(number: int, actor: Actor, now: datetime) -> Entry:
    """Return an entry on which nobody else works; its row stays locked for what follows.

    Who has no account (the program, the command line, a creator) is not at the desk: nobody stands in their way.

    Raises:
        NotFound: there is no such entry.
        Conflict: somebody else has it and is still there.
    """
    entry = get_entry(number, lock=True)
    holder = holders_of([number], actor.staff_id, now).get(number) if actor.staff_id is not None else None
    if holder is not None:
        raise Conflict(WITH_OTHERS, number=number, who=holder)
    return entry


def holders_of(numbers: Collection[int], staff_id: int | None, now: datetime) -> dict[int, str]:
    """Return who else works on which of these entries now."""
    query = sa.select(Claim.entry_number, Staff.email).join(Staff, Claim.staff_id == Staff.id)
    others = query.where(*_of_others(staff_id or 0, now), Claim.entry_number.in_(numbers))
    return dict(db.session.execute(others).all())


def has(seat: Seat, number: int, now: datetime) -> bool:
    """Return whether a waiting entry is theirs, whatever the desk is narrowed to."""
    claim = db.session.get(Claim, number, populate_existing=True)
    mine = claim is not None and claim.staff_id == seat.staff_id and claim.expires_at > now
    query = sa.select(Entry.number).where(Entry.number == number, *pending(seat.contest))
    return mine and db.session.scalar(query) is not None


def held(seat: Seat, now: datetime) -> Sequence[Place]:
    """Return the waiting entries that somebody has, in the order of the queue."""
    mine = sa.select(Claim.entry_number).where(Claim.staff_id == seat.staff_id, Claim.expires_at > now)
    return _places(seat, db.session.scalars(mine).all())


def place_of(number: int) -> Place | None:
    """Return where an entry stands, or stood while it waited; None when there is none."""
    received = db.session.scalar(sa.select(Entry.received_at).where(Entry.number == number))
    return (received, number) if received is not None else None


def others_at_work(seat: Seat, now: datetime) -> Others:
    """Return what of the queue is with others."""
    query = sa.select(Claim.entry_number, Claim.staff_id, Claim.expires_at).where(*_of_others(seat.staff_id, now))
    claims = {number: (staff_id, expires_at) for number, staff_id, expires_at in db.session.execute(query)}
    found = [claims[number] for _, number in _places(seat, claims)]
    free_at = min((expires_at for _, expires_at in found), default=None)
    return Others(len({staff_id for staff_id, _ in found}), len(found), free_at)


def is_anything_free(seat: Seat, now: datetime, *, behind: Place | None = None) -> bool:
    """Return whether an entry waits that nobody has, behind a place or anywhere."""
    return db.session.execute(_free(seat, now, behind).limit(1)).first() is not None


def _places(seat: Seat, numbers: Collection[int]) -> list[Place]:
    # Named one by one: joined with the claims, a database may think it better to read the whole queue.
    query = sa.select(Entry.received_at, Entry.number).where(Entry.number.in_(numbers))
    rows = db.session.execute(query.where(*waiting(seat.contest, seat.filters))).all() if numbers else []
    return sorted((received, number) for received, number in rows)


def _keep(staff_id: int, numbers: Sequence[int], now: datetime) -> None:
    """Renew these claims of a person and end the others."""
    db.session.execute(sa.delete(Claim).where(Claim.staff_id == staff_id, Claim.entry_number.not_in(numbers)))
    db.session.execute(_own(staff_id, now).values(expires_at=now + LIFETIME))


def _take(seat: Seat, now: datetime, *, behind: Place | None, count: int) -> list[Place]:
    query = _free(seat, now, behind).with_for_update(skip_locked=True, of=Entry)
    taken: list[Place] = []
    for _ in range(_TRIES if count else 0):
        found = db.session.execute(query.limit(count - len(taken))).all()
        written = _write(seat.staff_id, [row.number for row in found], now)
        taken += [(row.received_at, row.number) for row in found if row.number in written]
        if not found or len(taken) == count:
            break
    return taken


def _free(seat: Seat, now: datetime, behind: Place | None) -> sa.Select[datetime, int]:
    claimed = sa.exists().where(Claim.entry_number == Entry.number, Claim.expires_at > now)
    where = [*waiting(seat.contest, seat.filters), ~claimed]
    if behind is not None:
        place = sa.tuple_(sa.literal(behind[0], Entry.__table__.c.received_at.type), sa.literal(behind[1]))
        where.append(sa.tuple_(Entry.received_at, Entry.number) > place)
    return sa.select(Entry.received_at, Entry.number).where(*where).order_by(Entry.received_at, Entry.number)


def _write(staff_id: int, numbers: Sequence[int], now: datetime) -> set[int]:
    """Claim entries whose rows are locked, except those that somebody else has; returns which."""
    if not numbers:
        return set()
    values = {"staff_id": staff_id, "expires_at": now + LIFETIME}
    # Both databases know the clause, SQLAlchemy has one insert for each.
    insert: Any = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = insert(Claim).values([{"entry_number": number, **values} for number in numbers])
    free = sa.or_(Claim.expires_at <= now, Claim.staff_id == staff_id)
    written = rows.on_conflict_do_update(index_elements=[Claim.entry_number], set_=values, where=free)
    return set(db.session.scalars(written.returning(Claim.entry_number)))


def _own(staff_id: int, now: datetime) -> sa.Update:
    return sa.update(Claim).where(Claim.staff_id == staff_id, Claim.expires_at > now)


def _of_others(staff_id: int, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (Claim.staff_id != staff_id, Claim.expires_at > now)
