"""The audit log: every act of the staff as one append-only row, in the transaction of the act itself.

Each row's hash covers the row before it, so that none can be changed, taken out or put in between unnoticed; the head
is sealed with a key that is not in the database, so that nobody who can only write there can make the chain anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaign.extensions import db, keyring
from campaign.staff.actors import Actor
from campaign.staff.chain import GENESIS, canonical, digest
from campaign.staff.models import AuditHead, AuditRow

_SEAL = "audit head"
_HEAD = 1
_BATCH = 1000


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
    row.hash = _hash_of(row)
    head.rows, head.hash, head.seal = row.number, row.hash, _seal(row.number, row.hash)
    db.session.add(row)
    db.session.flush()
    return row


def is_empty() -> bool:
    """Return whether nothing has been recorded yet."""
    return db.session.scalar(sa.select(sa.exists().where(AuditRow.number > 0))) is not True


def rows() -> Iterator[AuditRow]:
    """Yield all rows in their order, without keeping them in memory."""
    query = sa.select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=_BATCH)
    for row in db.session.scalars(query):
        yield row
        db.session.expunge(row)


def broken_rows() -> Iterator[str]:
    """Yield one sentence for each place where the log is not what was written; nothing when all is well."""
    previous, number = GENESIS, 0
    for row in rows():
        if row.number != number + 1:
            yield f"Rows {number + 1} to {row.number - 1} of the audit log are missing."
        if row.hash != _hash_of(row):
            yield f"Row {row.number} of the audit log was changed."
        if row.previous != previous:
            yield f"Row {row.number} of the audit log does not follow the row before it."
        previous, number = row.hash, row.number
    head = db.session.get(AuditHead, _HEAD, populate_existing=True)
    if head is None:
        if number:
            yield "The head of the audit log is missing."
    elif head.seal != _seal(head.rows, head.hash):
        yield "The head of the audit log was changed, or sealed under another site.secret_key."
    elif (head.rows, head.hash) != (number, previous):
        yield f"The audit log ends with row {number}, but {head.rows} rows were written."


def _hash_of(row: AuditRow) -> str:
    names = ("number", "at", "staff_id", "actor", "act", "subject", "before", "after", "previous")
    return digest({name: getattr(row, name) for name in names})


def _seal(rows: int, last: str) -> str:
    return keyring().fingerprint(_SEAL, f"{rows}:{last}")


def _locked_head() -> AuditHead:
    query = sa.select(AuditHead).filter_by(id=_HEAD).with_for_update().execution_options(populate_existing=True)
    head = db.session.scalar(query)
    if head is not None:
        return head
    # The migration makes it; where it is gone, the check has something to say about what stands without it.
    head = AuditHead(id=_HEAD, rows=_last_number(), hash=_last_hash(), seal="")
    db.session.add(head)
    db.session.flush()
    return head


def _last_number() -> int:
    return db.session.scalar(sa.select(sa.func.max(AuditRow.number))) or 0


def _last_hash() -> str:
    query = sa.select(AuditRow.hash).order_by(AuditRow.number.desc()).limit(1)
    return db.session.scalar(query) or GENESIS
