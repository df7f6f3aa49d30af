"""What the public API lists, page by page; nothing here shows what visitors may not see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.contests.phases import are_counts_hidden, phase_at
from campaign.entries.models import Entry
from campaign.entries.queries import views_by_town
from campaign.entries.serialise import entry_item
from campaign.entries.usable import usable
from campaign.entries.uses import Use
from campaign.errors import N_, InvalidInput, NotFound
from campaign.extensions import db, settings
from campaign.results.document import rule_values, utc_text
from campaign.results.figures import loaded, picks_of
from campaign.results.services import counting_rule, is_published, published
from campaign.results.standings import size_class
from campaign.towns.models import Town

PAGE_SIZE = 100
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and the cursor of the next ones or None."""

    rows: Sequence[Row]
    next: str | None


def contest_item(contest: Contest, now: datetime) -> dict[str, Any]:
    """Return the contest with its dates (UTC), its phase and its rule."""
    out = is_published(contest)
    dates = ("collect_from", "collect_until", "vote_from", "vote_until", "counts_hidden_from", "publish_at")
    limits = ("votes_per_ballot", "votes_per_town", "entries_per_creator")
    moments = {name: getattr(contest, name) for name in dates}
    return {
        **{name: getattr(contest, name) for name in ("slug", "title", "hashtag", "mention", *limits)},
        **{name: utc_text(moment) if moment else None for name, moment in moments.items()},
        "phase": phase_at(contest, now, published=out).value,
        "hidden": are_counts_hidden(contest, now, published=out),
        "rule": rule_values(counting_rule(contest)),
    }


def town_items(contest: Contest, cursor: str, now: datetime, size: int = PAGE_SIZE) -> Page[dict[str, Any]]:
    """Return the next towns, and the villages with views, by AGS; the cursor is the last AGS seen.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    counts = views_by_town(contest, now)
    query = sa.select(Town).where(Town.ags > _check_cursor(cursor), sa.or_(Town.is_town, Town.ags.in_(counts)))
    page = _cut(db.session.scalars(query.order_by(Town.ags).limit(size + 1)).all(), size, lambda town: town.ags)
    return Page([_town(town, counts.get(town.ags, 0)) for town in page.rows], page.next)


def entry_items(
    contest: Contest, now: datetime, *, ags: str = "", cursor: str = "", size: int = PAGE_SIZE
) -> Page[dict[str, Any]]:
    """Return the next public entries, newest first, of all towns or of one; the cursor is the last number seen.

    Raises:
        InvalidInput: the cursor is not one of ours.
        NotFound: there is no town of that AGS.
    """
    where = [Entry.contest_id == contest.id, *usable(Use.WEB, now)]
    if ags:
        where.append(Entry.town_ags == _known_town(ags))
    if _check_cursor(cursor):
        where.append(Entry.number < int(cursor))
    query = loaded().where(*where, Entry.town_ags.is_not(None)).order_by(Entry.number.desc()).limit(size + 1)
    page = _cut(db.session.scalars(query).all(), size, lambda entry: str(entry.number))
    picks = public_picks(contest, [entry.number for entry in page.rows], now)
    base_url = settings().site.base_url
    items = [entry_item(one, base_url=base_url, picks=picks.get(one.number), now=now) for one in page.rows]
    return Page(items, page.next)


def public_picks(contest: Contest, numbers: Sequence[int], now: datetime) -> dict[int, int]:
    """Return the picks of entries as everybody may know them: as published, running, or empty while hidden."""
    final = published(contest)
    if final is not None:
        frozen = {one["number"]: one["picks"] for one in final["entries"]}
        return {number: frozen.get(number, 0) for number in numbers}
    return {} if are_counts_hidden(contest, now, published=False) else picks_of(numbers)


def _cut(rows: Sequence[Row], size: int, cursor: Callable[[Row], str]) -> Page[Row]:
    kept = rows[:size]
    return Page(kept, cursor(kept[-1]) if len(rows) > size else None)


def _town(town: Town, entries: int) -> dict[str, Any]:
    return {
        "ags": town.ags,
        "name": town.name,
        "slug": town.slug,
        "district": town.district,
        "is_town": town.is_town,
        "population": town.population,
        "size_class": size_class(town.population, settings().results.size_classes),
        "lat": town.lat,
        "lon": town.lon,
        "entries": entries,
    }


def _known_town(ags: str) -> str:
    found = db.session.scalar(sa.select(Town.ags).filter_by(ags=ags)) if _is_number(ags) else None
    if found is None:
        raise NotFound(N_("Einen Ort mit dem Schlüssel %(ags)s kennen wir nicht."), ags=ags[:20])
    return found


def _check_cursor(cursor: str) -> str:
    if cursor and not _is_number(cursor):
        raise InvalidInput(N_("Diesen Cursor kennen wir nicht. Fang ohne Cursor von vorn an."))
    return cursor


def _is_number(text: str) -> bool:
    # Nine digits fit into every number column.
    return text.isascii() and text.isdigit() and len(text) < 10
