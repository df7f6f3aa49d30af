"""Sealing: what happened to ballots becomes leaves of the public log, in batches, under a signed checkpoint."""

from __future__ import annotations

import json
import random
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from campaign.contests.models import Contest, Rulebook
from campaign.contests.rulebook import canonical_text, moment_text
from campaign.contests.services import rulebooks
from campaign.errors import CampaignError
from campaign.extensions import db, keyring, one_at_a_time
from campaign.ledger.files import amendment_name
from campaign.ledger.leaves import Leaf, LeafKind, commitment, file_leaf, is_batch_due, shuffled
from campaign.ledger.merkle import Frontier, leaf_hash
from campaign.ledger.models import LedgerCheckpoint, LedgerLeaf
from campaign.ledger.notes import verify
from campaign.ledger.signing import signer_of
from campaign.voting.models import BallotEvent
from campaign.voting.rules import LATE_CONFIRMATION

# What is written down late by a transaction that took long stands this far back at most.
_LATE_IDS: Final = 10_000
# The last confirmations are written down by then.
_SLACK: Final = timedelta(minutes=10)
_CHUNK: Final = 20_000


class LedgerBroken(CampaignError):
    """What is stored is not what was signed: nothing more is signed until people have looked."""


@dataclass(frozen=True)
class Sealed:
    """What one sealing did: new leaves, and the size of the log."""

    leaves: int
    size: int


@dataclass(frozen=True)
class _New:
    leaf: Leaf
    event_id: int | None = None
    name: str | None = None
    content: str | None = None


def seal(contest: Contest, now: datetime, *, at_once: bool = False) -> Sealed:
    """Append what is due to the log of a contest and sign it; commits, and does nothing where nothing is due.

    Acts on ballots wait for a batch, unless `at_once`. Before it signs it reads the stored leaves again.

    Raises:
        LedgerBroken: stored leaves or checkpoints are not what was signed, or a leaf not what its act says.
    """
    one_at_a_time(keyring().fingerprint("ledger", contest.slug))
    size, rules = _size(contest.id), _rules(contest)
    closes = _is_closed(contest, now) and not has_leaf(contest.id, LeafKind.CLOSE)
    # What happened under other rules, or before the end, stands before them.
    events = _events(contest, now, at_once=at_once or closes or (size > 0 and bool(rules)), all_ids=closes)
    new = [*events, *rules] if size else [*rules, *events]
    if closes:
        count = _count_events(contest.id) + len(events)
        new.append(_New(Leaf(LeafKind.CLOSE, str(count))))
    if not new or (size == 0 and not rules):
        db.session.rollback()
        return Sealed(0, size)
    _append(contest.id, size, new, now)
    _sign(contest, size + len(new), now)
    db.session.commit()
    return Sealed(len(new), size + len(new))


def append_file(contest: Contest, kind: LeafKind, name: str, content: str, now: datetime) -> None:
    """Fix a file in the log, after all that has happened; part of the caller's transaction. Raises as `seal` does."""
    one_at_a_time(keyring().fingerprint("ledger", contest.slug))
    size = _size(contest.id)
    new = _events(contest, now, at_once=True, all_ids=True)
    new.append(_New(file_leaf(kind, content.encode()), None, name, content))
    _append(contest.id, size, new, now)
    _sign(contest, size + len(new), now)


def is_sealed(contest_id: int, tracker: str) -> bool:
    """Return whether all that happened to a ballot is in the log."""
    waiting = sa.select(BallotEvent.id).filter_by(contest_id=contest_id, tracker=tracker)
    waiting = waiting.outerjoin(LedgerLeaf, LedgerLeaf.event_id == BallotEvent.id).where(LedgerLeaf.number.is_(None))
    return not db.session.scalar(sa.select(waiting.exists()))


def stored_leaves(contest_id: int) -> Generator[str]:
    """Yield the text of every leaf as it is stored, in order.

    Raises:
        LedgerBroken: a leaf is missing.
    """
    query = sa.select(LedgerLeaf.number, LedgerLeaf.text).filter_by(contest_id=contest_id).order_by(LedgerLeaf.number)
    with closing(db.session.execute(query.execution_options(yield_per=_CHUNK))) as rows:
        for expected, (number, text) in enumerate(rows):
            if number != expected:
                raise LedgerBroken(
                    "The public ledger lacks its leaf %(number)s. Restore the database.", number=expected
                )
            yield text


def _rules(contest: Contest) -> list[_New]:
    known = sa.select(sa.func.count()).select_from(LedgerLeaf).filter_by(contest_id=contest.id)
    fixed = db.session.scalar(known.where(sa.or_(LedgerLeaf.name == "rules.json", LedgerLeaf.name.like("amend%")))) or 0
    return [_rules_leaf(book) for book in rulebooks(contest.id)[fixed:]]


