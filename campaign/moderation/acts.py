"""How a decision is written: the entry's change, the row, the counters and the audit log in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.extensions import db
from campaign.moderation.claims import check_free
from campaign.moderation.models import Action, Claim, Decision, Description, Exclusion, ExclusionOutcome
from campaign.staff import audit
from campaign.staff.actors import Actor
from campaign.staff.chain import digest_of_set
from campaign.uploads.news import note_changes
from campaign.voting.models import Pick
from campaign.voting.tally import refresh_entry_town


@dataclass
class _Batch:
    """Decisions that are one transaction, and the mark that they carry."""

    mark: str
    decisions: list[Decision] = field(default_factory=list)


_batch: ContextVar[_Batch | None] = ContextVar("batch", default=None)


def begin(number: int, action: Action, actor: Actor, now: datetime) -> tuple[Entry, Decision]:
    """Lock an entry and note how it stands; what is refused after this must leave both untouched.

    Raises:
        NotFound: there is no such entry.
        Conflict: somebody else works on it at the desk.
    """
    entry = check_free(number, actor, now)
    decision = Decision(
        entry_number=entry.number,
        staff_id=actor.staff_id,
        actor=actor.name,
        action=action,
        status_before=entry.status,
        town_before=entry.town_ags,
        town_confirmed_before=entry.town_confirmed,
        decided_at=now,
        description=None,
    )
    return entry, decision


def finish(entry: Entry, decision: Decision) -> Decision:
    """Write the decision with how the entry stands now, keep the counters right, commit once.

    Whoever had the entry at the desk is done with it, unless it still waits there.
    """
    batch = _batch.get()
    if batch is None:
        complete(entry, decision)
        db.session.commit()
    else:
        _write(entry, decision)
        batch.decisions.append(decision)
    return decision


def complete(entry: Entry, decision: Decision) -> None:
    """Write the decision as `finish` does; the caller commits, at once."""
    _write(entry, decision)
    _seal([decision])


def _write(entry: Entry, decision: Decision) -> None:
    if entry.status is not Status.PENDING:
        entry.parked_at = None
    decision.status_after, decision.town_after = entry.status, entry.town_ags
    entry.updated_at = decision.decided_at
    batch = _batch.get()
    # Complete before anything sends it to the database: a row of decisions is never changed.
    decision.batch = batch.mark if batch else None
    db.session.add(decision)
    if decision.action is Action.WITHDRAW or decision.status_before is not entry.status:
        _end_proposal(decision)
    if entry.status is not Status.PENDING or entry.parked_at is not None:
        db.session.execute(sa.delete(Claim).where(Claim.entry_number == entry.number))


def _end_proposal(decision: Decision) -> None:
    """Drop what waits for a second account: the entry does not stand any more as it did when that was proposed."""
    waiting = sa.update(Exclusion).where(Exclusion.entry_number == decision.entry_number, Exclusion.outcome.is_(None))
    ended = {"outcome": ExclusionOutcome.DROPPED, "decided_by": decision.staff_id, "decided_at": decision.decided_at}
    db.session.execute(waiting.values(**ended))


@contextmanager
def as_one(mark: str) -> Iterator[None]:
    """Let all decisions made inside carry a mark and be one transaction: committed at the end, or nothing of them.

    Whoever locks several entries names them beforehand, in order (`lock_all`).
    """
    batch = _Batch(mark)
    token = _batch.set(batch)
    try:
        yield
        _seal(batch.decisions)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _batch.reset(token)


def lock_all(numbers: Collection[int]) -> None:
    """Lock the rows of entries in the order of their numbers, so that two who want the same wait for each other."""
    query = sa.select(Entry.number).where(Entry.number.in_(numbers)).order_by(Entry.number)
    db.session.execute(query.with_for_update())


def _seal(decisions: Sequence[Decision]) -> None:
    """Refresh the counters and write the audit rows, in the order in which everybody locks them."""
    db.session.flush()
    voted = [one for one in decisions if has_picks(one.entry_number)]
    towns = {ags for one in voted for ags in (one.town_before, one.town_after) if ags}
    if towns:
        refresh_entry_town(get_entry(voted[0].entry_number).contest_id, *towns)
    if decisions:
        note_changes([one.entry_number for one in decisions], decisions[0].decided_at)
    for one in decisions:
        _record(one)


def digest_of(row: Decision | Description) -> str:
    """Return what the audit log keeps of a decision, or of what it changed in words: SHA-256 over the columns set."""
    return digest_of_set({column.key: getattr(row, column.key) for column in row.__table__.columns})


def _record(decision: Decision) -> None:
    actor = Actor(decision.staff_id, decision.actor)
    before = {"status": decision.status_before, "town": decision.town_before}
    after = {"status": decision.status_after, "town": decision.town_after, "reason": decision.reason}
    kept = {"decision": decision.id, "digest": digest_of(decision)}
    if decision.description is not None:
        before["people"], after["people"] = decision.description.people_before, decision.description.people_after
        kept["said"] = digest_of(decision.description)
    subject = f"entry:{decision.entry_number}"
    audit.record(actor, f"entry.{decision.action}", subject, decision.decided_at, before=before, after=after | kept)


def has_picks(number: int) -> bool:
    return db.session.scalar(sa.select(sa.exists().where(Pick.entry_number == number))) or False
