"""The audit log as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from campaign.clock import to_berlin
from campaign.operations.audit_acts import ACTORS, ACTS
from campaign.operations.audit_log import LogFilter, LogRow, all_rows
from campaign.operations.audit_words import Change, in_words
from campaign.results.sheets import Column, Table, Value, to_csv

_COLUMNS: Final = (
    Column("number", "Nummer"),
    Column("at", "Zeitpunkt"),
    Column("actor", "Wer"),
    Column("words", "Was"),
    Column("act", "Kennung"),
    Column("subject", "Woran"),
    Column("before", "Vorher"),
    Column("after", "Nachher"),
    Column("hash", "Prüfsumme"),
)


def log_csv(narrow: LogFilter) -> bytes:
    """Return the narrowed log as CSV, the first row first."""
    return to_csv(Table("audit", "Protokoll", _COLUMNS, [_cells(row) for row in all_rows(narrow)]))


def _cells(row: LogRow) -> dict[str, Value]:
    return {
        "number": row.number,
        # With seconds: what happened first is a question that people ask.
        "at": to_berlin(row.at).strftime("%Y-%m-%d %H:%M:%S") if row.at else None,
        "actor": ACTORS.get(row.actor, row.actor),
        "words": ACTS.get(row.act, row.act),
        "act": row.act,
        "subject": row.subject,
        "before": _side(row.changes, "old"),
        "after": _side(row.changes, "new"),
        "hash": row.hash,
    }


def _side(changes: Sequence[Change], side: str) -> list[str]:
    values: list[tuple[Change, Any]] = [(change, getattr(change, side)) for change in changes]
    return [f"{change.label}: {in_words(value, change.kind)}" for change, value in values if value is not None]
