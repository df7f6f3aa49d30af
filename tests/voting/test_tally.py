"""The running counters: always what a recount of the ballots says."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status
from campaign.entries.services import get_entry
from campaign.entries.uses import Use, may_use
from campaign.extensions import db
from campaign.voting import tally
from campaign.voting.models import EntryTally, TownTally
from tests.factories import ERFURT, GERA, JENA, NOW, WEIMAR, make_entry
from tests.voting.people import Person, counters


def moderate(number: int, **change: object) -> None:
    """What a moderator's transaction does: lock the entry, change it, count its towns anew."""
    entry = get_entry(number, lock=True)
    towns = {entry.town_ags}
    for name, value in change.items():
        setattr(entry, name, value)
    tally.refresh_entry_town(entry.contest_id, *(ags for ags in {*towns, entry.town_ags} if ags))
    db.session.commit()


def recounted() -> tuple[dict[int, int], dict[str, int]]:
    found = tally.recount(current_contest().id)
    db.session.rollback()
    return found.entries, found.towns


def test_a_ballot_counts_once_for_a_town_however_many_of_its_entries_it_picks(
    app: Flask, anna: Person, numbers: list[int]
) -> None:
    anna.vote(*numbers)
    moderate(numbers[1], town_ags=ERFURT)
    assert counters() == (dict.fromkeys(numbers, 1), {ERFURT: 1, JENA: 1})
    assert recounted() == counters()


def test_a_moved_entry_takes_its_picks_along(app: Flask, anna: Person, numbers: list[int]) -> None:
    anna.vote(*numbers)
    Person(app, "berta@example.com").vote(numbers[0])
    moderate(numbers[0], town_ags=GERA)
    assert counters()[1] == {GERA: 2, WEIMAR: 1, JENA: 1}
    assert recounted() == counters()


@pytest.mark.parametrize("status", [Status.REJECTED, Status.WITHDRAWN, Status.DISQUALIFIED, Status.PENDING])
def test_picks_on_a_vanished_entry_count_for_no_town_until_it_comes_back(
    anna: Person, numbers: list[int], status: Status
) -> None:
    anna.vote(*numbers)
    moderate(numbers[0], status=status)
    assert counters() == (dict.fromkeys(numbers, 1), {WEIMAR: 1, JENA: 1})
    moderate(numbers[0], status=Status.APPROVED)
    assert counters()[1] == {ERFURT: 1, WEIMAR: 1, JENA: 1}


def test_a_ballot_taken_back_after_its_entry_moved_leaves_the_new_town(anna: Person, numbers: list[int]) -> None:
    anna.vote(*numbers)
    moderate(numbers[0], town_ags=GERA)
    anna.withdraw()
    assert counters() == ({}, {})
    assert tally.compare(current_contest().id) == []


@pytest.mark.usefixtures("many_mails")
@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_counters_equal_a_recount(app: Flask, anna: Person, seed: int) -> None:
    draw = random.Random(seed)
    towns = [ERFURT, WEIMAR, JENA, GERA]
    entries = [make_entry(town=town).number for town in towns for _ in range(2)]
    contest_id = current_contest().id
    for step in range(16):
        public = dict(zip(entries, towns * 2, strict=False))
        act = draw.choice(["vote", "vote", "vote", "withdraw", "move", "status"])
        person = Person(app, f"p{draw.randrange(4)}.{step // 5}@example.com")
        if act == "vote":
            person.vote(draw.choice([number for number in public if may_use(get_entry(number), Use.WEB, NOW)]))
        elif act == "withdraw":
            person.withdraw()
        elif act == "move":
            moderate(draw.choice(entries), town_ags=draw.choice(towns))
        else:
            moderate(draw.choice(entries[1:]), status=draw.choice([Status.APPROVED, Status.DISQUALIFIED]))
        assert tally.compare(contest_id) == []


def test_every_wrong_counter_is_named_and_repaired(anna: Person, numbers: list[int]) -> None:
    anna.vote(*numbers)
    unpicked = make_entry(town=GERA).number
    contest_id = current_contest().id
    db.session.execute(sa.update(EntryTally).values(picks=5).filter_by(entry_number=numbers[0]))
    db.session.execute(sa.delete(EntryTally).filter_by(entry_number=numbers[1]))
    db.session.add(EntryTally(entry_number=unpicked, picks=2))
    db.session.execute(sa.update(TownTally).values(ballots=0).filter_by(town_ags=JENA))
    db.session.commit()
    wrong = [
        tally.Difference("entry", numbers[0], 5, 1),
        tally.Difference("entry", numbers[1], 0, 1),
        tally.Difference("entry", unpicked, 2, 0),
        tally.Difference("town", JENA, 0, 1),
    ]
    assert tally.compare(contest_id) == wrong
    db.session.rollback()
    assert tally.repair(contest_id) == wrong
    assert tally.compare(contest_id) == []
    assert recounted() == counters()
