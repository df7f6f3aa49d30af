"""What people answer to the question for their permission: a clear word becomes the right and its proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.errors import Conflict
from campaign.extensions import db
from campaign.instagram.models import AskStatus
from campaign.instagram.replies import replies_to_read
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.services import grant, grants_of
from campaign.staff.actors import Actor
from tests.instagram.asking.world import START, World, ask_of, standing

STAFF = Actor(None, "eva")


def test_a_yes_of_the_creator_is_a_grant_with_the_comment_as_its_proof(world: World) -> None:
    entry = world.entry(creator="Anna Licht")
    world.ask()
    seen = world.answer(entry, "Sehr gern! @schoenster.blick #ja", minutes=5)
    assert world.settle() == 1
    assert standing(entry) == (AskStatus.GRANTED, True)
    [granted] = grants_of(entry.number)
    assert (granted.status, granted.granted_by, granted.recorded_by) == (GrantStatus.GRANTED, "Anna Licht", "Instagram")
    assert granted.proof == (
        f"Instagram comment {seen.comment_id} by @lichtbild.anna of 2026-06-15 12:05:00 UTC:"
        " Sehr gern! @schoenster.blick #ja"
    )
    ask = ask_of(entry.number)
    assert ask is not None
    assert (ask.answer_id, ask.answered_at) == (seen.comment_id, seen.seen_at)


@pytest.mark.parametrize(("owner", "counts"), [("anna.neu", 1), ("lichtbild.anna", 0), (None, 0)])
def test_an_answer_under_another_name_counts_if_the_post_is_that_accounts_now(
    world: World, owner: str | None, counts: int
) -> None:
    entry = world.entry()
    world.ask()
    world.answer(entry, "@schoenster.blick #ja", "anna.neu").owner = owner
    db.session.commit()
    assert (world.settle(), standing(entry)[1]) == (counts, bool(counts))


def test_an_answer_counts_once(world: World) -> None:
    entry = world.entry()
    world.ask()
    world.answer(entry, "#ja")
    assert [world.settle() for _ in range(3)] == [1, 0, 0]
    assert len(grants_of(entry.number)) == 1


def test_a_no_is_kept_and_no_right_follows(world: World) -> None:
    entry = world.entry()
    world.ask()
    world.answer(entry, "@schoenster.blick #nein")
    assert [world.settle(), world.settle()] == [1, 0]
    assert (standing(entry), grants_of(entry.number)) == ((AskStatus.DECLINED, False), [])


NO_ANSWERS: dict[str, Callable[[World, Entry], object]] = {
    "of other people": lambda world, entry: world.answer(entry, "#ja", "fremder"),
    "without a clear word": lambda world, entry: world.answer(entry, "Ja, klar @schoenster.blick!"),
    "with both words": lambda world, entry: world.answer(entry, "#ja #nein"),
    "from before the question": lambda world, entry: world.answer(entry, "#ja", hours=-1),
    "of our own account": lambda world, entry: world.answer(entry, "#ja", "schoenster.blick"),
}


@pytest.mark.parametrize("which", NO_ANSWERS)
def test_no_right_follows_from_comments(world: World, which: str) -> None:
    entry = world.entry()
    world.ask()
    NO_ANSWERS[which](world, entry)
    assert (world.settle(), standing(entry)) == (0, (AskStatus.ASKED, False))


def test_a_comment_from_before_the_question_says_nothing_however_late_we_see_it(world: World) -> None:
    entry = world.entry()
    world.ask()
    world.answer(entry, "#ja", hours=-1).seen_at = START + timedelta(hours=1)
    db.session.commit()
    world.clock.move(hours=2)
    assert (world.settle(), standing(entry)) == (0, (AskStatus.ASKED, False))


def test_a_comment_under_another_post_says_nothing(world: World) -> None:
    entry = world.entry()
    world.ask()
    other = world.entry()
    world.answer(other, "#ja")
    assert (world.settle(), standing(entry), standing(other)) == (0, (AskStatus.ASKED, False), (None, False))


def to_read(entry: Entry) -> list[tuple[str, str]]:
    return [(one.comment.username, one.comment.text) for one in replies_to_read(START, entry.number)]


def test_staff_read_what_decides_nothing_by_itself_until_a_right_is_recorded(world: World) -> None:
    entry, other = world.entry(), world.entry()
    world.ask()
    world.ask(minutes=10)
    question = "@schoenster.blick was bedeutet #ja genau?"
    world.answer(entry, question)
    world.answer(entry, "@schoenster.blick #ja", "anna.neu")
    world.answer(entry, "@schoenster.blick #ja", "fremder").owner = "lichtbild.anna"
    world.answer(entry, "@schoenster.blick schön", minutes=-30)
    world.answer(other, "@schoenster.blick #ja")
    assert (world.settle(), standing(entry)) == (1, (AskStatus.ASKED, False))
    assert to_read(entry) == [("lichtbild.anna", question), ("anna.neu", "@schoenster.blick #ja")]
    assert [one.entry_number for one in replies_to_read(START)] == [entry.number] * 2
    grant(entry.number, "Anna", "Kommentar", STAFF, START)
    assert replies_to_read(START) == []


def test_a_clear_word_after_an_unclear_one_counts(world: World) -> None:
    entry = world.entry()
    world.ask()
    world.answer(entry, "Wofür denn?")
    assert world.settle() == 0
    world.answer(entry, "Ok. #Ja")
    assert (world.settle(), standing(entry)) == (1, (AskStatus.GRANTED, True))


def test_the_last_of_two_words_counts_however_they_arrive(world: World) -> None:
    entry = world.entry()
    world.ask()
    world.answer(entry, "#ja", minutes=5).seen_at = START + timedelta(minutes=20)
    world.answer(entry, "Doch lieber #nein", minutes=5)
    world.clock.move(minutes=15)
    assert (world.settle(), standing(entry)) == (1, (AskStatus.DECLINED, False))


def test_a_no_after_a_yes_takes_the_right_back(world: World) -> None:
    entry = world.entry()
    world.ask()
    world.answer(entry, "#ja")
    world.settle()
    world.answer(entry, "Doch lieber #nein")
    assert [world.settle(), world.settle()] == [1, 0]
    assert standing(entry) == (AskStatus.DECLINED, False)
    assert [one.status for one in grants_of(entry.number)] == [GrantStatus.REVOKED]


def test_a_yes_after_a_no_is_left_to_staff(world: World) -> None:
    entry = world.entry()
    world.ask()
    world.answer(entry, "#nein")
    world.settle()
    world.answer(entry, "#ja")
    assert (world.settle(), standing(entry)) == (0, (AskStatus.DECLINED, False))


def test_a_yes_to_a_right_that_staff_have_recorded_closes_the_question(world: World) -> None:
    entry = world.entry()
    world.ask()
    grant(entry.number, "Anna", "Mail", STAFF, START)
    world.answer(entry, "#ja")
    assert (world.settle(), standing(entry)) == (1, (AskStatus.GRANTED, True))
    assert [one.proof for one in grants_of(entry.number)] == ["Mail"]
    with pytest.raises(Conflict):
        grant(entry.number, "Anna", "Mail", STAFF, START)


def test_a_yes_for_a_picture_that_was_withdrawn_says_nothing(world: World) -> None:
    entry = world.entry()
    world.ask()
    db.session.execute(sa.update(Entry).values(status=Status.WITHDRAWN))
    db.session.commit()
    world.answer(entry, "#ja")
    assert (world.settle(), standing(entry)) == (0, (AskStatus.ASKED, False))


def test_an_answer_and_its_grant_are_one_transaction(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = world.entry()
    world.ask()
    world.answer(entry, "#ja")
    monkeypatch.setattr("campaign.rights.services.wording.full_text", lambda **_: None)
    with pytest.raises(sa.exc.IntegrityError):
        world.settle()
    db.session.rollback()
    monkeypatch.undo()
    assert (standing(entry), db.session.scalars(sa.select(RightsGrant)).all()) == ((AskStatus.ASKED, False), [])
    assert (world.settle(), standing(entry)) == (1, (AskStatus.GRANTED, True))
