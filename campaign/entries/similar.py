"""Which entries of a contest show the same picture: posted again, encoded anew, cropped.

The hashes of all pictures are kept in memory, once a process and database; the database decides. What the memory names
is held against the rows before it is believed, so that a picture that was erased meanwhile is named no more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from campaign.entries.models import Entry, SimilarEntry
from campaign.errors import N_, NotFound
from campaign.extensions import db, read_only
from campaign.pictures.models import Picture
from campaign.pictures.perception import views_of
from campaign.pictures.similarity import THRESHOLD, SimilarityIndex, Views, distance_of
from campaign.pictures.storage import LOOKS, storage

# More would not help a moderator; the nearest are kept.
MOST = 50
# Entries that one run compares at the most.
DUE = 500
# Rows this far behind the newest are read again: transactions end in another order than they took their numbers.
OVERLAP = 500


@dataclass(frozen=True)
class Likeness:
    """An entry that looks like the one asked about; `distance` is in bits of 64, 0 for the same picture."""

    entry: Entry
    distance: int


@dataclass
class _Memory:
    """All pictures by their hashes, as far as they have been read; `hashes` tells what each number stood for."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    index: SimilarityIndex = field(default_factory=SimilarityIndex)
    hashes: dict[int, int] = field(default_factory=dict)
    newest: int = 0


@dataclass(frozen=True)
class _Shown:
    """The picture that an entry shows."""

    contest_id: int
    picture_id: int
    sha256: str
    hashes: Sequence[str]


_memories: WeakKeyDictionary[sa.Engine, _Memory] = WeakKeyDictionary()


def note_similar(number: int, now: datetime) -> int:
    """Write which entries of its contest look like an entry now, and return how many; commits.

    To be called after the picture that the entry shows was stored or changed, outside of any transaction: searching
    keeps nobody waiting. Safe to repeat.

    Raises:
        NotFound: there is no such entry.
    """
    db.session.rollback()
    with read_only():
        found = _found(number)
        db.session.rollback()
    try:
        _write(number, found, now)
    except IntegrityError:
        # The other entry's own search wrote the same pair at this moment.
        db.session.rollback()
        _write(number, found, now)
    return len(found)


def note_due(contest_id: int, now: datetime, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Note what looks like the entries whose picture is new or has changed; commits after each.

    Whichever way a picture came or was chosen, this finds it. Returns how many entries were looked at.
    """
    shown = (Entry.contest_id == contest_id, Entry.picture_id.is_not(None))
    changed = Entry.picture_id.is_distinct_from(Entry.compared_picture_id)
    query = sa.select(Entry.number, Entry.picture_id).where(*shown, changed).order_by(Entry.number).limit(DUE)
    with read_only():
        due = db.session.execute(query).all()
        db.session.rollback()
    done = 0
    for number, picture_id in due:
        if stop():
            break
        note_similar(number, now)
        compared = sa.update(Entry).where(Entry.number == number, Entry.picture_id == picture_id)
        db.session.execute(compared.values(compared_picture_id=picture_id))
        db.session.commit()
        done += 1
    return done


def similar_to(number: int) -> Sequence[Likeness]:
    """Return the entries that look like this one and still have a picture, the nearest first, with town and picture."""
    other = sa.case((SimilarEntry.entry_number == number, SimilarEntry.other_number), else_=SimilarEntry.entry_number)
    query = (
        sa.select(Entry, SimilarEntry.distance)
        .join(SimilarEntry, Entry.number == other)
        .where(_of(number), Entry.picture_id.is_not(None))
        .options(joinedload(Entry.town), selectinload(Entry.picture).selectinload(Picture.derivatives))
        .order_by(SimilarEntry.distance, Entry.number)
    )
    return [Likeness(entry, distance) for entry, distance in db.session.execute(query)]


def _found(number: int) -> dict[int, int]:
    """Return the numbers and distances of the entries that look like an entry, by its views or by theirs."""
    asked = _shown(number)
    look = _look(asked)
    if asked is None or look is None or not asked.hashes:
        return {}
    views = views_of(look)
    found = _near(asked, number, views)
    for other in _noted(number) - found.keys():
        # Of two pictures one may find the other and not be found by it.
        its_look = _look(_shown(other))
        distance = _distance(views_of(its_look), asked.hashes) if its_look else THRESHOLD + 1
        if distance <= THRESHOLD:
            found[other] = distance
    return dict(sorted(found.items(), key=lambda item: item[::-1])[:MOST])


def _near(asked: _Shown, number: int, views: Views) -> dict[int, int]:
    memory = _memories.setdefault(db.engine, _Memory())
    with memory.lock:
        _refresh(memory)
        pictures = {near.number for near in memory.index.near(views)}
    # One picture may stand for several entries.
    query = (
        sa.select(Entry.number, Picture.hashes)
        .join(Picture, Entry.picture_id == Picture.id)
        .where(Entry.contest_id == asked.contest_id, Entry.number != number, Picture.id.in_(pictures))
    )
    distances = {other: _distance(views, hashes) for other, hashes in db.session.execute(query)}
    return {other: distance for other, distance in distances.items() if distance <= THRESHOLD}


def _refresh(memory: _Memory) -> None:
    """Read the pictures that have come since, from this process or another one."""
    newest = db.session.scalar(sa.select(sa.func.max(Picture.id))) or 0
    # SQLite gives the number of the newest row again once that is deleted.
    start = min(newest, memory.newest) - OVERLAP
    for picture_id, hashes in db.session.execute(sa.select(Picture.id, Picture.hashes).where(Picture.id > start)):
        if not hashes:
            continue
        whole, centre, *parts = (int(value, 16) for value in hashes)
        if memory.hashes.get(picture_id) != whole ^ centre:
            memory.hashes[picture_id] = whole ^ centre
            memory.index.add(picture_id, whole, centre, *parts)
    memory.newest = newest


def _shown(number: int) -> _Shown | None:
    query = (
        sa.select(Entry.number, Entry.contest_id, Picture.id, Picture.sha256, Picture.hashes)
        .outerjoin(Picture, Entry.picture_id == Picture.id)
        .where(Entry.number == number)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound(N_("Das Bild %(number)s gibt es nicht."), number=number)
    return _Shown(*row[1:]) if row[2] is not None else None


def _look(shown: _Shown | None) -> bytes | None:
    try:
        return storage.get(LOOKS, shown.sha256) if shown else None
    except FileNotFoundError:
        # Erased at this moment.
        return None


def _distance(views: Views, hashes: Sequence[str]) -> int:
    if not hashes:
        return THRESHOLD + 1
    return distance_of(views, *(int(value, 16) for value in hashes))


def _of(number: int) -> sa.ColumnElement[bool]:
    return sa.or_(SimilarEntry.entry_number == number, SimilarEntry.other_number == number)


def _noted(number: int) -> set[int]:
    pairs = db.session.execute(sa.select(SimilarEntry.entry_number, SimilarEntry.other_number).where(_of(number)))
    return {one for pair in pairs for one in pair} - {number}


def _write(number: int, found: Mapping[int, int], now: datetime) -> None:
    for pair in db.session.scalars(sa.select(SimilarEntry).where(_of(number))):
        if pair.entry_number + pair.other_number - number not in found:
            db.session.delete(pair)
    for other, distance in found.items():
        key = max(number, other), min(number, other)
        pair_now = db.session.get(SimilarEntry, key)
        if pair_now is None:
            db.session.add(SimilarEntry(entry_number=key[0], other_number=key[1], distance=distance, found_at=now))
        else:
            pair_now.distance = min(pair_now.distance, distance)
    db.session.commit()