def _rules_leaf(book: Rulebook) -> _New:
    if book.number == 0:
        return _New(file_leaf(LeafKind.RULES, book.text.encode()), None, "rules.json", book.text)
    told = {"number": book.number, "reason": book.reason, "at": moment_text(book.at), "rules": json.loads(book.text)}
    text = canonical_text(told)
    return _New(file_leaf(LeafKind.AMENDMENT, text.encode()), None, amendment_name(book.number), text)


def _events(contest: Contest, now: datetime, *, at_once: bool, all_ids: bool = False) -> list[_New]:
    columns = (BallotEvent.id, BallotEvent.tracker, BallotEvent.kind, BallotEvent.detail, BallotEvent.salt)
    query = sa.select(*columns, BallotEvent.at).outerjoin(LedgerLeaf, LedgerLeaf.event_id == BallotEvent.id)
    query = query.where(BallotEvent.contest_id == contest.id, LedgerLeaf.number.is_(None)).order_by(BallotEvent.id)
    if not all_ids:
        query = query.where(BallotEvent.id > _last_event(contest.id) - _LATE_IDS)
    rows = db.session.execute(query).all()
    oldest = min((row.at for row in rows), default=now)
    if not rows or not (at_once or is_batch_due(len(rows), oldest, now)):
        return []
    ordered = shuffled([(row.tracker, row) for row in rows], random.SystemRandom())
    return [_New(Leaf(LeafKind.EVENT, _commitment(contest, row)), row.id) for row in ordered]


def _commitment(contest: Contest, row: Any) -> str:
    return commitment(row.kind.value, contest.slug, row.tracker, row.detail, row.salt)


def _append(contest_id: int, size: int, new: Sequence[_New], now: datetime) -> None:
    rows = [
        {
            "contest_id": contest_id,
            "number": number,
            "text": str(one.leaf),
            "event_id": one.event_id,
            "name": one.name,
            "content": one.content,
            "at": now,
        }
        for number, one in enumerate(new, start=size)
    ]
    db.session.execute(sa.insert(LedgerLeaf), rows)


def _sign(contest: Contest, size: int, now: datetime) -> None:
    signer, last = signer_of(contest, now), _last_checkpoint(contest.id)
    signed = verify_note(last, signer.public) if last else None
    frontier = Frontier()
    with closing(stored_leaves(contest.id)) as leaves:
        for text in leaves:
            if signed and frontier.size == signed[0] and frontier.root() != signed[1]:
                break
            frontier.append(leaf_hash(text.encode()))
    if frontier.size != size:
        raise LedgerBroken("The stored leaves of the public ledger are not those that were signed. Nothing is signed.")
    # A clock that was set back does not set the log back.
    now = max(now, last.at) if last else now
    note = signer.note(size, frontier.root(), now)
    number = last.number + 1 if last else 1
    db.session.add(LedgerCheckpoint(contest_id=contest.id, number=number, size=size, note=note, at=now))
    db.session.flush()


def verify_note(checkpoint: LedgerCheckpoint, key: Any) -> tuple[int, bytes]:
    """Return size and root of a stored checkpoint.

    Raises:
        LedgerBroken: it is not what was signed.
    """
    try:
        found = verify(checkpoint.note, key)
    except ValueError as error:
        raise LedgerBroken("A stored checkpoint of the public ledger is not what was signed.") from error
    return found.size, found.root


def _size(contest_id: int) -> int:
    newest = db.session.scalar(sa.select(sa.func.max(LedgerLeaf.number)).filter_by(contest_id=contest_id))
    return 0 if newest is None else newest + 1


def _last_event(contest_id: int) -> int:
    newest = sa.select(sa.func.max(LedgerLeaf.event_id)).filter_by(contest_id=contest_id)
    return db.session.scalar(newest) or 0


def _count_events(contest_id: int) -> int:
    query = sa.select(sa.func.count(LedgerLeaf.event_id)).filter_by(contest_id=contest_id)
    return db.session.scalar(query) or 0


def has_leaf(contest_id: int, kind: LeafKind) -> bool:
    """Return whether the log has a leaf of this kind, which is none of an act."""
    query = sa.select(LedgerLeaf.number).where(LedgerLeaf.contest_id == contest_id, LedgerLeaf.event_id.is_(None))
    return bool(db.session.scalar(sa.select(query.where(LedgerLeaf.text.like(f"{kind} %")).exists())))


def _is_closed(contest: Contest, now: datetime) -> bool:
    return now >= contest.vote_until + LATE_CONFIRMATION + _SLACK


def _last_checkpoint(contest_id: int) -> LedgerCheckpoint | None:
    query = sa.select(LedgerCheckpoint).filter_by(contest_id=contest_id).order_by(LedgerCheckpoint.number.desc())
    return db.session.scalar(query.limit(1))
