"""Posts in which others tagged our account come in with their author's name, once, and old ones stay out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import responses
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi, running
from campaign.demo.posts import PostStream
from campaign.entries.intake import readmit
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.extensions import db
from campaign.instagram.client import InstagramClient
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.models import IngestRun, RunStatus
from campaign.instagram.tags import ingest_tags
from campaign.moderation.reasons import Reason
from campaign.moderation.services import approve, reject
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings
from campaign.staff.actors import COMMAND_LINE
from tests.factories import ERFURT, SEEN

START = datetime.fromisoformat("2026-06-15T12:00:00+00:00")
RECORDED = Path(os.environ.get("CAMPAIGN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data" / "ig-fixtures"))
needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded payloads are not on this machine")
TAGS = f"/{USER_ID}/tags"


@pytest.fixture
def graph() -> Iterator[RunningGraphApi]:
    stream = PostStream(7, START - timedelta(days=30), 10**9, start_posts=0, pictures=False)
    with running(stream, clock=lambda: START) as api:
        yield api


@pytest.fixture
def instagram(app: Flask, graph: RunningGraphApi) -> InstagramSettings:
    values = {"api_base_url": graph.url, "user_id": USER_ID, "access_token": TOKEN}
    return InstagramSettings.model_validate({**values, "media_hosts": [f"127.0.0.1:{graph.port}"]})


def add(graph: RunningGraphApi, **wish: Any) -> str:
    caption = "Der Erfurter Dom am Abend"
    return graph.api.stream.add({"caption": caption, "tags_us": True, "username": "anna", **wish}, START).media_id


def tags(instagram: InstagramSettings, *, hours: float = 0, **options: Any) -> IngestRun:
    client = InstagramClient(instagram, outbound=Outbound(seconds=30, size=5_000_000, backoff=0))
    now = START + timedelta(hours=hours)
    return ingest_tags(current_contest(), instagram, now, client=client, clock=lambda: now, **options)


def counts(run: IngestRun) -> tuple[RunStatus, int, int, int, int]:
    return run.status, run.seen, run.new, run.updated, run.skipped


def entries() -> list[Entry]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Entry).order_by(Entry.number)))


def test_a_tagged_post_is_an_entry_with_its_authors_name(graph: RunningGraphApi, instagram: InstagramSettings) -> None:
    media_id = add(graph, username="Licht.Bild")
    add(graph, tags_us=False)
    run = tags(instagram)
    assert (run.source, run.errors, counts(run)) == ("tags", [], (RunStatus.COMPLETE, 1, 1, 0, 0))
    [entry] = entries()
    assert (entry.media_id, entry.source, entry.status) == (media_id, Source.TAG, Status.PENDING)
    assert (entry.username, entry.creator, entry.town_ags) == ("licht.bild", "licht.bild", ERFURT)
    assert entry.picture_state is PictureState.STORED


def test_a_second_pass_writes_nothing(graph: RunningGraphApi, instagram: InstagramSettings) -> None:
    add(graph)
    tags(instagram)
    assert counts(tags(instagram)) == (RunStatus.COMPLETE, 1, 0, 0, 0)
    assert len(entries()) == 1


def test_all_pages_are_read_by_their_cursors(graph: RunningGraphApi, instagram: InstagramSettings) -> None:
    for number in range(117):
        add(graph, username=f"konto{number}", media_type="VIDEO", media_url=False)
    run = tags(instagram)
    assert counts(run) == (RunStatus.COMPLETE, 117, 117, 0, 0)
    assert len({entry.media_id for entry in entries()}) == 117


def test_the_limit_per_person_holds_because_the_author_is_known(
    graph: RunningGraphApi, instagram: InstagramSettings
) -> None:
    for _ in range(5):
        add(graph)
    assert counts(tags(instagram)) == (RunStatus.COMPLETE, 5, 3, 0, 2)
    assert sorted(entry.intake_reasons for entry in entries()) == [[], [], [], ["too_many"], ["too_many"]]


def test_a_post_over_the_limit_has_its_picture_when_a_place_becomes_free(
    graph: RunningGraphApi, instagram: InstagramSettings
) -> None:
    add(graph, timestamp="2026-05-20T12:00:00+00:00", username="bert")
    for _ in range(4):
        add(graph)
    tags(instagram)
    states = [(*entry.intake_reasons, entry.picture_state) for entry in entries()]
    assert sorted(states) == [("before_window", "waiting"), *[("stored",)] * 3, ("too_many", "stored")]
    [late] = [entry.number for entry in entries() if entry.intake_reasons == ["too_many"]]
    first = next(entry.number for entry in entries() if entry.status is Status.PENDING)
    reject(first, Reason.QUALITY, None, COMMAND_LINE, START + timedelta(days=5))
    readmit(current_contest(), START + timedelta(days=5))
    approve(late, COMMAND_LINE, START + timedelta(days=5), SEEN)
    assert {entry.number: entry.status for entry in entries()}[late] is Status.APPROVED


def test_the_same_post_by_hashtag_and_by_tag_is_one_entry_that_learns_its_author(
    graph: RunningGraphApi, instagram: InstagramSettings
) -> None:
    add(graph, caption="Der Dom #schoensterblick")
    client = InstagramClient(instagram, outbound=Outbound(seconds=30, size=5_000_000, backoff=0))
    ingest_hashtag(current_contest(), instagram, START, client=client, clock=lambda: START)
    assert [(entry.source, entry.username) for entry in entries()] == [(Source.HASHTAG, None)]
    assert counts(tags(instagram)) == (RunStatus.COMPLETE, 1, 0, 1, 0)
    assert [(entry.source, entry.username, entry.creator) for entry in entries()] == [(Source.HASHTAG, "anna", "anna")]
    assert set(db.session.scalars(sa.select(Sighting.source))) == {Source.HASHTAG, Source.TAG}


def test_a_post_from_before_the_contest_takes_no_part(graph: RunningGraphApi, instagram: InstagramSettings) -> None:
    add(graph, timestamp="2026-05-20T12:00:00+00:00")
    assert counts(tags(instagram)) == (RunStatus.COMPLETE, 1, 0, 0, 1)
    assert [(entry.status, entry.intake_reasons) for entry in entries()] == [(Status.REJECTED, ["before_window"])]


def test_what_was_tagged_long_before_the_contest_is_not_kept(
    graph: RunningGraphApi, instagram: InstagramSettings
) -> None:
    for number in range(200):
        add(graph, timestamp=(START - timedelta(days=100 + number)).isoformat())
    media_id = add(graph)
    run = tags(instagram)
    assert (counts(run), run.pages) == ((RunStatus.COMPLETE, 1, 1, 0, 0), 6)
    assert [entry.media_id for entry in entries()] == [media_id]


def test_the_whole_list_is_read_once_a_day_and_else_as_far_as_there_is_something_new(
    graph: RunningGraphApi, instagram: InstagramSettings
) -> None:
    for number in range(120):
        hidden = {"media_type": "VIDEO", "media_url": False, "username": f"konto{number}"}
        add(graph, timestamp=(START - timedelta(hours=number)).isoformat(), **hidden)
    assert [tags(instagram, hours=hours).pages for hours in (0, 1, 2)] == [4, 1, 1]
    add(graph)
    run = tags(instagram, hours=3)
    assert (run.new, run.pages) == (1, 2)
    assert [tags(instagram, hours=hours).pages for hours in (4, 13, 14)] == [1, 4, 1]


def test_a_failed_pass_does_not_stand_for_the_whole_list(graph: RunningGraphApi, instagram: InstagramSettings) -> None:
    for number in range(120):
        add(graph, media_type="VIDEO", media_url=False, username=f"konto{number}")
    graph.faults.add(kind="error", code=100, where=TAGS)
    assert [tags(instagram).pages for _ in range(3)] == [0, 4, 1]


def test_a_new_post_is_found_behind_a_page_of_old_ones_that_were_tagged_just_now(
    app: Flask, instagram: InstagramSettings
) -> None:
    def item(number: int, moment: datetime) -> dict[str, Any]:
        address = f"https://www.instagram.com/p/A{number:010}/"
        return {"id": str(number), "media_type": "VIDEO", "timestamp": moment.isoformat(), "permalink": address}

    old = [item(number, START - timedelta(days=200)) for number in range(1, 201)]
    pages = [
        {"data": old[place : place + 50], "paging": {"cursors": {"after": str(place)}}} for place in (0, 50, 100, 150)
    ]
    with responses.RequestsMock() as server:
        for page in [*pages, {"data": [item(999, START)]}]:
            server.get(f"{instagram.api_base_url}/v26.0{TAGS}", json=page)
        run = tags(instagram)
    assert (run.status, run.pages, [entry.media_id for entry in entries()]) == (RunStatus.COMPLETE, 5, ["999"])


def test_paging_in_circles_is_cut(graph: RunningGraphApi, instagram: InstagramSettings) -> None:
    for number in range(60):
        add(graph, username=f"konto{number}", media_type="VIDEO", media_url=False)
    graph.faults.add(kind="repeat_pages", where=TAGS, times=None)
    run = tags(instagram)
    assert (run.status, run.pages, run.new) == (RunStatus.CUT, 4, 50)


@pytest.mark.parametrize("form", ["id", "null", "types"])
def test_a_broken_item_does_not_take_the_others_along(
    graph: RunningGraphApi, instagram: InstagramSettings, form: str
) -> None:
    for _ in range(3):
        add(graph)
    graph.faults.add(kind="item_broken", form=form, where=TAGS)
    run = tags(instagram)
    assert counts(run) == (RunStatus.COMPLETE, 3, 2, 0, 1)
    assert counts(tags(instagram))[2] == 1


@pytest.mark.parametrize(("code", "kind"), [(4, "limit"), (190, "token"), (10, "permission")])
def test_a_refusal_is_on_record_and_costs_nothing(
    graph: RunningGraphApi, instagram: InstagramSettings, code: int, kind: str
) -> None:
    add(graph)
    graph.faults.add(kind="error", code=code, subcode=0 if code == 4 else None, where=TAGS)
    run = tags(instagram)
    assert (run.status, run.errors[-1]["kind"], run.new) == (RunStatus.FAILED, kind, 0)
    assert tags(instagram).new == 1


def test_a_pass_that_was_asked_to_stop_ends_after_the_item_in_hand(
    graph: RunningGraphApi, instagram: InstagramSettings
) -> None:
    for _ in range(3):
        add(graph)
    run = tags(instagram, stop=lambda: len(entries()) == 2)
    assert (run.status, run.new) == (RunStatus.CUT, 2)
    assert tags(instagram).new == 1


@needs_recordings
def test_a_recorded_page_is_read(app: Flask) -> None:
    path = RECORDED / "sns-sdks__python-facebook" / "instagram" / "apidata" / "users" / "tagged_medias.json"
    page = json.loads(path.read_text())
    page["data"].append(
        {**page["data"][0], "id": "17900000000000001", "permalink": None, "timestamp": START.isoformat()}
    )
    config = InstagramSettings.model_validate({"user_id": USER_ID, "access_token": TOKEN, "media_hosts": ["x.example"]})
    with responses.RequestsMock() as server:
        server.get(f"https://graph.facebook.com/v26.0{TAGS}", json=page)
        run = tags(config)
    assert (run.status, run.seen, run.new) == (RunStatus.COMPLETE, 1, 1)
    assert [(entry.media_id, entry.username) for entry in entries()] == [("17900000000000001", None)]
