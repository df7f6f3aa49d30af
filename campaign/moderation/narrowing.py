"""What lists and the desk are narrowed to, as conditions of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.entries.admission import IntakeReason
from campaign.entries.hints import HintKind
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry, SimilarEntry
from campaign.entries.usable import with_right, without_right
from campaign.entries.uses import Use
from campaign.moderation.models import Decision
from campaign.moderation.search_rules import Search, ways_to_write
from campaign.pictures.models import Picture

# Written into the statement itself: only then do both databases know that the index of what waits is meant.
_PENDING = sa.literal(Status.PENDING, type_=Entry.__table__.c.status.type, literal_execute=True)


@dataclass(frozen=True)
class Filters:
    """What entries are narrowed to; None leaves a field open.

    `received_before` is for those that came before a moment, `decided_by` for those that an account of the staff has
    decided something about.
    """

    status: Status | None = None
    town: str | None = None
    source: Source | None = None
    has_right: bool | None = None
    username: str | None = None
    kept_out_by: IntakeReason | None = None
    is_gone: bool | None = None
    hint: HintKind | None = None
    is_parked: bool | None = None
    has_likeness: bool | None = None
    received_before: datetime | None = None
    decided_by: int | None = None
    search: Search | None = None


def pending(contest: Contest) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of what waits for a decision, whether put aside or not."""
    return [Entry.contest_id == contest.id, Entry.status == _PENDING]


def waiting(contest: Contest, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of what the desk hands out: what waits, and is put aside only if that is asked for."""
    aside = Entry.parked_at.is_not(None) if filters.is_parked else Entry.parked_at.is_(None)
    return [*pending(contest), aside, *narrowed(filters)]


def narrowed(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a list."""
    found = _equal(filters)
    if filters.has_right is not None:
        found.append((with_right if filters.has_right else without_right)(Use.WEB, utc_now()))
    if filters.kept_out_by is not None:
        named = sa.cast(Entry.intake_reasons, sa.Text).contains(f'"{filters.kept_out_by.value}"')
        found += [Entry.status == Status.REJECTED, named]
    if filters.hint is not None:
        found.append(_raises(filters.hint))
    if filters.is_parked is not None:
        found += [Entry.status == Status.PENDING, Entry.parked_at.is_not(None) == filters.is_parked]
    if filters.received_before is not None:
        found.append(Entry.received_at <= filters.received_before)
    if filters.has_likeness is not None:
        found.append(_alike() if filters.has_likeness else ~_alike())
    if filters.decided_by is not None:
        mine = (Decision.entry_number == Entry.number, Decision.staff_id == filters.decided_by)
        found.append(sa.exists().where(*mine))
    return found + (_searched(filters.search) if filters.search else [])


def _equal(filters: Filters) -> list[sa.ColumnElement[bool]]:
    fields: dict[sa.SQLColumnExpression[Any], object] = {
        Entry.status: filters.status,
        Entry.town_ags: filters.town,
        Entry.source: filters.source,
        Entry.username: filters.username,
        Entry.gone_at.is_not(None): filters.is_gone,
    }
    return [column == value for column, value in fields.items() if value is not None]


def _alike() -> sa.ColumnElement[bool]:
    later = sa.exists().where(SimilarEntry.entry_number == Entry.number)
    return sa.or_(later, sa.exists().where(SimilarEntry.other_number == Entry.number))


def _raises(kind: HintKind) -> sa.ColumnElement[bool]:
    """Return the condition of entries that raise such a question, by their words or by their picture."""
    said = sa.cast(Entry.hints, sa.Text).contains(f'"{kind.value}"')
    seen = {HintKind.PEOPLE: Picture.faces > 0, HintKind.DRONE: Picture.drone.is_not(None)}.get(kind)
    if seen is None:
        return said
    return sa.or_(said, sa.exists().where(Picture.id == Entry.picture_id, seen))


def _searched(search: Search) -> list[sa.ColumnElement[bool]]:
    if search.number is not None:
        return [Entry.number == search.number]
    if search.account is not None:
        return [Entry.username == search.account]
    in_text = [_holds(word) for word in search.words]
    if search.shortcode is None:
        return in_text
    return [sa.or_(Entry.shortcode == search.shortcode, *in_text)]


def _holds(word: str) -> sa.ColumnElement[bool]:
    columns = (Entry.caption, Entry.creator, Entry.username)
    ways = [column.icontains(way, autoescape=True) for way in ways_to_write(word) for column in columns]
    return sa.or_(*ways)
