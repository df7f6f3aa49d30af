"""What the desk and the list ask costs the same however much waits: no statement reads or sorts the whole queue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from tests.factories import make_entry
from tests.staff.people import logged_in

SKIPPED = "rows are skipped"


@contextmanager
def explained(app: Flask) -> Iterator[list[tuple[str, str]]]:
    """Collect every statement about entries with how the database answers it."""
    found: list[tuple[str, str]] = []
    prefix = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"

    def before(connection: sa.Connection, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if not re.match(r"\s*SELECT", statement) or " entry" not in statement:
            return
        # SQLAlchemy writes OFFSET 0 for SQLite.
        if " OFFSET " in statement and parameters[-1]:  # type: ignore[index]
            found.append((statement, SKIPPED))
        cursor = connection.connection.cursor()
        cursor.execute(f"{prefix} {statement}", parameters)
        found.append((statement, "\n".join(str(row[-1]) for row in cursor.fetchall())))

    sa.event.listen(db.engine, "before_cursor_execute", before)
    try:
        yield found
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", before)


PATHS = ("/moderation", "/moderation/eintraege", "/moderation/eintraege?status=pending", "/moderation/eintraege?vor=9")


def visit(app: Flask) -> list[tuple[str, str]]:
    numbers = [make_entry(public=False, picture=True).number for _ in range(8)]
    staff = logged_in(app)
    with explained(app) as found:
        for path in PATHS:
            assert staff.get(path)[0] == 200
        staff.post(f"/moderation/eintrag/{numbers[0]}/freigeben")
        assert staff.get(f"/moderation?nach={numbers[0]}")[0] == 200
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_statement_of_the_desk_sorts_skips_or_reads_all_entries(app: Flask) -> None:
    found = visit(app)
    assert len(found) > 20
    assert SKIPPED not in {plan for _, plan in found}
    # A few claims of one person may be sorted; what comes by an index of the queue is in order already.
    sorted_ones = [statement for statement, plan in found if "TEMP B-TREE FOR ORDER BY" in plan]
    assert [one for one in sorted_ones if " claim" not in one and "similar_entry" not in one] == []
    assert [(statement, plan) for statement, plan in found if re.search(r"SCAN entry\b(?! USING INTEGER)", plan)] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_head_of_the_queue_and_of_the_list_come_by_their_own_indexes(app: Flask) -> None:
    used = set(re.findall(r"INDEX (ix_entry_\w+)", "\n".join(plan for _, plan in visit(app))))
    assert {"ix_entry_waiting", "ix_entry_parked", "ix_entry_list", "ix_entry_list_status"} <= used
    # That index would lead through everything that is put aside, or through all that waits.
    assert "ix_entry_queue" not in used


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_counting_stops_at_a_thousand(app: Flask) -> None:
    counts = [statement for statement, _ in visit(app) if "count(" in statement and " claim" not in statement]
    assert [one for one in counts if "LIMIT" not in one and "username" not in one] == []
