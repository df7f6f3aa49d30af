"""The audit log: every act of the staff as one append-only row, in the transaction of the act itself.

Each row's hash covers the row before it, so that none can be changed, taken out or put in between unnoticed; the head
is sealed with a key that is not in the database, so that nobody who can only write there can make the chain anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from campaign.extensions import db, keyring
from campaign.staff.actors import Actor
from campaign.staff.chain import BROKEN, GENESIS, canonical, digest
from campaign.staff.models import AuditHead, AuditRow
from campaign.staff.stored import BATCH, stored_rows

_SEAL = "audit head"
_HEAD = 1
_HASHED = ("number", "at", "staff_id", "actor", "act", "subject", "before", "after", "previous")
_UNTOLD = "audit heads"

log = structlog.get_logger(__name__)


def begin() -> None:
    """Write the head of the empty log; flushed. Done once, by the upgrade that makes the table.

    Later a missing head is a sign that somebody took it away.
    """
    db.session.add(AuditHead(id=_HEAD, rows=0, hash=GENESIS, seal=_seal(0, GENESIS)))
    db.session.flush()


def record(
    actor: Actor,
    act: str,
    subject: str,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditRow:
    """Append a row about an act; flushed, the caller commits both at once.

    `act` names what was done (`entry.approve`), `subject` what it was done to (`entry:12`), `before` and `after` how
    that stood. To be called last before the commit: whoever acts next waits for it. Neither secrets nor addresses of
    people outside the staff belong into it.
    """
    head = _locked_head()
    row = AuditRow(
        number=head.rows + 1,
        at=now,
        staff_id=actor.staff_id,
        actor=actor.name,
        act=act,
        subject=subject,
        before=canonical(before) if before is not None else None,
        after=canonical(after) if after is not None else None,
        previous=head.hash,
    )
    row.hash = _hash_of({name: getattr(row, name) for name in _HASHED})
    head.rows, head.hash, head.seal = row.number, row.hash, _seal(row.number, row.hash)
    db.session.add(row)
    db.session.flush()
    _untold().append((row.number, act, row.hash))
    return row


def record_all(actor: Actor, now: datetime, acts: Iterable[tuple[str, str, Mapping[str, Any]]]) -> int:
    """Append a row for each act, subject and what stands after it, as `record` does; returns how many.

    For very many at once: the log of the program tells of the last one only, which stands for all of them.
    """
    head = _locked_head()
    begun = head.rows
    numbered = ((begun + 1 + place, one) for place, one in enumerate(acts))
    while some := [_values(head, actor, now, *one) for one in islice(numbered, BATCH)]:
        db.session.execute(sa.insert(AuditRow), some)
    head.seal = _seal(head.rows, head.hash)
    db.session.flush()
    if head.rows > begun:
        _untold().append((head.rows, "many", head.hash))
    return head.rows - begun


def _values(
    head: AuditHead, actor: Actor, now: datetime, number: int, act: tuple[str, str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a row that follows the head, and let the head follow it."""
    name, subject, after = act
    row = {"number": number, "at": now, "staff_id": actor.staff_id, "actor": actor.name, "act": name}
    row |= {"subject": subject, "before": None, "after": canonical(after), "previous": head.hash}
    row["hash"] = _hash_of(row)
    head.rows, head.hash = number, str(row["hash"])
    return row


def head() -> tuple[int, str]:
    """Return how many rows the log has and the hash of the last one, as its head says."""
    found = db.session.execute(sa.select(AuditHead.rows, AuditHead.hash).filter_by(id=_HEAD)).one_or_none()
    return (found[0], found[1]) if found else (0, GENESIS)


def hash_of_row(number: int) -> str | None:
    """Return the hash of a row, None where there is no such row."""
    return db.session.scalar(sa.select(AuditRow.hash).filter_by(number=number))


def broken_rows() -> Iterator[str]:
    """Yield one sentence for each place where the log is not what was written; nothing when all is well."""
    previous, number = GENESIS, 0
    for row in stored_rows(AuditRow, AuditRow.number):
        if row["number"] > number + 1:
            yield f"Rows {number + 1} to {row['number'] - 1} of the audit log are missing."
        if row["number"] < 1:
            yield f"Row {row['number']} of the audit log was added past the program."
        if row["hash"] != _hash_of(row):
            yield f"Row {row['number']} of the audit log was changed."
        if row["previous"] != previous:
            yield f"Row {row['number']} of the audit log does not follow the row before it."
        previous, number = row["hash"], row["number"]
    yield from _broken_head(number, previous)


def _broken_head(number: int, last: str) -> Iterator[str]:
    heads = list(stored_rows(AuditHead, AuditHead.id))
    if not heads:
        yield "The head of the audit log is missing."
    for one in heads:
        if one["seal"] != _seal(one["rows"], one["hash"]):
            yield "The head of the audit log was changed, or sealed under another site.secret_key."
        elif (one["rows"], one["hash"]) != (number, last):
            yield f"The audit log ends with row {number}, but {one['rows']} rows were written."


def _hash_of(row: Mapping[str, Any]) -> str:
    return digest({name: row[name] for name in _HASHED})


def _seal(rows: int, last: str) -> str:
    return keyring().fingerprint(_SEAL, f"{rows}:{last}")


def _locked_head() -> AuditHead:
    query = sa.select(AuditHead).filter_by(id=_HEAD).with_for_update().execution_options(populate_existing=True)
    head = db.session.scalar(query)
    last = db.session.scalar(sa.select(sa.func.max(AuditRow.number))) or 0
    is_ours = head is not None and head.seal == _seal(head.rows, head.hash)
    if head is not None and is_ours and head.rows == last:
        return head
    # Acts go on, but a new seal must not hide what was done to the old end: the next row follows nothing that there is.
    log.error("the audit log does not end as it was left", rows=last)
    written = head.rows if head is not None and is_ours else 0
    head = head or AuditHead(id=_HEAD)
    head.rows, head.hash, head.seal = max(written, last), BROKEN, ""
    db.session.add(head)
    return head


def _untold() -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = db.session().info.setdefault(_UNTOLD, [])
    return found


def _tell(session: Session) -> None:
    """Say in the log which rows are committed: where logs are kept elsewhere, nobody can cut the end off unnoticed."""
    for number, act, last in session.info.pop(_UNTOLD, ()):
        log.info("audit", number=number, act=act, hash=last)


def _forget(session: Session, *_transaction: object) -> None:
    session.info.pop(_UNTOLD, None)


sa.event.listen(db.session, "after_commit", _tell)
sa.event.listen(db.session, "after_soft_rollback", _forget)
