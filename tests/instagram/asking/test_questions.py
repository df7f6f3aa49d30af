"""Asking for the right to show a photo: once for each entry, never in bursts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.demo.graph_api import TOKEN, USER_ID
from campaign.entries.incoming import IncomingMedia
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.extensions import db
from campaign.instagram.asking import is_unclear
from campaign.instagram.client import InstagramClient
from campaign.instagram.gate import resume, token_key
from campaign.instagram.models import AskStatus, PermissionAsk
from campaign.rights.services import grant, revoke
from campaign.sections import InstagramSettings
from campaign.staff.actors import COMMAND_LINE, Actor
from tests.instagram.asking.world import MENTIONS, START, World, ask_of, asked, standing

STAFF = Actor(None, "eva")


def test_the_creator_is_asked_by_a_comment_under_the_post(world: World) -> None:
    entry = world.entry()
    ask = world.ask()
    assert ask is not None
    [(media_id, text)] = world.comments()
    assert (ask.entry_number, ask.media_id, ask.username, ask.message) == (
        entry.number,
        media_id,
        "lichtbild.anna",
        text,
    )
    assert (ask.status, ask.error, ask.asked_at) == (AskStatus.ASKED, None, START)
    assert ask.comment_id == world.graph.api.comments.under(media_id)[0].comment_id
    for part in ("@lichtbild.anna", "@schoenster.blick #ja", "#nein", "https://blick.example/teilnahmebedingungen"):
        assert part in text


def test_a_post_that_its_mention_names_otherwise_is_asked_and_answered_under_that_name(world: World) -> None:
    entry = world.entry()
    mentioned, entry.media_id = entry.media_id, "18000000000000009"
    db.session.execute(sa.update(Sighting).values(media_id=mentioned))
    db.session.commit()
    assert world.ask() is not None
    assert [media_id for media_id, _ in world.comments()] == [mentioned]
    world.answer(entry, "@schoenster.blick #ja")
    assert (world.settle(), standing(entry)) == (1, (AskStatus.GRANTED, True))


def test_a_post_that_staff_wrote_down_by_its_address_is_asked_under_the_name_of_its_mention(world: World) -> None:
    entry = world.entry()
    db.session.execute(sa.update(Sighting).values(media_id=entry.media_id))
    entry.media_id = None
    db.session.commit()
    assert (world.ask() is not None, len(world.comments()), world.ask(hours=1)) == (True, 1, None)


def test_nobody_is_asked_unless_the_operator_wants_it(app: Flask, world: World) -> None:
    world.entry()
    config = world.settings.instagram.model_dump(exclude={"ask_permission"})
    unasked = world.settings.model_copy(update={"instagram": InstagramSettings.model_validate(config)})
    app.config["CAMPAIGN"] = unasked
    assert world.ask() is None
    app.config["CAMPAIGN"] = world.settings
    assert world.comments() == []


def test_nobody_is_asked_twice(world: World) -> None:
    entry = world.entry()
    assert world.ask() is not None
    assert [world.ask(hours=1) for _ in range(5)] == [None] * 5
    assert len(world.comments()) == 1
    assert asked(entry) == (AskStatus.ASKED, ask_of(entry.number).comment_id)  # type: ignore[union-attr]


def decline(entry: Entry) -> None:
    grant(entry.number, "Anna", "Mail", STAFF, START)
    revoke(entry.number, STAFF, START)


NOT_ASKED: dict[str, Callable[[World], object]] = {
    "who waits for a moderator": lambda world: world.entry(status=Status.PENDING),
    "who was rejected": lambda world: world.entry(status=Status.REJECTED),
    "who has given the right": lambda world: grant(world.entry().number, "Anna", "Mail", STAFF, START),
    "who took the right back": lambda world: decline(world.entry()),
    "whose post has vanished": lambda world: world.entry(gone_at=START),
    "who is not known by name": lambda world: world.entry(username=None),  # type: ignore[arg-type]
    "who is ourselves": lambda world: world.entry(username="schoenster.blick"),
}


@pytest.mark.parametrize("who", NOT_ASKED)
def test_no_question_goes_to(world: World, who: str) -> None:
    NOT_ASKED[who](world)
    assert world.ask() is None
    assert (world.comments(), db.session.scalars(sa.select(PermissionAsk)).all()) == ([], [])


def test_whose_post_came_by_its_hashtag_alone_is_not_asked(world: World) -> None:
    entry = world.entry()
    db.session.execute(sa.update(Sighting).values(source=Source.HASHTAG))
    db.session.commit()
    assert (world.ask(), asked(entry)) == (None, None)


def test_nobody_is_asked_once_the_results_are_out(world: World) -> None:
    world.entry()
    world.clock.now = current_contest().publish_at
    assert world.ask() is None


def test_no_more_than_the_limit_goes_out_in_an_hour_and_never_two_at_once(world: World) -> None:
    for _ in range(10):
        world.entry()
    moments = [world.clock.now for _ in range(120) if world.ask(minutes=1)]
    assert len(moments) == 10
    assert [later - earlier for earlier, later in pairwise(moments)] == [timedelta(minutes=10)] * 9
    assert len({text for _, text in world.comments()}) == 10


def test_after_a_day_of_silence_the_questions_do_not_burst(world: World) -> None:
    for _ in range(3):
        world.entry()
    assert world.ask(days=1) is not None
    assert world.ask(seconds=30) is None
    assert len(world.comments()) == 1


def test_two_processes_at_once_put_one_question(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = world.entry()
    look = InstagramClient.mentioned_media
    others: list[PermissionAsk | None] = []

    def overtaken(client: InstagramClient, media_id: str) -> IncomingMedia:
        monkeypatch.setattr(InstagramClient, "mentioned_media", look)
        others.append(world.ask())
        return look(client, media_id)

    monkeypatch.setattr(InstagramClient, "mentioned_media", overtaken)
    assert world.ask() is None
    assert [one.entry_number for one in others if one] == [entry.number]
    assert len(world.comments()) == 1


def test_a_question_stands_in_the_database_before_it_goes_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = world.entry()
    written: list[object] = []

    def crash(_self: InstagramClient, _media_id: str, _message: str) -> str:
        written.append(asked(entry))
        raise KeyboardInterrupt

    monkeypatch.setattr(InstagramClient, "comment", crash)
    with pytest.raises(KeyboardInterrupt):
        world.ask()
    monkeypatch.undo()
    assert written == [(AskStatus.SENDING, None)]
    assert [world.ask(hours=2) for _ in range(3)] == [None] * 3
    assert world.comments() == []
    ask = ask_of(entry.number)
    assert ask is not None
    assert is_unclear(ask, world.clock.now)
    assert not is_unclear(ask, START)


def test_a_question_that_was_lost_on_its_way_is_never_put_again(world: World) -> None:
    entry, other = world.entry(), world.entry()
    world.graph.faults.add(kind="http_503", where=MENTIONS)
    assert world.ask() is not None
    assert asked(entry) == (AskStatus.SENDING, None)
    assert [world.ask(minutes=10) for _ in range(5)] == [None] * 5
    assert world.ask(minutes=10) is not None
    assert (asked(entry), asked(other)[0]) == ((AskStatus.SENDING, None), AskStatus.ASKED)  # type: ignore[index]
    assert [media_id for media_id, _ in world.comments()] == [world.posts[other.number]]


@pytest.mark.parametrize(("word", "ends"), [("#ja", AskStatus.GRANTED), ("#nein", AskStatus.DECLINED)])
def test_an_answer_shows_that_a_question_was_not_lost_on_its_way(world: World, word: str, ends: AskStatus) -> None:
    entry = world.entry()
    world.graph.faults.add(kind="http_503", where=MENTIONS)
    world.ask()
    world.answer(entry, f"@schoenster.blick {word}")
    assert (world.settle(), standing(entry)) == (1, (ends, ends is AskStatus.GRANTED))


def test_an_answer_that_is_faster_than_instagrams_to_us_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = world.entry()

    def comment(_self: InstagramClient, _media_id: str, _message: str) -> str:
        world.answer(entry, "@schoenster.blick #ja")
        assert world.settle() == 1
        return "17900000000000077"

    monkeypatch.setattr(InstagramClient, "comment", comment)
    assert world.ask() is not None
    assert asked(entry) == (AskStatus.GRANTED, "17900000000000077")


def test_while_instagram_does_not_answer_no_question_is_lost(world: World) -> None:
    entry = world.entry()
    world.graph.faults.add(kind="http_503", times=None)
    assert [world.ask(minutes=10) for _ in range(4)] == [None] * 4
    assert asked(entry) is None
    world.graph.faults.clear()
    assert world.ask(minutes=10) is not None
    assert len(world.comments()) == 1


@pytest.mark.parametrize("code", [4, 17, 80002, 613])
def test_a_limit_puts_the_question_off(world: World, code: int) -> None:
    entry = world.entry()
    world.graph.faults.add(kind="error", code=code, where=MENTIONS, subcode=0 if code == 4 else None)
    assert world.ask() is None
    assert (asked(entry), world.stopped()) == (None, None)
    assert world.ask(minutes=1) is None
    assert world.ask(hours=25) is not None
    assert len(world.comments()) == 1


@pytest.mark.parametrize(("code", "subcode"), [(4, 2207051), (368, None), (10, None), (200, None)])
def test_a_refusal_of_the_account_stops_all_questions_until_somebody_has_looked(
    world: World, code: int, subcode: int | None
) -> None:
    entry = world.entry()
    world.graph.faults.add(kind="error", code=code, subcode=subcode, where=MENTIONS)
    assert world.ask() is None
    calls = len(world.graph.api.log.listed())
    assert [world.ask(days=1) for _ in range(3)] == [None] * 3
    assert world.stopped()
    assert (world.comments(), asked(entry), len(world.graph.api.log.listed())) == ([], None, calls)
    resume(token_key(TOKEN), COMMAND_LINE, world.clock.now)
    assert world.stopped() is None
    assert world.ask(minutes=10) is not None
    assert [media_id for media_id, _ in world.comments()] == [world.posts[entry.number]]


def test_while_comments_pause_no_post_is_looked_at(world: World) -> None:
    world.entry()
    world.graph.faults.add(kind="error", code=80002, where=MENTIONS)
    assert world.ask() is None
    calls = len(world.graph.api.log.listed())
    assert [world.ask(minutes=1) for _ in range(10)] == [None] * 10
    assert len(world.graph.api.log.listed()) == calls


@pytest.mark.parametrize("where", [f"/{USER_ID}", MENTIONS])
@pytest.mark.parametrize(("code", "subcode"), [(100, 0), (2500, None), (12, None)])
def test_a_call_that_is_refused_for_no_reason_of_the_post_costs_nobody_the_question(
    world: World, where: str, code: int, subcode: int | None
) -> None:
    both = world.entry(), world.entry()
    world.graph.faults.add(kind="error", code=code, subcode=subcode, where=where, times=None)
    for _ in range(60):
        world.ask(minutes=1)
    assert [asked(entry) for entry in both] == [(AskStatus.PUT_OFF, None)] * 2
    assert world.comments() == []
    world.graph.faults.clear()
    assert world.ask(hours=22) is None
    assert [bool(world.ask(hours=3)) for _ in range(3)] == [True, True, False]
    assert [media_id for media_id, _ in world.comments()] == [world.posts[entry.number] for entry in both]


def test_a_question_that_stands_there_already_is_not_put_again_and_can_be_answered(world: World) -> None:
    entry = world.entry()
    world.graph.faults.add(kind="error", code=506, where=MENTIONS)
    assert world.ask() is not None
    assert (asked(entry), world.ask(days=3)) == ((AskStatus.SENDING, None), None)
    world.answer(entry, "@schoenster.blick #ja")
    assert (world.settle(), standing(entry)) == (1, (AskStatus.GRANTED, True))


def test_a_dead_token_stops_all_questions_and_costs_none(world: World) -> None:
    entry = world.entry()
    world.graph.faults.add(kind="error", code=190, where=MENTIONS)
    assert [world.ask(days=1) for _ in range(3)] == [None] * 3
    assert asked(entry) is None
    assert world.stopped()
    assert TOKEN not in str(world.stopped())


def test_a_post_that_is_gone_or_mentions_us_no_more_is_marked_and_the_next_one_asked(world: World) -> None:
    gone, silent, entry = world.entry(), world.entry(mentioned=False), world.entry()
    world.graph.api.stream.remove(world.posts[gone.number], world.clock())
    for _ in range(3):
        world.ask(minutes=10)
    assert [asked(one)[0] for one in (gone, silent, entry)] == [AskStatus.FAILED, AskStatus.FAILED, AskStatus.ASKED]  # type: ignore[index]
    assert len(world.comments()) == 1


def test_a_post_without_comments_is_marked(world: World) -> None:
    post = world.graph.api.stream.add({"caption": "@schoenster.blick", "comments_off": True}, START)
    entry = world.entry(media_id=post.media_id)
    ask = world.ask()
    assert ask is not None
    assert (ask.entry_number, ask.status) == (entry.number, AskStatus.FAILED)
    assert ask.error


def test_who_has_another_name_by_now_is_asked_under_it(world: World) -> None:
    world.entry(username="anna.neu", creator="anna.alt")
    db.session.execute(sa.update(Entry).values(username="anna.alt"))
    db.session.commit()
    ask = world.ask()
    assert ask is not None
    assert (ask.username, "@anna.neu" in ask.message, "anna.alt" in ask.message) == ("anna.neu", True, False)


def test_a_name_that_is_no_account_is_not_written_to(world: World) -> None:
    entry = world.entry(username="anna @alle")
    assert world.ask() is not None
    assert (asked(entry), world.comments()) == ((AskStatus.FAILED, None), [])
