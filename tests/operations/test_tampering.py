"""A thousand random edits of decisions and audit log by raw SQL: the database refuses each, or the check names it."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from itertools import count

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from campaign.moderation.reasons import Reason
from campaign.moderation.services import approve, reject, set_town
from campaign.operations.audit_check import all_faults
from campaign.staff import audit
from campaign.staff.actors import COMMAND_LINE, PROGRAM, Actor
from tests.factories import NOW, WEIMAR, make_entry
from tests.moderation.undoing import undo_last
from tests.staff.tampering import lift_triggers

EDITS = 1000
KEYS = {"decision": "id", "audit_row": "number", "audit_head": "id"}
TABLES = tuple(KEYS)
NUMBERS = {"id", "number", "staff_id", "entry_number", "picture_before", "picture_after", "undoes_id", "rows"}
MOMENTS = {"at", "decided_at"}
WORDS = ["", "x", "ä", "approved", "entry.approve", "entry:2", "0" * 64, "f" * 64, '{"decision":1}', "{", "16055000"]

Statement = tuple[str, dict[str, object]]


def world() -> None:
    """Eight decisions about four entries, and other acts in between."""
    numbers = [make_entry(public=False, picture=True).number for _ in range(4)]
    eva = Actor(None, "eva@example.org")
    for number in numbers[:2]:
        approve(number, COMMAND_LINE, NOW)
        undo_last(number, eva, NOW)
        audit.record(PROGRAM, "entry.look", f"entry:{number}", NOW, after={"kind": "ä"})
        db.session.commit()
    for number in numbers[2:]:
        set_town(number, WEIMAR, COMMAND_LINE, NOW)
        reject(number, Reason.QUALITY, "zu klein", eva, NOW)
        audit.record(eva, "account.block", "account:werbung", NOW, before={}, after={"kind": "blocked"})
        db.session.commit()


def stored() -> list[tuple[object, ...]]:
    return [tuple(row) for table in TABLES for row in run((f"SELECT * FROM {table} ORDER BY 1", {}))]


def run(statement: Statement) -> Sequence[sa.Row[tuple[object, ...]]]:
    result = db.session.connection().execute(sa.text(statement[0]), statement[1])
    return result.all() if result.returns_rows else []


class Intruder:
    """Somebody with raw SQL; the same seed does the same."""

    def __init__(self, seed: int, kind: str) -> None:
        self._random, self._kind = random.Random(seed), kind

    def edit(self) -> list[Statement]:
        """The statements of one edit, at least one."""
        deeds: list[Callable[[], list[Statement]]] = [self._update] * 6
        deeds += [self._delete, self._cut, self._insert, self._swap, self._head, self._everywhere, self._forge]
        deeds += [self._replace] if self._kind == "sqlite" else [self._truncate]
        return self._random.choice(deeds)()

    def _table(self) -> str:
        return self._random.choice(TABLES[:2])

    def _keys(self, table: str) -> list[int]:
        return [row[0] for row in run((f"SELECT {KEYS[table]} FROM {table} ORDER BY 1", {}))]  # type: ignore[misc]

    def _columns(self, table: str) -> list[str]:
        return [column.name for column in db.metadata.tables[table].columns]

    def _value(self, column: str) -> object:
        if column in MOMENTS:
            moment = NOW.replace(microsecond=self._random.randrange(10**6))
            text = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
            return self._random.choice([text, "nie"]) if self._kind == "sqlite" else moment
        if column == "town_confirmed_before":
            return self._random.choice([True, False])
        if column in NUMBERS and (self._kind != "sqlite" or self._random.random() < 0.7):
            return self._random.choice([None, 0, -1, 1, 2, 77, 2**31 - 1])
        return self._random.choice([None, *WORDS, self._random.randbytes(4).hex()])

    def _update(self) -> list[Statement]:
        table = self._table()
        key, column = self._random.choice(self._keys(table)), self._random.choice(self._columns(table))
        changed = f'UPDATE {table} SET "{column}" = :value WHERE {KEYS[table]} = :key'
        if self._kind == "sqlite" and self._random.random() < 0.05:
            return [(f"UPDATE {table} SET \"{column}\" = CAST(X'ff41' AS TEXT) WHERE {KEYS[table]} = {key}", {})]
        return [(changed, {"value": self._value(column), "key": key})]

    def _everywhere(self) -> list[Statement]:
        table = self._table()
        column = self._random.choice([name for name in self._columns(table) if name not in KEYS.values()])
        return [(f'UPDATE {table} SET "{column}" = :value', {"value": self._value(column)})]

    def _delete(self) -> list[Statement]:
        table = self._table()
        chosen = self._random.sample(self._keys(table), self._random.choice([1, 1, 2, 3]))
        return [(f"DELETE FROM {table} WHERE {KEYS[table]} = {key}", {}) for key in chosen]

    def _cut(self) -> list[Statement]:
        """Cut the end off one table or both; sometimes move the head to what is left."""
        keys = self._keys("audit_row")
        last = self._random.choice(keys) - 1
        cut: list[Statement] = [(f"DELETE FROM audit_row WHERE number > {last}", {})]
        if self._random.random() < 0.5:
            cut.append((f"DELETE FROM decision WHERE id > {self._random.choice(self._keys('decision')) - 1}", {}))
        if self._random.random() < 0.5:
            left = f"(SELECT hash FROM audit_row WHERE number = {last})"
            cut.append((f"UPDATE audit_head SET rows = {last}, hash = coalesce({left}, :none)", {"none": "0" * 64}))
        return cut

    def _truncate(self) -> list[Statement]:
        return [(f"TRUNCATE {self._random.choice(['decision', 'audit_row', 'decision, audit_row'])}", {})]

    def _replace(self) -> list[Statement]:
        table = self._table()
        return [self._copied("INSERT OR REPLACE", table, str(self._random.choice(self._keys(table))))]

    def _insert(self) -> list[Statement]:
        table = self._table()
        return [self._copied("INSERT", table, str(max(self._keys(table)) + self._random.choice([1, 1, 2, 50])))]

    def _copied(self, verb: str, table: str, key: str) -> Statement:
        own = {KEYS[table]: key, "hash": f"'{self._random.randbytes(32).hex()}'", "undoes_id": "NULL"}
        names = self._columns(table)
        values = ", ".join(own.get(name, f'"{name}"') for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        source = self._random.choice(self._keys(table))
        return f"{verb} INTO {table} ({quoted}) SELECT {values} FROM {table} WHERE {KEYS[table]} = {source}", {}

    def _swap(self) -> list[Statement]:
        table = self._table()
        one, other = self._random.sample(self._keys(table), 2)
        name = KEYS[table]
        moves = ((one, -99), (other, one), (-99, other))
        return [(f"UPDATE {table} SET {name} = {new} WHERE {name} = {old}", {}) for old, new in moves]

    def _head(self) -> list[Statement]:
        column = self._random.choice(["rows", "hash", "seal", None])
        if column is None:
            return [("DELETE FROM audit_head", {})]
        value = self._random.choice([0, 3, 99]) if column == "rows" else self._random.randbytes(32).hex()
        return [(f"UPDATE audit_head SET {column} = :value", {"value": value})]

    def _forge(self) -> list[Statement]:
        """Change a row and hash the log anew from there, the head with it: all but the seal, whose key is elsewhere."""
        first = self._random.choice(self._keys("audit_row"))
        forged: list[Statement] = [(f"UPDATE audit_row SET actor = 'forged' WHERE number = {first}", {})]
        link = "previous"
        for number in self._keys("audit_row")[first - 1 :]:
            new = hashlib.sha256(f"{first}:{number}".encode()).hexdigest()
            forged.append((f"UPDATE audit_row SET {link} = {link}, hash = '{new}' WHERE number = {number}", {}))
            forged.append((f"UPDATE audit_row SET previous = '{new}' WHERE number = {number + 1}", {}))
            forged.append((f"UPDATE audit_head SET hash = '{new}'", {}))
        return forged


def outcome(edit: list[Statement], before: list[tuple[object, ...]], *, owner: bool) -> str:
    """What becomes of an edit: refused, named, nothing (it changed nothing) or unseen. Everything is put back."""
    connection = db.session.connection()
    try:
        if owner:
            lift_triggers(connection)
        try:
            for statement in edit:
                run(statement)
        except (sa.exc.DBAPIError, sa.exc.StatementError):
            return "refused"
        if any(all_faults()):
            return "named"
        return "nothing" if stored() == before else "unseen"
    finally:
        db.session.rollback()


@pytest.mark.parametrize("owner", [False, True], ids=["with raw SQL", "as the owner of the database"])
def test_a_thousand_random_edits_are_refused_or_named(app: Flask, owner: bool) -> None:
    world()
    kind = db.engine.dialect.name
    db.session.rollback()
    if kind == "sqlite":
        # References hold nobody up either.
        driver = db.session.connection().connection.dbapi_connection
        db.session.rollback()
        driver.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    before = stored()
    assert list(all_faults()) == []
    found: dict[str, int] = {"refused": 0, "named": 0}
    for seed in count():
        edit = Intruder(seed, kind).edit()
        result = outcome(edit, before, owner=owner)
        assert result != "unseen", (seed, edit)
        if result != "nothing":
            found[result] += 1
        if sum(found.values()) == EDITS:
            break
    assert stored() == before
    # Both ways are walked: what only the triggers refuse, and what they could not.
    assert (found["named"] > found["refused"]) is owner
    assert min(found.values()) > 0
