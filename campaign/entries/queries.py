"""Questions that public pages ask about entries; nothing here shows what visitors may not see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.entries.usable import usable
from campaign.entries.uses import Use
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.pictures.models import Picture
from campaign.towns.models import Town

PAGE_SIZE = 24


@dataclass(frozen=True)
class GalleryPage:
    """One page of the gallery; `pages` is at least 1, `total` counts the entries of all pages."""

    entries: Sequence[Entry]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Neighbours:
    """The numbers of the entries before and after one in the order of the gallery, or None at its ends."""

    previous: int | None
    next: int | None


def gallery_page(contest: Contest, town: Town | None, number: int, now: datetime, size: int = PAGE_SIZE) -> GalleryPage:
    """Return a page of the public entries, newest first, of one town or of all.

    Raises:
        NotFound: the gallery has no page of that number.
    """
    where = _public(contest, now) if town is None else (*_public(contest, now), Entry.town_ags == town.ags)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Entry).where(*where)) or 0
    pages = max(1, -(-total // size))
    if not 1 <= number <= pages:
        raise NotFound(N_("Diese Seite der Galerie gibt es nicht. Fang vorn an."))
    query = _shown().where(*where).order_by(Entry.number.desc()).limit(size).offset((number - 1) * size)
    return GalleryPage(db.session.scalars(query).all(), number, pages, total)


def newest_entries(contest: Contest, count: int, now: datetime) -> Sequence[Entry]:
    """Return the public entries that came last and have a picture."""
    query = _shown().where(*_public(contest, now), Entry.picture_id.is_not(None))
    return db.session.scalars(query.order_by(Entry.number.desc()).limit(count)).all()


def random_entries(contest: Contest, count: int, now: datetime, without: Collection[int] = ()) -> Sequence[Entry]:
    """Return public entries with a picture, drawn anew with each call, none of the numbers `without`."""
    query = _shown().where(*_public(contest, now), Entry.picture_id.is_not(None), Entry.number.not_in(without))
    return db.session.scalars(query.order_by(sa.func.random()).limit(count)).all()


def public_entry(contest: Contest, number: int, now: datetime) -> Entry:
    """Return one public entry with its town and picture.

    Raises:
        NotFound: there is none of that number, or visitors may not see it.
    """
    entry = db.session.scalar(_shown().where(*_public(contest, now), Entry.number == number))
    if entry is None:
        raise NotFound(N_("Dieses Bild gibt es hier nicht. Vielleicht wurde es zurückgezogen."))
    return entry


def neighbours(contest: Contest, entry: Entry, now: datetime) -> Neighbours:
    """Return what comes before and after the entry in the gallery (newest first)."""
    newer = sa.select(sa.func.min(Entry.number)).where(*_public(contest, now), Entry.number > entry.number)
    older = sa.select(sa.func.max(Entry.number)).where(*_public(contest, now), Entry.number < entry.number)
    return Neighbours(db.session.scalar(newer), db.session.scalar(older))


def picked_entries(contest: Contest, numbers: Sequence[int], now: datetime) -> list[Entry]:
    """Return the public entries of these numbers with their towns, in the order of the numbers."""
    if not numbers:
        return []
    query = sa.select(Entry).options(joinedload(Entry.town)).where(*_public(contest, now), Entry.number.in_(numbers))
    return sorted(db.session.scalars(query), key=lambda entry: numbers.index(entry.number))


def entries_by_number(contest: Contest, numbers: Sequence[int], now: datetime) -> dict[int, Entry]:
    """Return those of the entries that are public, with towns and pictures, by number."""
    query = _shown().where(*_public(contest, now), Entry.number.in_(numbers))
    return {entry.number: entry for entry in db.session.scalars(query)}


def views_by_town(contest: Contest, now: datetime) -> dict[str, int]:
    """Return how many public entries each town has, by AGS; towns without one are absent."""
    query = sa.select(Entry.town_ags, sa.func.count()).where(*_public(contest, now)).group_by(Entry.town_ags)
    return {ags: count for ags, count in db.session.execute(query) if ags}


def _shown() -> sa.Select[Entry]:
    picture = selectinload(Entry.picture).selectinload(Picture.derivatives)
    return sa.select(Entry).options(joinedload(Entry.town), picture)


def _public(contest: Contest, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (Entry.contest_id == contest.id, *usable(Use.WEB, now), Entry.town_ags.is_not(None))
