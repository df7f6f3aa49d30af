"""From ballots to published files that anyone can check: sealing, publishing, verifying, and what an insider edits."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from time_machine import Traveller

from campaign.contests.services import current_contest
from campaign.extensions import db
from campaign.ledger.models import LedgerCheckpoint, LedgerLeaf
from campaign.ledger.publishing import publish
from campaign.ledger.services import LedgerBroken, Sealed, is_sealed, seal
from campaign.ledger.verify import verify
from campaign.voting.models import Ballot
from tests.factories import ERFURT, JENA, NOW, WEIMAR, make_entry
from tests.staff.tampering import without_triggers
from tests.voting.people import Person

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def people(app: Flask, count: int, *picked: int, first: int = 0) -> None:
    for number in range(first, first + count):
        Person(app, f"p{number}@example.com").vote(*picked[: 1 + number % 3])


def close(clock: Traveller) -> datetime:
    clock.move_to(current_contest().vote_until + DAY + 20 * MINUTE)
    return current_contest().vote_until + DAY + 20 * MINUTE


def texts() -> list[str]:
    return list(db.session.scalars(sa.select(LedgerLeaf.text).order_by(LedgerLeaf.number)))


def test_the_first_leaf_is_the_hash_of_the_rules_and_acts_wait_for_a_batch(
    app: Flask,
    numbers: list[int],
    clock: Traveller,
) -> None:
    people(app, 4, *numbers)
    contest = current_contest()
    assert seal(contest, NOW) == Sealed(1, 1)
    assert texts()[0].startswith("rules ")
    assert seal(contest, NOW + 44 * MINUTE) == Sealed(0, 1)
    assert seal(contest, NOW + 45 * MINUTE) == Sealed(4, 5)
    people(app, 10, *numbers, first=4)
    assert seal(current_contest(), NOW + 46 * MINUTE) == Sealed(10, 15)
    assert seal(current_contest(), NOW + 47 * MINUTE) == Sealed(0, 15)


def test_before_the_close_the_files_prove_the_log_and_open_nothing(
    app: Flask,
    numbers: list[int],
    tmp_path: Path,
    clock: Traveller,
) -> None:
    people(app, 12, *numbers)
    seal(current_contest(), NOW)
    names = publish(current_contest(), tmp_path / "out", NOW)
    assert {"events.csv", "ballots.csv", "entries.csv", "towns.csv"} & set(names) == set()
    assert verify(tmp_path / "out").wrong == ""
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*.txt"))
    trackers = list(db.session.scalars(sa.select(Ballot.receipt_code)))
    assert [tracker for tracker in trackers if tracker.encode() in written] == []


def test_after_the_close_anyone_counts_again(
    app: Flask,
    numbers: list[int],
    tmp_path: Path,
    clock: Traveller,
) -> None:
    people(app, 12, *numbers)
    seal(current_contest(), NOW)
    clock.shift(DAY)
    Person(app, "p1@example.com").vote(numbers[2])
    Person(app, "p2@example.com").withdraw()
    now = close(clock)
    done = seal(current_contest(), now)
    publish(current_contest(), tmp_path / "out", now)
    report = verify(tmp_path / "out")
    assert (report.wrong, texts()[-1], done.size) == ("", "close 15", 17)
    assert len((tmp_path / "out" / "ballots.csv").read_text().splitlines()) == 14


def test_a_receipt_is_in_the_log_once_all_of_its_acts_are(
    app: Flask,
    numbers: list[int],
    clock: Traveller,
) -> None:
    code = Person(app).vote(*numbers).rpartition("/")[2]
    contest = current_contest()
    before = is_sealed(contest.id, code)
    seal(contest, NOW, at_once=True)
    assert [before, is_sealed(contest.id, code)] == [False, True]


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE ledger_leaf SET text = 'event ' || substr(text, 8) || '0' WHERE number = 3",
        "DELETE FROM ledger_leaf WHERE number = 3",
        "UPDATE ledger_checkpoint SET note = replace(note, 'time 2026', 'time 2025')",
    ],
)
def test_nothing_is_signed_once_what_is_stored_is_not_what_was_signed(
    app: Flask,
    numbers: list[int],
    edit: str,
    clock: Traveller,
) -> None:
    people(app, 12, *numbers)
    seal(current_contest(), NOW)
    without_triggers(edit)
    people(app, 12, *numbers, first=20)
    with pytest.raises(LedgerBroken):
        seal(current_contest(), NOW + MINUTE)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LedgerCheckpoint)) == 1


def test_a_clock_that_is_set_back_leaves_the_log_in_order(
    app: Flask,
    numbers: list[int],
    tmp_path: Path,
    clock: Traveller,
) -> None:
    people(app, 12, *numbers)
    seal(current_contest(), NOW)
    people(app, 12, *numbers, first=20)
    seal(current_contest(), NOW - timedelta(hours=1))
    publish(current_contest(), tmp_path / "out", NOW)
    assert verify(tmp_path / "out").wrong == ""


def test_an_entry_that_left_keeps_its_picks_in_the_ledger_and_counts_for_nobody(
    app: Flask,
    tmp_path: Path,
    clock: Traveller,
) -> None:
    entries = [make_entry(town=town).number for town in (ERFURT, WEIMAR, JENA)]
    people(app, 12, *entries)
    gone = entries[0]
    db.session.execute(sa.text("UPDATE entry SET status = 'disqualified' WHERE number = :number"), {"number": gone})
    db.session.commit()
    now = close(clock)
    seal(current_contest(), now)
    publish(current_contest(), tmp_path / "out", now)
    assert verify(tmp_path / "out").wrong == ""
    assert f"{gone};{ERFURT};0;disqualified" in (tmp_path / "out" / "entries.csv").read_text()
