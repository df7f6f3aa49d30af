"""From a post that mentions us to a picture that everybody may see, over the wire that Meta would use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.serving import make_server

from campaign.clock import utc_now
from campaign.config import Settings
from campaign.contests.services import current_contest
from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi, running
from campaign.demo.graph_webhooks import MOST_CHANGES, Change, deliver, deliver_test, mention, verify
from campaign.demo.posts import PostStream
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.uses import Use, may_use
from campaign.extensions import db
from campaign.instagram.asking import ask_one
from campaign.instagram.consent import settle_answers
from campaign.instagram.credentials import open_client
from campaign.instagram.mentions import ingest_mentions
from campaign.instagram.models import AskStatus, EventStatus, PermissionAsk, SeenComment, WebhookEvent
from campaign.rights.services import grants_of
from tests.factories import SEEN, make_settings

SECRET, WORD = "app-geheim", "unser-wort"


class Clock:
    """A clock that stands until it is moved; begins now, as the web site and our signatures have it."""

    def __init__(self) -> None:
        self.now = utc_now().replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def graph(clock: Clock) -> Iterator[RunningGraphApi]:
    stream = PostStream(7, clock.now - timedelta(days=30), 10**9, start_posts=0, pictures=False)
    with running(stream, clock=clock, app_secret=SECRET, require_proof=True) as api:
        yield api


@pytest.fixture
def settings(graph: RunningGraphApi, clock: Clock, database_url: str, tmp_path: Path) -> Settings:
    instagram = {
        "api_base_url": graph.url,
        "user_id": USER_ID,
        "access_token": TOKEN,
        "app_id": "1029384756",
        "app_secret": SECRET,
        "webhook_verify_token": WORD,
        "media_hosts": [f"127.0.0.1:{graph.port}"],
        "ask_permission": True,
    }
    days = {"collect_from": -1, "vote_from": -1, "collect_until": 1, "vote_until": 1, "publish_at": 2}
    dates = {name: (clock.now + timedelta(days=count)).isoformat() for name, count in days.items()}
    return make_settings(tmp_path, database_url=database_url, instagram=instagram, contest=dates)


@pytest.fixture
def webhook(app: Flask) -> Iterator[str]:
    """Our site on the loopback address: the address of its webhook."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/webhooks/instagram"
    server.shutdown()
    thread.join()
    server.server_close()


def told(webhook: str, *changes: Change) -> list[int | None]:
    """What our site answers to deliveries of these changes."""
    db.session.rollback()
    return [delivery.status for delivery in deliver(webhook, SECRET, changes, USER_ID, utc_now())]


def entry() -> Entry:
    db.session.expire_all()
    return db.session.scalars(sa.select(Entry)).one()


def test_a_mention_becomes_a_picture_with_a_right_that_its_creator_gave(
    app: Flask, settings: Settings, graph: RunningGraphApi, clock: Clock, webhook: str
) -> None:
    def look() -> None:
        client = open_client(settings.instagram, clock=clock, sleep=lambda _: None)
        run = ingest_mentions(current_contest(), settings.instagram, clock.move(minutes=1), client=client, clock=clock)
        assert (run.errors, run.skipped) == ([], 0)

    assert verify(webhook, WORD)
    wish = {"caption": "Der Erfurter Dom @schoenster.blick #schoensterblick", "username": "licht.bild"}
    media_id = graph.api.stream.add(wish, clock.now).media_id
    assert told(webhook, mention(media_id)) == [200]
    look()
    approved = entry()
    approved.status, approved.people, approved.alt_text = Status.APPROVED, SEEN.people, SEEN.alt_text
    db.session.commit()
    assert not may_use(entry(), Use.WEB, utc_now())

    client = open_client(settings.instagram, clock=clock, sleep=lambda _: None)
    ask = ask_one(clock.move(minutes=1), client=client)
    assert ask is not None
    assert ask.status is AskStatus.ASKED
    [question] = graph.api.comments.under(media_id)
    clock.move(minutes=1)
    stranger = graph.api.comment(media_id, "@schoenster.blick #nein", "fremder")
    answer = graph.api.comment(media_id, "Na klar @schoenster.blick #ja", parent=question.comment_id)
    assert told(webhook, *(mention(media_id, one.comment_id) for one in (question, stranger, answer))) == [200]
    look()
    assert settle_answers(clock.move(minutes=1)) == 1
    assert may_use(entry(), Use.WEB, utc_now())
    [granted] = grants_of(entry().number)
    assert (granted.granted_by, granted.recorded_by) == ("licht.bild", "Instagram")
    assert granted.proof == (
        f"Instagram comment {answer.comment_id} by @licht.bild of {answer.timestamp:%Y-%m-%d %H:%M:%S} UTC:"
        " Na klar @schoenster.blick #ja"
    )
    closed = db.session.get(PermissionAsk, entry().number)
    assert closed is not None
    assert (closed.status, closed.answer_id) == (AskStatus.GRANTED, answer.comment_id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SeenComment)) == 2


def test_deliveries_over_the_wire_are_kept_once_and_the_dashboards_test_does_no_harm(webhook: str) -> None:
    changes = [mention(str(17900000000000000 + number)) for number in range(MOST_CHANGES + 1)]
    told(webhook, changes[0])
    assert told(webhook, *changes) == [200, 200]
    assert told(webhook, *changes) == [200, 200]
    assert deliver_test(webhook, SECRET, utc_now()).status == 200
    assert not verify(webhook, "geraten")
    db.session.rollback()
    statuses = db.session.scalars(sa.select(WebhookEvent.status)).all()
    assert statuses == [EventStatus.WAITING] * len(changes)
