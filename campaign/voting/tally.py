"""The running counters: kept in the transaction of each ballot, compared with a recount, repaired from it.

Picks of an entry: picks on it from counted ballots, whatever became of the entry. Ballots of a town: counted ballots
with at least one pick on an approved entry of the town.

Everybody locks in the same order: entries by number (ballots share them, a moderator who moves one or changes its
status takes it alone), then counters of entries by number, then counters of towns by AGS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.models import Ballot, EntryTally, Pick, TownTally

AnySelect: TypeAlias = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Recount:
    """What the ballots say: picks by entry number, ballots by AGS; zeros are absent."""

    entries: dict[int, int]
    towns: dict[str, int]


@dataclass(frozen=True)
class Difference:
    """A counter that is not what the ballots say; `key` is an entry number or an AGS."""

    kind: Literal["entry", "town"]
    key: int | str
    counter: int
    recount: int


def lock_entries(numbers: Iterable[int]) -> dict[int, str | None]:
    """Return the town of each entry, None where a pick counts for no town; kept so until the transaction ends."""
    query = sa.select(Entry.number, Entry.town_ags, Entry.status).where(Entry.number.in_(sorted(set(numbers))))
    rows = db.session.execute(query.order_by(Entry.number).with_for_update(read=True))
    return {number: ags if status is Status.APPROVED else None for number, ags, status in rows}


def count_ballots(contest_id: int, changes: Sequence[tuple[Ballot, int]]) -> None:
    """Let ballots join (+1) or leave (-1) the count; part of the caller's transaction."""
    town_of = lock_entries(pick.entry_number for ballot, _ in changes for pick in ballot.picks)
    picks: Counter[int] = Counter()
    towns: Counter[str] = Counter()
    for ballot, step in changes:
        numbers = [pick.entry_number for pick in ballot.picks]
        picks.update(dict.fromkeys(numbers, step))
        towns.update(dict.fromkeys({ags for ags in map(town_of.get, numbers) if ags}, step))
    _add(EntryTally, "picks", [({"entry_number": number}, step) for number, step in sorted(picks.items())])
    by_town = [({"contest_id": contest_id, "town_ags": ags}, step) for ags, step in sorted(towns.items())]
    _add(TownTally, "ballots", by_town)


def refresh_entry_town(contest_id: int, *towns: str) -> None:
    """Count the ballots of towns anew, after an entry with picks moved or changed its status.

    Part of the caller's transaction, which has locked the entry (FOR UPDATE) and flushed its change; give all towns
    that the change touches in one call, so that they are locked in order.
    """
    db.session.flush()
    for ags in sorted(set(towns)):
        key: dict[str, Any] = {"contest_id": contest_id, "town_ags": ags}
        _add(TownTally, "ballots", [(key, 0)])
        # Only now no ballot can change the counter: the ones counted before are committed, later ones wait.
        count = db.session.scalar(_town_ballots(contest_id, Entry.town_ags == ags)) or 0
        db.session.execute(_of(sa.update(TownTally), key).values(ballots=count))


def recount(contest_id: int) -> Recount:
    """Count all ballots of a contest."""
    entries = dict(db.session.execute(_entry_counts(contest_id)).all())
    return Recount(entries, {ags: count for ags, count in db.session.execute(_town_counts(contest_id)) if ags})


def compare(contest_id: int) -> list[Difference]:
    """Return the counters that differ from a recount, entries by number, then towns by AGS.

    Counters and ballots are read in one statement each, so a vote that goes on meanwhile makes no difference.
    """
    picks = sa.select(EntryTally.entry_number, EntryTally.picks)
    picks = picks.join(Entry, Entry.number == EntryTally.entry_number).where(Entry.contest_id == contest_id)
    entries = _differences(picks, _entry_counts(contest_id))
    ballots = sa.select(TownTally.town_ags, TownTally.ballots).where(TownTally.contest_id == contest_id)
    towns = _differences(ballots, _town_counts(contest_id))
    return [
        *(Difference("entry", key, counter, counted) for key, counter, counted in entries),
        *(Difference("town", key, counter, counted) for key, counter, counted in towns),
    ]


def repair(contest_id: int) -> list[Difference]:
    """Set the counters to what the ballots say; returns what was wrong; commits."""
    if db.session.get_bind().dialect.name == "postgresql":
        # Ballots in hand finish first, later ones wait.
        db.session.execute(sa.text("LOCK TABLE entry_tally, town_tally IN SHARE ROW EXCLUSIVE MODE"))
    found = compare(contest_id)
    for wrong in found:
        step = wrong.recount - wrong.counter
        if wrong.kind == "entry":
            _add(EntryTally, "picks", [({"entry_number": wrong.key}, step)])
        else:
            _add(TownTally, "ballots", [({"contest_id": contest_id, "town_ags": wrong.key}, step)])
    db.session.commit()
    return found


def _add(table: type[EntryTally | TownTally], counter: str, steps: Sequence[tuple[Mapping[str, Any], int]]) -> None:
    column = getattr(table, counter)
    rows = [{**key, counter: max(step, 0)} for key, step in steps]
    if not rows:
        return
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(table).values(rows)
    more = {counter: column + row.excluded[counter]}
    db.session.execute(row.on_conflict_do_update(index_elements=list(steps[0][0]), set_=more))
    for key, step in steps:
        # Apart: an insert of a negative number would break the CHECK before its conflict is looked at.
        if step < 0:
            db.session.execute(_of(sa.update(table), key).values({counter: column + step}))


def _of(change: sa.Update, key: Mapping[str, Any]) -> sa.Update:
    return change.filter_by(**key).execution_options(synchronize_session=False)


def _counted(contest_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (Ballot.contest_id == contest_id, Ballot.status == BallotStatus.COUNTED)


def _entry_counts(contest_id: int) -> sa.Select[int, int]:
    query = sa.select(Pick.entry_number, sa.func.count()).join(Ballot, Ballot.id == Pick.ballot_id)
    return query.where(*_counted(contest_id)).group_by(Pick.entry_number)


def _town_counts(contest_id: int) -> sa.Select[str | None, int]:
    query = _picked(sa.select(Entry.town_ags, sa.func.count(sa.distinct(Pick.ballot_id))), contest_id)
    return query.where(Entry.town_ags.is_not(None)).group_by(Entry.town_ags)


def _town_ballots(contest_id: int, of_town: sa.ColumnElement[bool]) -> sa.Select[int]:
    return _picked(sa.select(sa.func.count(sa.distinct(Pick.ballot_id))), contest_id).where(of_town)


def _picked(query: AnySelect, contest_id: int) -> AnySelect:
    joined = query.select_from(Pick).join(Ballot, Ballot.id == Pick.ballot_id)
    joined = joined.join(Entry, Entry.number == Pick.entry_number)
    return joined.where(*_counted(contest_id), Entry.status == Status.APPROVED)


def _differences(counters: AnySelect, counts: AnySelect) -> list[tuple[Any, int, int]]:
    kept, counted = counters.subquery(), counts.subquery()
    both = sa.union_all(
        sa.select(kept.c[0].label("key"), kept.c[1].label("counter"), sa.literal(0).label("counted")),
        sa.select(counted.c[0], sa.literal(0), counted.c[1]),
    ).subquery()
    counter, count = sa.func.sum(both.c.counter), sa.func.sum(both.c.counted)
    query = sa.select(both.c.key, counter, count).group_by(both.c.key).having(counter != count)
    rows = db.session.execute(query.order_by(both.c.key))
    return [(key, int(one), int(other)) for key, one, other in rows]
