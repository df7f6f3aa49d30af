"""Is the audit log whole, and are the decisions those that it knows? The scheduler asks every hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

import sqlalchemy as sa

from campaign.errors import N_
from campaign.extensions import db, read_only
from campaign.moderation.recorded import broken_decisions
from campaign.operations.models import AuditCheck
from campaign.operations.notices import Notice
from campaign.staff import audit

REMEDY = (
    "Somebody wrote into the database past the program, or restored a part of it. Compare it with the last backup and"
    " with the rows that the log of the program names; SECURITY.md says how."
)
# What comes behind these says the same again.
MOST_FAULTS = 1000
_ONLY = 1


@dataclass(frozen=True)
class Finding:
    """How many rows the log has, the hash of the last one, and one sentence for each fault (at most a thousand)."""

    rows: int
    hash: str
    faults: tuple[str, ...]


def look_through() -> Finding:
    """Read the whole log and all decisions; writes nothing and keeps nobody from writing."""
    db.session.rollback()
    with read_only():
        try:
            faults = tuple(islice(all_faults(), MOST_FAULTS))
            return Finding(*audit.head(), faults)
        finally:
            db.session.rollback()


def all_faults() -> Iterator[str]:
    """Yield a sentence for each fault of the log and of the decisions, read in the present transaction."""
    try:
        yield from chain(audit.broken_rows(), broken_decisions())
    except sa.exc.SQLAlchemyError as error:
        # Text that is none, for one: SQLite keeps whatever it is given.
        yield f"The audit log or the decisions cannot be read: {str(error).partition(chr(10))[0]}"


def check_audit_log(now: datetime) -> Finding:
    """Look through the log and keep what was found for the pages of the staff; commits."""
    found = look_through()
    first = found.faults[0] if found.faults else None
    values = {"checked_at": now, "rows": found.rows, "hash": found.hash, "faults": len(found.faults)}
    db.session.merge(AuditCheck(id=_ONLY, first_fault=first, **values))
    db.session.commit()
    return found


def check_known(number: int, known: str) -> str | None:
    """Return what is wrong with a row that a log kept elsewhere names with its hash, None when it is still that one."""
    found = audit.hash_of_row(number)
    if found is None:
        return f"Row {number} of the audit log is gone: its end was cut off, or the database is older than that row."
    return None if found == known else f"Row {number} of the audit log is not the one that was written."


def last_check() -> AuditCheck | None:
    """Return what the last check found, None before the first."""
    return db.session.get(AuditCheck, _ONLY)


def audit_notices(found: Finding) -> Iterator[Notice]:
    """Yield that the log was tampered with, once for each first fault."""
    if found.faults:
        yield Notice(
            f"audit {found.faults[0]}"[:160],
            N_("Das Protokoll ist nicht mehr vollständig"),
            N_("Jemand hat am Programm vorbei in die Datenbank geschrieben. Die Prüfung sagt: %(fault)s"),
            N_("Sag der Technik Bescheid. „campaign check“ zeigt auf dem Server, was nicht stimmt."),
            {"fault": found.faults[0]},
            page="/verwaltung/protokoll",
        )
