"""Mentions that the webhook told of become entries and kept comments, and none is lost to a fault."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import responses
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi, running
from campaign.demo.graph_webhooks import TEST_ID
from campaign.demo.posts import PostStream
from campaign.entries.adding import add_entry
from campaign.entries.adding_rules import Sheet
from campaign.entries.incoming import IncomingMedia
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.extensions import db
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.credentials import open_client
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.limits import GraphFault, Kind
from campaign.instagram.mentions import has_due_mentions, ingest_mentions, keep_mentions, stuck_since
from campaign.instagram.models import EventStatus, IngestRun, RunStatus, SeenComment, WebhookEvent
from campaign.instagram.webhooks import Mention
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings
from campaign.staff.actors import Actor
from tests.factories import ERFURT

START = datetime.fromisoformat("2026-06-15T12:00:00+00:00")
RECORDED = Path(os.environ.get("CAMPAIGN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data" / "ig-fixtures"))
needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded payloads are not on this machine")


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> None:
        self.now += timedelta(**step)


@dataclass
class World:
    """The simulated Instagram, what people do there, and our passes over what we were told."""

    graph: RunningGraphApi
    clock: Clock
    config: InstagramSettings

    def post(self, **wish: Any) -> str:
        wish = {"caption": "Der Erfurter Dom @schoenster.blick", "username": "anna", "hashtag": None, **wish}
        return self.graph.api.stream.add(wish, self.clock()).media_id

    def comment(self, media_id: str, text: str = "Schau mal, @schoenster.blick", username: str = "berta") -> str:
        return self.graph.api.comment(media_id, text, username).comment_id

    def tell(self, *mentions: tuple[str, str]) -> None:
        keep_mentions([Mention(*mention) for mention in mentions], self.clock())

    def client(self) -> InstagramClient:
        outbound = Outbound(seconds=5, size=5_000_000, backoff=0, retries=0)
        return open_client(self.config, clock=self.clock, sleep=lambda _: None, outbound=outbound)

    def ingest(self, **options: Any) -> IngestRun:
        values = {"client": self.client(), "clock": self.clock, **options}
        return ingest_mentions(current_contest(), self.config, self.clock(), **values)

    def asked(self) -> int:
        """How many calls of the Graph API there were, pictures left out."""
        return len([call for call in self.graph.api.log.listed() if not call["path"].startswith("/cdn/")])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def graph(clock: Clock) -> Iterator[RunningGraphApi]:
    stream = PostStream(7, START - timedelta(days=30), 10**9, start_posts=0, pictures=False)
    with running(stream, clock=clock) as api:
        yield api


@pytest.fixture
def world(app: Flask, graph: RunningGraphApi, clock: Clock) -> World:
    values = {"api_base_url": graph.url, "user_id": USER_ID, "access_token": TOKEN}
    hosts = [f"127.0.0.1:{graph.port}"]
    return World(graph, clock, InstagramSettings.model_validate({**values, "media_hosts": hosts}))


def counts(run: IngestRun) -> tuple[RunStatus, int, int, int, int]:
    return run.status, run.seen, run.new, run.updated, run.skipped


def entries() -> list[Entry]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Entry).order_by(Entry.number)))


def events() -> list[tuple[EventStatus, int]]:
    db.session.expire_all()
    query = sa.select(WebhookEvent.status, WebhookEvent.attempts).order_by(WebhookEvent.id)
    return [(status, attempts) for status, attempts in db.session.execute(query)]


def comments() -> list[tuple[str, str, str]]:
    db.session.expire_all()
    listed = db.session.scalars(sa.select(SeenComment).order_by(SeenComment.comment_id))
    return [(one.media_id, one.username, one.text) for one in listed]


def test_a_post_that_mentions_us_is_an_entry_with_its_authors_name(world: World) -> None:
    media_id = world.post(username="Licht.Bild")
    world.tell((media_id, ""))
    run = world.ingest()
    assert (run.source, run.errors, counts(run)) == ("mentions", [], (RunStatus.COMPLETE, 1, 1, 0, 0))
    [entry] = entries()
    assert (entry.media_id, entry.source, entry.status) == (media_id, Source.MENTION, Status.PENDING)
    assert (entry.username, entry.creator, entry.town_ags) == ("licht.bild", "licht.bild", ERFURT)
    assert (entry.picture_state, events()) == (PictureState.STORED, [(EventStatus.DONE, 1)])


def test_a_mention_is_looked_up_once(world: World) -> None:
    media_id = world.post()
    world.tell((media_id, ""))
    world.ingest()
    asked = world.asked()
    world.tell((media_id, ""))
    assert counts(world.ingest()) == (RunStatus.COMPLETE, 0, 0, 0, 0)
    assert (world.asked(), len(entries())) == (asked, 1)


def test_the_same_post_by_hashtag_and_mention_is_one_entry_that_learns_its_author(world: World) -> None:
    media_id = world.post(caption="Der Dom #schoensterblick @schoenster.blick")
    ingest_hashtag(current_contest(), world.config, START, client=world.client(), clock=world.clock)
    assert [(entry.source, entry.username) for entry in entries()] == [(Source.HASHTAG, None)]
    world.tell((media_id, ""))
    world.ingest()
    assert [(entry.source, entry.username, entry.creator) for entry in entries()] == [(Source.HASHTAG, "anna", "anna")]
    assert set(db.session.scalars(sa.select(Sighting.source))) == {Source.HASHTAG, Source.MENTION}


def test_a_post_that_staff_wrote_down_by_its_address_is_joined_by_its_mention_and_the_comments_under_it(
    world: World,
) -> None:
    media_id = world.post()
    address = world.graph.api.stream.find(media_id, START)[0].permalink  # type: ignore[index]
    sheet = Sheet(address=address, account="anna", town_ags=ERFURT)
    number = add_entry(current_contest(), sheet, by=Actor(None, "eva@example.org"), now=START).number
    world.tell((media_id, ""))
    world.ingest()
    assert [(entry.number, entry.source, entry.media_id) for entry in entries()] == [(number, Source.STAFF, media_id)]
    asked = world.asked()
    world.tell((media_id, world.comment(media_id, "@schoenster.blick 7K3M-9QWT", "anna")))
    world.ingest()
    assert (world.asked(), len(comments())) == (asked + 1, 1)


def test_a_comment_that_mentions_us_is_kept_as_it_was_seen(world: World) -> None:
    media_id = world.post(caption="Ohne euch")
    comment_id = world.comment(media_id, "Gehört das nicht zu @schoenster.blick? 🌇", "Berta.B")
    world.tell((media_id, comment_id))
    run = world.ingest()
    assert (counts(run), entries(), events()) == ((RunStatus.COMPLETE, 0, 0, 0, 0), [], [(EventStatus.DONE, 1)])
    [seen] = db.session.scalars(sa.select(SeenComment))
    assert (seen.comment_id, seen.media_id, seen.username) == (comment_id, media_id, "berta.b")
    assert seen.text.startswith("Gehört das nicht zu")
    assert (seen.commented_at, seen.seen_at) == (START, START)


def test_the_post_under_a_comment_comes_in_when_its_caption_mentions_us_too(world: World) -> None:
    media_id = world.post()
    world.tell((media_id, world.comment(media_id)))
    assert counts(world.ingest()) == (RunStatus.COMPLETE, 1, 1, 0, 0)
    assert [(entry.media_id, entry.username) for entry in entries()] == [(media_id, "anna")]


def test_a_further_comment_under_a_known_post_costs_one_call(world: World) -> None:
    media_id = world.post()
    world.tell((media_id, ""))
    world.ingest()
    asked = world.asked()
    world.tell((media_id, world.comment(media_id, "@schoenster.blick #ja", "anna")))
    world.ingest()
    assert world.asked() == asked + 1
    assert comments() == [(media_id, "anna", "@schoenster.blick #ja")]


def test_whose_post_it_is_now_is_asked_when_another_account_than_we_know_comments(world: World) -> None:
    media_id = world.post()
    world.tell((media_id, ""))
    world.ingest()
    asked = world.asked()
    world.tell((media_id, world.comment(media_id, username="berta")))
    world.ingest()
    assert world.asked() == asked + 2
    world.tell((media_id, world.comment(media_id, username="anna")))
    world.ingest()
    assert world.asked() == asked + 3
    assert sorted(db.session.execute(sa.select(SeenComment.username, SeenComment.owner)).all()) == [
        ("anna", None),
        ("berta", "anna"),
    ]


def test_a_comment_is_kept_at_once_and_learns_whose_post_it_is_under_when_instagram_answers_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = world.post()
    world.tell((media_id, world.comment(media_id)))

    def fail(_client: InstagramClient, _media_id: str) -> IncomingMedia:
        raise GraphError(GraphFault(Kind.TRANSIENT, "Instagram: no answer"))

    with monkeypatch.context() as patch:
        patch.setattr(InstagramClient, "mentioned_media", fail)
        assert world.ingest().status is RunStatus.FAILED
    assert db.session.scalars(sa.select(SeenComment.owner)).all() == [None]
    world.clock.move(minutes=5)
    assert world.ingest().new == 1
    assert db.session.scalars(sa.select(SeenComment.owner)).all() == ["anna"]


@pytest.mark.parametrize("with_comment", [False, True])
def test_the_picture_of_a_mention_is_tried_again_until_it_comes(world: World, with_comment: bool) -> None:
    media_id, other = world.post(), world.post()
    world.tell((media_id, world.comment(media_id) if with_comment else ""))
    world.graph.faults.add(kind="http_503", where="cdn", times=None)
    run = world.ingest()
    assert (run.status, run.new, run.skipped, len(run.errors)) == (RunStatus.COMPLETE, 1, 0, 1)
    assert ([entry.picture_state for entry in entries()], events()) == (
        [PictureState.WAITING],
        [(EventStatus.WAITING, 1)],
    )
    world.clock.move(hours=7)
    world.tell((other, ""))
    world.ingest()
    assert [status for status, _ in events()] == [EventStatus.WAITING] * 2
    assert stuck_since(world.clock()) is None
    world.graph.faults.clear()
    world.clock.move(hours=1)
    world.ingest()
    assert [entry.picture_state for entry in entries()] == [PictureState.STORED] * 2
    assert [status for status, _ in events()] == [EventStatus.DONE] * 2


def test_a_picture_is_asked_for_no_more_once_somebody_has_decided(world: World) -> None:
    world.tell((world.post(), ""))
    world.graph.faults.add(kind="http_503", where="cdn", times=None)
    world.ingest()
    db.session.execute(sa.update(Entry).values(status=Status.REJECTED))
    db.session.commit()
    world.clock.move(minutes=5)
    world.ingest()
    assert events() == [(EventStatus.DONE, 2)]


def test_our_own_questions_are_not_kept(world: World) -> None:
    media_id = world.post()
    world.tell((media_id, world.comment(media_id, "@anna antworte @schoenster.blick #ja", "schoenster.blick")))
    world.ingest()
    assert (comments(), events()) == ([], [(EventStatus.DONE, 1)])


def test_what_instagram_does_not_show_is_tried_a_few_times_over_a_day_and_then_left(world: World) -> None:
    media_id, closed = world.post(), world.post(caption="Still", comments_off=True)
    world.graph.api.stream.remove(media_id, world.clock())
    world.tell((media_id, ""), (closed, world.comment(closed)), (TEST_ID, TEST_ID), (TEST_ID, ""))
    runs = []
    for _ in range(50):
        runs.append(world.ingest())
        world.clock.move(hours=1)
    assert {(run.status, len(run.errors)) for run in runs} == {(RunStatus.COMPLETE, 0)}
    assert events() == [(EventStatus.GONE, 5)] * 4
    assert (entries(), comments()) == ([], [])
    began = [run.started_at for run in runs if run.skipped]
    assert timedelta(hours=36) < began[-1] - began[0] < timedelta(hours=48)


def test_a_post_that_is_shown_again_meanwhile_is_not_lost(world: World) -> None:
    media_id = world.post(private=True)
    world.tell((media_id, ""))
    world.ingest()
    world.graph.api.stream.set_private(media_id, False, world.clock())
    world.clock.move(minutes=9)
    assert world.ingest().new == 0
    world.clock.move(minutes=1)
    assert world.ingest().new == 1
    assert events() == [(EventStatus.DONE, 2)]


@pytest.mark.parametrize("fault", [{"kind": "http_503"}, {"kind": "error", "code": 2}, {"kind": "html", "status": 200}])
def test_a_passing_fault_puts_a_mention_off_and_the_others_go_on(world: World, fault: dict[str, Any]) -> None:
    first, second = sorted((world.post(), world.post()))
    world.tell((first, ""), (second, ""))
    world.graph.faults.add(**fault)
    run = world.ingest()
    assert (run.status, run.new, len(run.errors)) == (RunStatus.COMPLETE, 1, 1)
    assert events() == [(EventStatus.WAITING, 1), (EventStatus.DONE, 1)]
    world.clock.move(minutes=5)
    assert world.ingest().new == 1
    assert events() == [(EventStatus.DONE, 2), (EventStatus.DONE, 1)]


def test_an_outage_ends_the_pass_after_three_faults_and_loses_nothing_in_three_days(world: World) -> None:
    for _ in range(10):
        world.tell((world.post(), ""))
    world.graph.faults.add(kind="http_503", where="graph", times=None)
    assert (world.ingest().status, world.asked()) == (RunStatus.FAILED, 3)
    for _ in range(24):
        world.clock.move(hours=3)
        world.ingest()
    assert {status for status, _ in events()} == {EventStatus.WAITING}
    world.graph.faults.clear()
    for _ in range(7):
        world.clock.move(hours=1)
        world.ingest()
    assert {status for status, _ in events()} == {EventStatus.DONE}
    assert len(entries()) == 10


@pytest.mark.parametrize(("code", "kind"), [(4, "limit"), (80002, "limit"), (190, "token"), (10, "permission")])
def test_a_refusal_ends_the_pass_at_once_and_no_mention_is_lost(world: World, code: int, kind: str) -> None:
    for number in range(5):
        world.tell((world.post(username=f"konto{number}"), ""))
    world.graph.faults.add(kind="error", code=code, subcode=0 if code == 4 else None)
    run = world.ingest()
    assert (run.status, run.errors[-1]["kind"], world.asked()) == (RunStatus.FAILED, kind, 1)
    assert (world.ingest().errors[-1]["kind"], world.asked()) == ("paused", 1)
    assert {status for status, _ in events()} == {EventStatus.WAITING}
    if kind == "limit":
        assert {attempts for _, attempts in events()} == {0}
        world.clock.move(hours=25)
        assert (world.ingest().new, len(entries())) == (5, 5)


WRONG_CALLS = [(100, None, "(#100) Tried accessing nonexisting field (username)"), (2500, None, None), (12, None, None)]


@pytest.mark.parametrize(
    ("code", "subcode", "message"), [*WRONG_CALLS, (100, 33, f"Object with ID '{USER_ID}' does not exist")]
)
def test_an_error_that_is_about_no_post_loses_no_mention(
    world: World, code: int, subcode: int | None, message: str | None
) -> None:
    for number in range(4):
        world.tell((world.post(username=f"konto{number}"), ""))
    fault = {"kind": "error", "code": code, "subcode": subcode, "message": message}
    world.graph.faults.add(**fault, where=f"/{USER_ID}", times=None)
    runs = []
    for _ in range(80):
        if has_due_mentions(world.clock()):
            runs.append(world.ingest())
        world.clock.move(minutes=30)
    assert {(run.status, bool(run.errors)) for run in runs} == {(RunStatus.FAILED, True)}
    assert {status for status, _ in events()} == {EventStatus.WAITING}
    assert stuck_since(START + timedelta(hours=5)) is None
    assert stuck_since(START + timedelta(hours=6)) == START
    world.graph.faults.clear()
    world.clock.move(hours=6)
    assert (world.ingest().new, len(entries()), stuck_since(world.clock())) == (4, 4, None)


def test_a_post_that_is_gone_after_an_outage_is_tried_as_often_as_any_other(world: World) -> None:
    media_id = world.post(private=True)
    world.tell((media_id, ""))
    world.graph.faults.add(kind="http_503", where="graph", times=None)
    for _ in range(12):
        world.ingest()
        world.clock.move(hours=6)
    world.graph.faults.clear()
    world.ingest()
    assert events() == [(EventStatus.WAITING, 1)]


def test_a_mention_that_was_given_up_is_looked_for_anew_when_instagram_tells_of_it_again(world: World) -> None:
    media_id, known = world.post(private=True), world.post()
    world.tell((media_id, ""), (known, ""))
    for _ in range(50):
        world.ingest()
        world.clock.move(hours=1)
    assert sorted(events()) == [(EventStatus.DONE, 1), (EventStatus.GONE, 5)]
    world.graph.api.stream.set_private(media_id, False, world.clock())
    world.tell((media_id, ""), (known, ""))
    assert sorted(events()) == [(EventStatus.DONE, 1), (EventStatus.WAITING, 0)]
    assert (world.ingest().new, len(entries())) == (1, 2)


def test_there_is_work_only_while_a_mention_is_due(world: World) -> None:
    assert not has_due_mentions(world.clock.now)
    gone = world.post(private=True)
    world.tell((world.post(), ""), (gone, ""))
    assert has_due_mentions(world.clock.now)
    world.ingest()
    assert not has_due_mentions(world.clock.now)
    world.clock.move(minutes=10)
    assert has_due_mentions(world.clock.now)


def test_a_pass_is_bounded_and_the_next_takes_the_rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.instagram.mentions.PER_PASS", 4)
    for number in range(6):
        world.tell((world.post(username=f"konto{number}", media_type="VIDEO", media_url=False), ""))
    assert [world.ingest().new for _ in range(3)] == [4, 2, 0]


def test_a_pass_that_was_asked_to_stop_ends_after_the_mention_in_hand(world: World) -> None:
    for _ in range(3):
        world.tell((world.post(), ""))
    assert counts(world.ingest(stop=lambda: len(entries()) == 2))[:3] == (RunStatus.CUT, 2, 2)
    assert world.ingest().new == 1


def test_a_pass_that_breaks_off_between_comment_and_post_is_completed_by_the_next(world: World) -> None:
    media_id = world.post()
    comment_id = world.comment(media_id)
    world.tell((media_id, comment_id))
    db.session.add(SeenComment(comment_id=comment_id, media_id=media_id, username="berta", text="x", seen_at=START))
    db.session.commit()
    assert world.ingest().new == 1
    assert (comments(), events()) == ([(media_id, "berta", "x")], [(EventStatus.DONE, 1)])


def test_where_the_address_of_a_mentioned_post_is_refused_it_comes_without(app: Flask, clock: Clock) -> None:
    stream = PostStream(7, START - timedelta(days=30), 10**9, start_posts=0, pictures=False)
    with running(stream, clock=clock, permalink_on_mentions=False) as graph:
        config = {"api_base_url": graph.url, "user_id": USER_ID, "access_token": TOKEN}
        world = World(graph, clock, InstagramSettings.model_validate(config))
        world.tell((world.post(), ""))
        assert world.ingest().new == 1
    assert [(entry.permalink, entry.shortcode, entry.username) for entry in entries()] == [(None, None, "anna")]


def test_the_token_is_in_no_row(world: World) -> None:
    world.tell((world.post(), ""))
    world.graph.faults.add(kind="error", code=190, message=f"Error validating access token {TOKEN}")
    world.ingest()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            assert TOKEN not in str(tuple(row))


@needs_recordings
def test_a_recorded_mention_is_read(app: Flask) -> None:
    folder = RECORDED / "sns-sdks__python-facebook" / "instagram" / "apidata" / "users"
    media = json.loads((folder / "mentioned_media.json").read_text())
    media["mentioned_media"] |= {"timestamp": START.isoformat(), "username": "@Jemand", "media_url": None}
    comment = json.loads((folder / "mentioned_comment.json").read_text())
    comment["mentioned_comment"]["media"] = {"id": "17889114512354744"}
    config = InstagramSettings.model_validate({"user_id": USER_ID, "access_token": TOKEN})
    keep_mentions([Mention("17889114512354744", "17967008497439572")], START)
    with responses.RequestsMock() as server:
        server.get(f"https://graph.facebook.com/v26.0/{USER_ID}", json=comment)
        server.get(f"https://graph.facebook.com/v26.0/{USER_ID}", json=media)
        run = ingest_mentions(current_contest(), config, START, clock=lambda: START)
    assert (run.status, run.new, events()) == (RunStatus.COMPLETE, 1, [(EventStatus.DONE, 1)])
    assert [(entry.media_id, entry.username) for entry in entries()] == [("17889114512354744", "jemand")]
    assert comments() == [("17889114512354744", "ikroskun", "@ikroskun good")]
