"""Whether the decisions are those that the audit log knows: it holds a digest of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa

from campaign.moderation.models import Decision, Description
from campaign.staff import audit
from campaign.staff.actors import PROGRAM
from campaign.staff.chain import digest_of_set
from campaign.staff.models import AuditRow
from campaign.staff.stored import stored_rows, streamed

ADOPTED = "entry.adopt"


def broken_decisions() -> Iterator[str]:
    """Yield one sentence for each decision that was changed, added or taken away past the program.

    What a decision changed in words (who can be recognised, the proof of a consent) is looked at in the same way.
    """
    yield from _differences("Decision {}", _named("digest"), _found(Decision, "id"))
    yield from _differences(
        "What decision {} says about the picture", _named("said"), _found(Description, "decision_id")
    )


def _differences(
    what: str, recorded: Iterator[tuple[Any, str, int]], stored: Iterator[tuple[Any, str]]
) -> Iterator[str]:
    """Yield where the log and a table differ; reads both once, side by side: they were written at the same time."""
    named: dict[Any, tuple[str, int]] = {}
    found: dict[Any, str] = {}
    for row, one in zip_longest(recorded, stored):
        if row is not None:
            named[row[0]] = row[1:]
        if one is not None:
            found[one[0]] = one[1]
        for number in {pair[0] for pair in (row, one) if pair is not None}:
            if number in named and number in found and named.pop(number)[0] != found.pop(number):
                yield f"{what.format(number)} was changed after it was recorded."
    for number in found:
        yield f"{what.format(number)} was added past the program: no row of the audit log names it."
    for number, (_, row_number) in named.items():
        yield f"{what.format(number)} was taken away; row {row_number} of the audit log names it."


def adopt_decisions(now: datetime) -> int:
    """Write a row for each decision from before there was an audit log; flushed. Returns how many there were."""
    return audit.record_all(PROGRAM, now, map(_adopted, stored_rows(Decision, Decision.id)))


def _adopted(decision: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]]:
    kept = {"action": decision["action"], "by": decision["actor"], "decided_at": decision["decided_at"]}
    kept |= {"decision": decision["id"], "digest": digest_of_set(decision)}
    return ADOPTED, f"entry:{decision['entry_number']}", kept


def _named(kept_as: str) -> Iterator[tuple[Any, str, int]]:
    """Yield decision, digest and number of each row that names a decision and keeps that digest."""
    names_one = (AuditRow.act.startswith("entry."), AuditRow.after.contains(f'"{kept_as}":'))
    query = sa.select(AuditRow.after, AuditRow.number).where(*names_one).order_by(AuditRow.number)
    for after, number in streamed(query):
        kept = _read(after)
        if "decision" in kept and kept_as in kept:
            yield kept["decision"], str(kept[kept_as]), number


def _read(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, TypeError):
        # Changed past the program; the chain says so.
        return {}
    return found if isinstance(found, dict) else {}


def _found(table: type[Decision] | type[Description], key: str) -> Iterator[tuple[Any, str]]:
    for row in stored_rows(table, getattr(table, key)):
        yield row[key], digest_of_set(row)
