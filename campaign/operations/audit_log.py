"""The audit log as staff read it: narrowed, in pages by cursor, each row put into words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from campaign.clock import from_berlin
from campaign.entries.accounts import account_name, account_subject
from campaign.entries.models import AccountRule
from campaign.errors import CampaignError
from campaign.extensions import db
from campaign.operations.audit_words import Change, changes, read_values
from campaign.staff.models import AuditRow, Staff
from campaign.staff.stored import stored_rows

PAGE_SIZE = 50
_NUMBER = re.compile(r"(?:bild\s*)?#?\s*(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class LogFilter:
    """What the log is narrowed to; None leaves a field open. Days are whole days in Thuringia, the last one included.

    `who` is an account's number, or the name of somebody without one.
    """

    who: int | str | None = None
    group: str | None = None
    subject: str | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class LogRow:
    """One row; `at` is None where somebody wrote something into the database that is no moment."""

    number: int
    at: datetime | None
    actor: str
    act: str
    subject: str
    changes: Sequence[Change]
    hash: str


@dataclass(frozen=True)
class LogPage:
    """Rows, the latest first; `newer` and `older` are the cursors of the pages beside this one, None at the ends."""

    rows: Sequence[LogRow]
    newer: int | None
    older: int | None


def log_page(narrow: LogFilter, *, before: int | None = None, after: int | None = None) -> LogPage:
    """Return the rows before a number, or those next after one, or the latest."""
    where = _conditions(narrow)
    if after is not None:
        found = list(_read(AuditRow.number.asc(), *where, AuditRow.number > after))
        rows = found[:PAGE_SIZE][::-1]
        return _page(rows, has_newer=len(found) > PAGE_SIZE, has_older=_any(*where, AuditRow.number <= after))
    older = () if before is None else (AuditRow.number < before,)
    found = list(_read(AuditRow.number.desc(), *where, *older))
    has_newer = before is not None and _any(*where, AuditRow.number >= before)
    return _page(found[:PAGE_SIZE], has_newer=has_newer, has_older=len(found) > PAGE_SIZE)


def all_rows(narrow: LogFilter) -> Iterator[LogRow]:
    """Yield every row, the first one first, without keeping them in memory."""
    return map(_worded, stored_rows(AuditRow, AuditRow.number, *_conditions(narrow)))


def subject_of(typed: str) -> str | None:
    """Return what is meant by the number of a picture, an account's name or a subject itself; None for nothing."""
    words = typed.strip()
    number = _NUMBER.fullmatch(words)
    if number:
        return f"entry:{int(number[1])}"
    if not words or ":" in words:
        return words or None
    try:
        return account_subject(account_name(words))
    except CampaignError:
        return words


def account_names(subjects: Collection[str]) -> dict[str, str]:
    """Return the names of those accounts among the subjects for which a rule holds; the log itself holds no name."""
    if not any(subject.startswith("account:") for subject in subjects):
        return {}
    named = {account_subject(name): name for name in db.session.scalars(sa.select(AccountRule.username).distinct())}
    return {subject: named[subject] for subject in subjects if subject in named}


def people() -> Sequence[tuple[int, str]]:
    """Return the accounts that may have done something: number and address, closed ones included."""
    query = sa.select(Staff.id, Staff.email).order_by(Staff.email)
    return [(number, email) for number, email in db.session.execute(query)]


def _page(rows: Sequence[LogRow], *, has_newer: bool, has_older: bool) -> LogPage:
    newer = rows[0].number if rows and has_newer else None
    return LogPage(rows, newer, rows[-1].number if rows and has_older else None)


def _read(order: sa.SQLColumnExpression[Any], *where: sa.ColumnElement[bool]) -> Iterator[LogRow]:
    # One more than a page tells whether there is another.
    return map(_worded, stored_rows(AuditRow, order, *where, limit=PAGE_SIZE + 1))


def _any(*where: sa.ColumnElement[bool]) -> bool:
    return db.session.scalar(sa.select(AuditRow.number).where(*where).limit(1)) is not None


def _worded(row: dict[str, Any]) -> LogRow:
    at = row["at"] if isinstance(row["at"], datetime) else None
    told = changes(read_values(row["before"]), read_values(row["after"]))
    texts = {name: str(row[name]) for name in ("actor", "act", "subject", "hash")}
    return LogRow(number=row["number"], at=at, changes=told, **texts)


def _conditions(narrow: LogFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if narrow.who is not None:
        found.append(AuditRow.staff_id == narrow.who if isinstance(narrow.who, int) else _without_account(narrow.who))
    if narrow.group is not None:
        found.append(AuditRow.act.startswith(f"{narrow.group}.", autoescape=True))
    if narrow.subject is not None:
        found.append(AuditRow.subject == narrow.subject)
    if narrow.first_day is not None:
        found.append(AuditRow.at >= _begin_of(narrow.first_day))
    if narrow.last_day is not None:
        found.append(AuditRow.at < _begin_of(narrow.last_day + timedelta(days=1)))
    return found


def _without_account(name: str) -> sa.ColumnElement[bool]:
    return sa.and_(AuditRow.staff_id.is_(None), AuditRow.actor == name)


def _begin_of(day: date) -> datetime:
    return from_berlin(datetime.combine(day, time()))
