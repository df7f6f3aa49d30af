"""Asking for the right to show a photo: once for each entry, never in bursts, and the answer becomes the proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.config import Settings
from campaign.contests.services import current_contest
from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi, running
from campaign.demo.posts import PostStream
from campaign.entries.incoming import IncomingMedia
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.errors import Conflict
from campaign.extensions import db
from campaign.instagram.asking import ask_of, ask_one, asking_blocked, is_unclear
from campaign.instagram.client import InstagramClient
from campaign.instagram.consent import settle_answers
from campaign.instagram.credentials import open_client
from campaign.instagram.gate import resume, token_key
from campaign.instagram.models import AskStatus, PermissionAsk, SeenComment
from campaign.instagram.replies import replies_to_read
from campaign.outbound import Outbound
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.services import grant, grants_of, revoke
from campaign.sections import InstagramSettings
from tests.factories import make_entry, make_settings

START = datetime.fromisoformat("2026-06-15T12:00:00+00:00")
MENTIONS = f"/{USER_ID}/mentions"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


@dataclass
class World:
    """The simulated Instagram and what a test does there."""

    graph: RunningGraphApi
    clock: Clock
    settings: Settings
    posts: dict[int, str] = field(default_factory=dict)

    def entry(self, username: str = "lichtbild.anna", *, mentioned: bool = True, **values: Any) -> Entry:
        """An approved entry without a right whose post mentions us."""
        caption = "Der Dom am Abend @schoenster.blick #schoensterblick" if mentioned else "Der Dom #schoensterblick"
        post = self.graph.api.stream.add({"caption": caption, "username": username}, self.clock())
        shown = {"media_id": post.media_id, "shortcode": post.shortcode, "permalink": post.permalink}
        entry = make_entry(**{"has_right": False, "username": username, "creator": username, **shown, **values})
        db.session.add(Sighting(entry_number=entry.number, source=Source.MENTION, first_seen_at=START))
        db.session.commit()
        self.posts[entry.number] = post.media_id
        return entry

    def client(self) -> InstagramClient:
        outbound = Outbound(seconds=5, size=100_000, backoff=0, retries=0)
        return open_client(self.settings.instagram, clock=self.clock, sleep=lambda _: None, outbound=outbound)

    def ask(self, **step: float) -> PermissionAsk | None:
        """Let time pass and the scheduler ask."""
        return ask_one(self.clock.move(**step), client=self.client())

    def comments(self) -> list[tuple[str, str]]:
        """What our account has written: media and text."""
        ours = [one for one in self.graph.api.comments.under() if one.username == "schoenster.blick"]
        return [(one.media_id, one.text) for one in ours]

    def answer(self, entry: Entry, text: str, username: str = "lichtbild.anna", **step: float) -> SeenComment:
        """Let somebody comment under an entry's post after a while (or before), and us see it."""
        moment = self.clock.now + timedelta(**(step or {"minutes": 1}))
        self.clock.now = max(moment, self.clock.now)
        made = self.graph.api.comment(self.posts[entry.number], text, username)
        seen = SeenComment(
            comment_id=made.comment_id,
            media_id=made.media_id,
            username=username,
            text=text,
            commented_at=moment,
            seen_at=moment + timedelta(seconds=5),
        )
        db.session.add(seen)
        db.session.commit()
        return seen

    def settle(self) -> int:
        return settle_answers(self.clock.move(seconds=30))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def graph(clock: Clock) -> Iterator[RunningGraphApi]:
    stream = PostStream(7, START - timedelta(days=30), 10**9, start_posts=0, pictures=False)
    with running(stream, clock=clock) as api:
        yield api


@pytest.fixture
def settings(graph: RunningGraphApi, database_url: str, tmp_path: Path) -> Settings:
    """A configuration under which people are asked, six an hour."""
    instagram = {"api_base_url": graph.url, "user_id": USER_ID, "access_token": TOKEN, "ask_permission": True}
    site = {"base_url": "https://blick.example"}
    return make_settings(tmp_path, database_url=database_url, instagram=instagram, site=site)


@pytest.fixture
def world(app: Flask, graph: RunningGraphApi, clock: Clock, settings: Settings) -> World:
    return World(graph, clock, settings)


def asked(entry: Entry) -> tuple[AskStatus, str | None] | None:
    db.session.expire_all()
    ask = ask_of(entry.number)
    return (ask.status, ask.comment_id) if ask else None


def standing(entry: Entry) -> tuple[AskStatus | None, bool]:
    db.session.expire_all()
    ask = ask_of(entry.number)
    return ask.status if ask else None, db.session.get_one(Entry, entry.number).has_right


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
    assert asking_blocked() is None
    assert world.comments() == []


def test_nobody_is_asked_twice(world: World) -> None:
    entry = world.entry()
    assert world.ask() is not None
    assert [world.ask(hours=1) for _ in range(5)] == [None] * 5
    assert len(world.comments()) == 1
    assert asked(entry) == (AskStatus.ASKED, ask_of(entry.number).comment_id)  # type: ignore[union-attr]


def decline(entry: Entry) -> None:
    grant(entry.number, by="Anna", proof="Mail", recorded_by="x", now=START)
    revoke(entry.number, recorded_by="x", now=START)


NOT_ASKED: dict[str, Callable[[World], object]] = {
    "who waits for a moderator": lambda world: world.entry(status=Status.PENDING),
    "who was rejected": lambda world: world.entry(status=Status.REJECTED),
    "who has given the right": lambda world: grant(world.entry().number, "Anna", "Mail", "x", START),
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
    assert (asked(entry), asking_blocked()) == (None, None)
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
    assert asking_blocked()
    assert (world.comments(), asked(entry), len(world.graph.api.log.listed())) == ([], None, calls)
    resume(token_key(TOKEN), world.clock.now)
    assert asking_blocked() is None
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
    assert asking_blocked()
    assert TOKEN not in str(asking_blocked())


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
    return [(one.comment.username, one.comment.text) for one in replies_to_read(entry.number)]


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
    assert [one.entry_number for one in replies_to_read()] == [entry.number] * 2
    grant(entry.number, by="Anna", proof="Kommentar", recorded_by="eva", now=START)
    assert replies_to_read() == []


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
    grant(entry.number, by="Anna", proof="Mail", recorded_by="x", now=START)
    world.answer(entry, "#ja")
    assert (world.settle(), standing(entry)) == (1, (AskStatus.GRANTED, True))
    assert [one.proof for one in grants_of(entry.number)] == ["Mail"]
    with pytest.raises(Conflict):
        grant(entry.number, by="Anna", proof="Mail", recorded_by="x", now=START)


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
    monkeypatch.setattr("campaign.rights.services.wording.full_text", lambda: None)
    with pytest.raises(sa.exc.IntegrityError):
        world.settle()
    db.session.rollback()
    monkeypatch.undo()
    assert (standing(entry), db.session.scalars(sa.select(RightsGrant)).all()) == ((AskStatus.ASKED, False), [])
    assert (world.settle(), standing(entry)) == (1, (AskStatus.GRANTED, True))
