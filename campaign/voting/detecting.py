"""What the detectors find among the ballots of the last three days is set aside, never rejected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from campaign.contests.models import Contest
from campaign.contests.services import fixed_rules
from campaign.entries.models import Entry
from campaign.extensions import db, one_at_a_time, read_only
from campaign.mail.models import OutboxMail
from campaign.towns.models import Town
from campaign.voting.acting import Acts
from campaign.voting.detection.thresholds import Bar, Thresholds
from campaign.voting.detectors import WINDOW, Cast, Facts, Finding, find
from campaign.voting.lifecycle import STANDING, Act, BallotStatus, read_picks
from campaign.voting.models import Ballot, BallotEvent, Cluster, EntryTally
from campaign.voting.traits import AddressTraits

# Nobody's confirmation waits for more than these.
_BATCH: Final = 100
_TRAITS: Final = [getattr(Ballot, one.name) for one in fields(AddressTraits)]


def hold_suspicious(contest: Contest, now: datetime) -> int:
    """Set aside what the detectors find, by the thresholds of the fixed rules; returns how many ballots; commits.

    What people have released stays so. Safe to run again: the same ballots are found, and held already.
    """
    with read_only():
        released = _released(contest.id)
        towns = _towns(contest.id)
        casts = _casts(contest.id, towns, now)
        facts = _facts(contest.id, towns, casts)
        rules = fixed_rules(contest.id)
        db.session.rollback()
    found = find(casts, facts, thresholds_of(rules["detectors"] if rules else {}), now)
    taken = set(released)
    held = 0
    for finding in sorted(found, key=lambda one: (-len(one.ids), one.reason)):
        held += _hold(contest.id, finding, finding.ids - taken, now)
        taken |= finding.ids
    return held


def thresholds_of(rules: Mapping[str, Mapping[str, float]]) -> Thresholds:
    """Return the thresholds as `Thresholds.as_rules` wrote them; what is missing has its default."""
    values: dict[str, Any] = {}
    for one in fields(Thresholds):
        name, _, rest = one.name.partition("_")
        group, default = rules.get(name, {}), getattr(Thresholds, one.name)
        if isinstance(default, Bar):
            prefix = f"{rest}_" if rest else ""
            parts = {part.name: group.get(f"{prefix}{part.name}", getattr(default, part.name)) for part in fields(Bar)}
            values[one.name] = Bar(**parts)
        else:
            values[one.name] = group.get(rest, default)
    return Thresholds(**values)


def _casts(contest_id: int, towns: Mapping[int, str], now: datetime) -> list[Cast]:
    sent_at = sa.func.coalesce(OutboxMail.sent_at, Ballot.requested_at, type_=Ballot.requested_at.type)
    query = (
        sa.select(
            Ballot.id,
            Ballot.confirmed_at,
            Ballot.requested_at,
            sent_at,
            BallotEvent.detail,
            Ballot.network_key,
            Ballot.wide_network_key,
            Ballot.hints,
            *_TRAITS,
        )
        .join(BallotEvent, sa.and_(BallotEvent.tracker == Ballot.receipt_code, BallotEvent.kind == Act.CAST))
        .outerjoin(OutboxMail, OutboxMail.id == Ballot.mail_id)
        .where(Ballot.contest_id == contest_id, BallotEvent.contest_id == contest_id)
        .where(Ballot.status.in_(STANDING), Ballot.confirmed_at >= now - WINDOW)
    )
    return [_cast(row, towns) for row in db.session.execute(query)]


def _cast(row: Any, towns: Mapping[int, str]) -> Cast:
    number, at, requested_at, sent_at, detail, network, wide, hints, *traits = row
    picks = tuple(read_picks(detail))
    of_towns = tuple(towns.get(pick, "") for pick in picks)
    known = AddressTraits(*traits)
    return Cast(number, at, requested_at, sent_at, picks, of_towns, known, network, wide, frozenset(hints))


def _facts(contest_id: int, towns: Mapping[int, str], casts: Sequence[Cast]) -> Facts:
    inhabitants = dict(db.session.execute(sa.select(Town.ags, Town.population)).all())
    tallies = sa.select(EntryTally.entry_number, EntryTally.picks).join(Entry, Entry.number == EntryTally.entry_number)
    earlier = dict(db.session.execute(tallies.where(Entry.contest_id == contest_id)).all())
    for cast in casts:
        for pick in cast.picks:
            earlier[pick] = max(0, earlier.get(pick, 0) - 1)
    return Facts(inhabitants, towns, earlier=earlier)


def _towns(contest_id: int) -> dict[int, str]:
    query = sa.select(Entry.number, Entry.town_ags).where(Entry.contest_id == contest_id, Entry.town_ags.is_not(None))
    return {number: ags for number, ags in db.session.execute(query) if ags}


def _released(contest_id: int) -> set[int]:
    acts = (BallotEvent.contest_id == contest_id, BallotEvent.kind.in_((Act.RELEASE, Act.REINSTATE)))
    query = sa.select(Ballot.id).join(BallotEvent, BallotEvent.tracker == Ballot.receipt_code).where(*acts)
    return set(db.session.scalars(query.where(BallotEvent.detail != "voter")))


def _hold(contest_id: int, finding: Finding, ids: Iterable[int], now: datetime) -> int:
    counted = sa.select(Ballot.id).where(Ballot.status == BallotStatus.COUNTED).order_by(Ballot.id)
    due = [one for some in _batches(sorted(ids)) for one in db.session.scalars(counted.where(Ballot.id.in_(some)))]
    if not due:
        return 0
    begins_at, ends_at = finding.period
    cluster = Cluster(contest_id=contest_id, reason=finding.reason, evidence=dict(finding.evidence), found_at=now)
    cluster.begins_at, cluster.ends_at = begins_at, ends_at
    db.session.add(cluster)
    db.session.commit()
    return sum(_hold_some(cluster.id, finding.reason, some, now) for some in _batches(due))


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))


def _hold_some(cluster_id: int, reason: str, ids: Sequence[int], now: datetime) -> int:
    one_at_a_time(*db.session.scalars(sa.select(Ballot.voter_key).where(Ballot.id.in_(ids))))
    query = sa.select(Ballot).where(Ballot.id.in_(ids), Ballot.status == BallotStatus.COUNTED).order_by(Ballot.id)
    query = query.options(selectinload(Ballot.picks)).with_for_update(of=Ballot)
    ballots = db.session.scalars(query.execution_options(populate_existing=True)).all()
    with db.session.no_autoflush:
        acts = Acts(ballots)
        for ballot in ballots:
            ballot.cluster_id = cluster_id
            acts.act(ballot, Act.HOLD, now, reason)
        acts.write()
    db.session.commit()
    return len(ballots)
