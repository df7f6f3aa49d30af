"""The audit log: the database refuses to change it, and whatever gets past the database is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from structlog.testing import capture_logs

from campaign.extensions import db
from campaign.moderation.reasons import Reason
from campaign.moderation.services import approve, reject
from campaign.staff import audit
from campaign.staff.actors import COMMAND_LINE, PROGRAM, Actor
from campaign.staff.chain import BROKEN, GENESIS
from campaign.staff.models import AuditHead, AuditRow
from tests.factories import NOW, make_entry
from tests.moderation.undoing import undo_last
from tests.staff.tampering import without_triggers
from tests.voting.test_concurrency import at_once

pytestmark = pytest.mark.usefixtures("app")


def record(act: str = "entry.look", **values: Any) -> AuditRow:
    row = audit.record(COMMAND_LINE, act, "entry:1", NOW, **values)
    db.session.commit()
    return row


def faults() -> list[str]:
    return list(audit.broken_rows())


@pytest.fixture
def decided(app: Flask) -> int:
    """The number of an entry about which somebody has decided twice."""
    number = make_entry(public=False, picture=True).number
    approve(number, COMMAND_LINE, NOW)
    undo_last(number, COMMAND_LINE, NOW)
    return number


@pytest.mark.parametrize("table", ["decision", "audit_row"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET actor = 'x'",
        "UPDATE {table} SET actor = actor",
        "DELETE FROM {table}",
        "DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})",
        "TRUNCATE {table} CASCADE",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {key} = 1",
        "REPLACE INTO {table} SELECT * FROM {table}",
        "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO UPDATE SET actor = 'x'",
    ],
)
@pytest.mark.usefixtures("decided")
def test_the_database_refuses_to_change_what_is_only_added_to(table: str, statement: str) -> None:
    key = {"decision": "id", "audit_row": "number"}[table]
    before = list(db.session.execute(sa.text(f"SELECT * FROM {table}")))
    with pytest.raises(sa.exc.DBAPIError):
        db.session.execute(sa.text(statement.format(table=table, key=key)))
    db.session.rollback()
    assert list(db.session.execute(sa.text(f"SELECT * FROM {table}"))) == before
    assert len(before) == 2


def test_rows_are_counted_without_a_gap_and_each_follows_the_one_before() -> None:
    hashes = [GENESIS]
    for number in (1, 2, 3):
        row = record(before={"status": "pending"}, after={"status": "approved", "moment": NOW})
        assert (row.number, row.previous) == (number, hashes[-1])
        hashes.append(row.hash)
    assert len(set(hashes)) == 4
    assert (audit.head(), faults()) == ((3, hashes[-1]), [])


def test_a_row_says_who_did_what_to_what_and_how_it_stood() -> None:
    audit.record(Actor(7, "eva@example.org"), "entry.approve", "entry:12", NOW, before={"b": 1, "a": "ä"})
    db.session.commit()
    [row] = db.session.scalars(sa.select(AuditRow))
    assert (row.staff_id, row.actor, row.act, row.subject, row.at) == (
        7,
        "eva@example.org",
        "entry.approve",
        "entry:12",
        NOW,
    )
    assert (row.before, row.after) == ('{"a":"ä","b":1}', None)


def test_a_decision_and_its_row_are_written_together_or_not_at_all(decided: int) -> None:
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditRow)) == 2
    audit.record(COMMAND_LINE, "entry.reject", f"entry:{decided}", NOW)
    db.session.rollback()
    assert (audit.head()[0], faults()) == (2, [])


def test_a_row_names_the_decision_and_its_reason_and_no_words(decided: int) -> None:
    decision = reject(decided, Reason.OTHER, "Frau Muster, Tel. 0361", COMMAND_LINE, NOW)
    row = db.session.scalars(sa.select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).one()
    after = json.loads(row.after or "")
    assert (row.act, row.subject, after["reason"], after["decision"]) == (
        "entry.reject",
        f"entry:{decided}",
        "other",
        decision.id,
    )
    assert "Muster" not in f"{row.before}{row.after}"


def test_eight_at_once_leave_no_gap_and_a_whole_chain(app: Flask) -> None:
    acts = [lambda place=place: [record(f"entry.{place}-{turn}") for turn in range(12)] for place in range(8)]
    assert not [result for result in at_once(app, acts) if isinstance(result, str)]
    numbers = list(db.session.scalars(sa.select(AuditRow.number).order_by(AuditRow.number)))
    assert (numbers, faults()) == (list(range(1, 97)), [])


def test_eight_decisions_at_once_are_eight_rows(app: Flask) -> None:
    numbers = [make_entry(public=False, picture=True).number for _ in range(8)]
    acts = [lambda number=number: approve(number, COMMAND_LINE, NOW) for number in numbers]
    at_once(app, acts)
    assert (audit.head()[0], faults()) == (8, [])
    subjects = set(db.session.scalars(sa.select(AuditRow.subject)))
    assert subjects == {f"entry:{number}" for number in numbers}


TAMPERING = {
    "UPDATE audit_row SET actor = 'x' WHERE number = 2": ["Row 2 of the audit log was changed."],
    "UPDATE audit_row SET previous = hash WHERE number = 2": [
        "Row 2 of the audit log was changed.",
        "Row 2 of the audit log does not follow the row before it.",
    ],
    "DELETE FROM audit_row WHERE number = 2": [
        "Rows 2 to 2 of the audit log are missing.",
        "Row 3 of the audit log does not follow the row before it.",
    ],
    "DELETE FROM audit_row WHERE number = 3": ["The audit log ends with row 2, but 3 rows were written."],
    "DELETE FROM audit_row": ["The audit log ends with row 0, but 3 rows were written."],
    "DELETE FROM audit_head": ["The head of the audit log is missing."],
    "UPDATE audit_head SET rows = 2": [
        "The head of the audit log was changed, or sealed under another site.secret_key."
    ],
    "UPDATE audit_row SET number = -1 WHERE number = 1": [
        "Row -1 of the audit log was added past the program.",
        "Row -1 of the audit log was changed.",
        "Rows 0 to 1 of the audit log are missing.",
    ],
}


@pytest.mark.parametrize("statement", TAMPERING)
def test_whatever_gets_past_the_database_is_named(statement: str) -> None:
    for _ in range(3):
        record()
    without_triggers(statement)
    assert faults() == TAMPERING[statement]


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM audit_head"],
        ["DELETE FROM audit_row WHERE number = 3", "DELETE FROM audit_head"],
        [
            "UPDATE audit_head SET rows = 2, hash = (SELECT hash FROM audit_row WHERE number = 2)",
            "DELETE FROM audit_row WHERE number = 3",
        ],
        ["DELETE FROM audit_row", "DELETE FROM audit_head"],
    ],
)
def test_the_next_act_does_not_make_a_broken_log_look_whole(statements: list[str]) -> None:
    for _ in range(3):
        record()
    without_triggers(*statements)
    with capture_logs() as said:
        row = record()
    assert row.previous == BROKEN
    assert faults() == [f"Row {row.number} of the audit log does not follow the row before it."]
    assert said[0]["event"] == "the audit log does not end as it was left"
    after = record()
    assert (after.previous, len(faults())) == (row.hash, 1)


def test_a_row_put_at_the_end_holds_nobody_up_and_is_named() -> None:
    record()
    copy = "SELECT 2, at, staff_id, actor, act, subject, before, after, hash, 'f' FROM audit_row WHERE number = 1"
    without_triggers(f"INSERT INTO audit_row {copy}")
    assert faults()[-1] == "The audit log ends with row 2, but 1 rows were written."
    assert (record().number, len(faults())) == (3, 2)


def test_an_old_head_put_back_with_its_end_cut_off_is_found_by_the_log_of_the_program() -> None:
    record()
    old = db.session.execute(sa.select(AuditHead.rows, AuditHead.hash, AuditHead.seal)).one()
    with capture_logs() as said:
        last = record().hash
    assert said == [{"event": "audit", "log_level": "info", "number": 2, "act": "entry.look", "hash": last}]
    rows, known, seal = old
    without_triggers(
        "DELETE FROM audit_row WHERE number = 2",
        f"UPDATE audit_head SET rows = {rows}, hash = '{known}', seal = '{seal}'",
    )
    assert (faults(), audit.hash_of_row(2)) == ([], None)


def test_the_log_of_the_program_tells_only_of_rows_that_were_committed() -> None:
    with capture_logs() as said:
        audit.record(PROGRAM, "entry.look", "entry:1", NOW)
        db.session.rollback()
        record()
    assert [line["number"] for line in said] == [1]
