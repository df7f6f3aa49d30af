"""A pass writes every post once, and no fault of Instagram costs what is stored."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from campaign.demo.graph_api import TOKEN, RunningGraphApi
from campaign.entries.lifecycle import PictureState, Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.instagram.models import Hashtag, IngestRun, RunStatus
from tests.factories import ERFURT, WEIMAR
from tests.instagram.conftest import START, Ingest, all_entries


def counts(run: IngestRun) -> tuple[int, int, int, int]:
    return run.seen, run.new, run.updated, run.skipped


def add(graph: RunningGraphApi, **wish: object) -> str:
    post = graph.api.stream.add({"caption": "Jena von oben #schoensterblick", **wish}, START)
    return post.media_id


def edit(graph: RunningGraphApi, media_id: str, caption: str) -> None:
    """Change the caption of a post, as its author may at any time."""
    shelf = graph.api.stream._shelf
    shelf._posts = [replace(post, caption=caption) if post.media_id == media_id else post for post in shelf._posts]
    shelf.changes += 1


def test_every_post_becomes_a_pending_entry_with_town_and_picture(ingest: Ingest) -> None:
    run = ingest()
    assert (run.status, counts(run), run.pages, run.errors) == (RunStatus.COMPLETE, (3, 3, 0, 0), 1, [])
    found = {entry.caption: entry for entry in all_entries()}
    assert {entry.town_ags for entry in found.values()} == {ERFURT, WEIMAR, None}
    assert {entry.status for entry in found.values()} == {Status.PENDING}
    assert {entry.picture_state for entry in found.values()} == {PictureState.STORED}
    assert found["Weimar, Goethehaus #schoensterblick"].evidence[0]["words"] == "Weimar"


def test_a_second_pass_writes_nothing_twice(ingest: Ingest) -> None:
    ingest()
    run = ingest()
    assert (run.status, counts(run)) == (RunStatus.COMPLETE, (3, 0, 0, 0))
    assert len(all_entries()) == 3


def test_the_hashtags_id_is_asked_for_once_and_kept(graph: RunningGraphApi, ingest: Ingest) -> None:
    ingest()
    ingest()
    searched = [call for call in graph.api.log.listed() if call["path"].endswith("/ig_hashtag_search")]
    assert len(searched) == 1
    assert db.session.scalars(sa.select(Hashtag.name)).all() == ["schoensterblick"]


def test_all_pages_are_read(graph: RunningGraphApi, ingest: Ingest) -> None:
    for number in range(117):
        add(graph, picture_fault="picture_not", caption=f"Nummer {number} #schoensterblick")
    run = ingest()
    assert (run.status, run.seen, run.new, run.pages) == (RunStatus.COMPLETE, 120, 120, 3)
    assert len({entry.media_id for entry in all_entries()}) == 120


def test_the_token_is_never_written_and_travels_in_headers_only(graph: RunningGraphApi, ingest: Ingest) -> None:
    for number in range(60):
        add(graph, picture_fault="picture_not", caption=f"Nummer {number} #schoensterblick")
    ingest()
    graph.faults.add(kind="error", code=190, message=f"Error validating access token {TOKEN}")
    ingest()
    calls = [call for call in graph.api.log.listed() if not call["path"].startswith("/cdn/")]
    assert {call["token_by"] for call in calls} == {"header"}
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            assert TOKEN not in str(tuple(row))


def test_a_changed_caption_updates_the_entry_and_its_town(graph: RunningGraphApi, ingest: Ingest) -> None:
    add(graph, media_id="17900000000000001", caption="Noch ohne Worte #schoensterblick")
    ingest()
    edit(graph, "17900000000000001", "Auf der Krämerbrücke #schoensterblick")
    run = ingest()
    assert counts(run) == (4, 0, 1, 0)
    entry = db.session.scalars(sa.select(Entry).filter_by(media_id="17900000000000001")).one()
    assert (entry.caption, entry.town_ags) == ("Auf der Krämerbrücke #schoensterblick", ERFURT)


def test_a_moderators_town_stays_when_the_caption_changes(graph: RunningGraphApi, ingest: Ingest) -> None:
    add(graph, media_id="17900000000000001", caption="Der Dom #schoensterblick")
    ingest()
    entry = db.session.scalars(sa.select(Entry).filter_by(media_id="17900000000000001")).one()
    entry.town_ags, entry.town_confirmed = WEIMAR, True
    db.session.commit()
    edit(graph, "17900000000000001", "Auf der Krämerbrücke #schoensterblick")
    ingest()
    assert db.session.scalars(sa.select(Entry.town_ags).filter_by(media_id="17900000000000001")).one() == WEIMAR


def test_a_post_from_before_the_contest_is_skipped(graph: RunningGraphApi, ingest: Ingest) -> None:
    contest_begins_later = {"collect_from": START.replace(hour=11, minute=30)}
    db.session.execute(sa.text("UPDATE contest SET collect_from = :collect_from"), contest_begins_later)
    db.session.commit()
    run = ingest()
    assert counts(run) == (3, 1, 0, 2)


FAULTS: list[tuple[dict[str, object], str]] = [
    ({"kind": "down"}, "no connection"),
    ({"kind": "slow", "pause": 0.3}, "took too long"),
    ({"kind": "http_503"}, "status 503"),
    ({"kind": "html", "status": 200}, "not its JSON"),
    ({"kind": "broken_json"}, "not its JSON"),
    ({"kind": "error", "code": 4}, "The request limit is reached"),
    ({"kind": "error", "code": 17}, "The request limit is reached"),
    ({"kind": "error", "code": 190, "subcode": 463}, "set instagram.access_token"),
    ({"kind": "error", "code": 10}, "Instagram Public Content Access"),
]


@pytest.mark.parametrize(("fault", "said"), FAULTS, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("where", ["/ig_hashtag_search", "graph"])
def test_a_fault_ends_the_pass_with_one_line_and_the_next_completes_it(
    graph: RunningGraphApi, ingest: Ingest, fault: dict[str, object], said: str, where: str
) -> None:
    graph.faults.add(**fault, where=where, times=None)
    run = ingest(seconds=1.0 if fault["kind"] == "slow" else 30.0)
    assert (run.status, len(run.errors)) == (RunStatus.FAILED, 1)
    assert said in run.errors[0]["message"]
    graph.faults.clear()
    run = ingest()
    assert (run.status, counts(run)) == (RunStatus.COMPLETE, (3, 3, 0, 0))


@pytest.mark.parametrize(("code", "subcode"), [(18, 2207034), (24, 99)])
def test_a_hashtag_that_cannot_be_asked_for_is_named(
    graph: RunningGraphApi, ingest: Ingest, code: int, subcode: int
) -> None:
    graph.faults.add(kind="error", code=code, subcode=subcode, where="/ig_hashtag_search")
    run = ingest()
    assert (run.status, run.errors[-1]["code"], run.errors[-1]["subcode"]) == (RunStatus.FAILED, code, subcode)


def test_a_fault_on_the_second_page_keeps_the_first(graph: RunningGraphApi, ingest: Ingest) -> None:
    for number in range(57):
        add(graph, picture_fault="picture_not", caption=f"Nummer {number} #schoensterblick")

    def fail_before_the_last_item() -> bool:
        if len(all_entries()) == 49:
            graph.faults.add(kind="error", code=4, times=None)
        return False

    run = ingest(stop=fail_before_the_last_item)
    assert (run.status, run.pages, run.new) == (RunStatus.FAILED, 1, 50)
    graph.faults.clear()
    assert counts(ingest()) == (60, 10, 0, 0)


@pytest.mark.parametrize("form", ["no_id", "types", "null"])
def test_one_broken_item_never_costs_the_others(graph: RunningGraphApi, ingest: Ingest, form: str) -> None:
    graph.faults.add(kind="item_broken", form=form)
    run = ingest()
    assert (run.status, run.new, run.skipped, len(run.errors)) == (RunStatus.COMPLETE, 2, 1, 1)
    assert ingest().new == 1


def test_an_item_that_comes_twice_is_one_entry(graph: RunningGraphApi, ingest: Ingest) -> None:
    graph.faults.add(kind="duplicate_items", times=None)
    assert counts(ingest()) == (3, 3, 0, 0)


def test_paging_that_never_ends_is_cut(graph: RunningGraphApi, ingest: Ingest) -> None:
    graph.faults.add(kind="repeat_pages", times=None)
    run = ingest()
    assert (run.status, run.seen, run.errors[-1]["message"].partition(".")[0]) == (
        RunStatus.CUT,
        3,
        "Instagram: the paging does not end",
    )


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        ("picture_bomb", PictureState.REFUSED, "Das Bild hat zu viele Pixel"),
        ("picture_truncated", PictureState.REFUSED, "Das Bild ist beschädigt oder unvollständig."),
        ("picture_not", PictureState.REFUSED, "Die Datei ist kein Bild im Format JPEG, PNG oder WebP."),
        ("picture_huge", PictureState.WAITING, "The picture could not be fetched"),
    ],
)
def test_a_bad_picture_leaves_an_entry_without_picture_and_with_the_reason(
    graph: RunningGraphApi, ingest: Ingest, kind: str, state: PictureState, said: str
) -> None:
    add(graph, picture_fault=kind, media_id="17900000000000001")
    run = ingest()
    assert (run.status, run.new) == (RunStatus.COMPLETE, 4)
    entry = db.session.scalars(sa.select(Entry).filter_by(media_id="17900000000000001")).one()
    assert (entry.picture_state, entry.picture_id, entry.status) == (state, None, Status.PENDING)
    assert str(entry.picture_reason).startswith(said)


def test_a_picture_that_came_in_pieces_is_looked_for_again(graph: RunningGraphApi, ingest: Ingest) -> None:
    graph.faults.add(kind="picture_truncated", times=1)
    ingest()
    assert sorted(entry.picture_state for entry in all_entries()) == ["refused", "stored", "stored"]
    ingest()
    assert {entry.picture_state for entry in all_entries()} == {PictureState.STORED}


def test_a_picture_that_could_not_be_fetched_is_fetched_by_the_next_pass(
    graph: RunningGraphApi, ingest: Ingest
) -> None:
    graph.faults.add(kind="http_503", where="cdn", times=None)
    ingest()
    assert {entry.picture_state for entry in all_entries()} == {PictureState.WAITING}
    graph.faults.clear()
    run = ingest()
    assert counts(run) == (3, 0, 0, 0)
    assert {entry.picture_state for entry in all_entries()} == {PictureState.STORED}


def test_a_host_of_pictures_that_is_dead_does_not_hold_up_the_pass(graph: RunningGraphApi, ingest: Ingest) -> None:
    for number in range(20):
        add(graph, caption=f"Nummer {number} #schoensterblick")
    graph.faults.add(kind="down", where="cdn", times=None)
    run = ingest()
    assert (run.status, run.new) == (RunStatus.COMPLETE, 23)
    asked = [call for call in graph.api.log.listed() if call["path"].startswith("/cdn/")]
    assert len(asked) <= 10


def test_a_picture_on_another_host_is_never_fetched(graph: RunningGraphApi, ingest: Ingest, instagram: object) -> None:
    hosts = instagram.media_hosts  # type: ignore[attr-defined]
    hosts[:] = ["cdninstagram.com"]
    ingest()
    assert {entry.picture_state for entry in all_entries()} == {PictureState.WAITING}
    assert [call for call in graph.api.log.listed() if call["path"].startswith("/cdn/")] == []


def test_a_video_without_address_is_an_entry_that_says_so(graph: RunningGraphApi, ingest: Ingest) -> None:
    add(graph, media_type="VIDEO", media_url=False, media_id="17900000000000001")
    ingest()
    entry = db.session.scalars(sa.select(Entry).filter_by(media_id="17900000000000001")).one()
    assert (entry.media_type, entry.picture_state) == ("VIDEO", PictureState.MISSING)


def test_an_album_shows_its_first_picture(graph: RunningGraphApi, ingest: Ingest) -> None:
    add(graph, media_type="CAROUSEL_ALBUM", children=3, media_id="17900000000000001")
    ingest()
    entry = db.session.scalars(sa.select(Entry).filter_by(media_id="17900000000000001")).one()
    assert (entry.media_type, entry.picture_state) == ("CAROUSEL_ALBUM", PictureState.STORED)


def test_a_pass_that_was_asked_to_stop_ends_after_the_item_in_hand(ingest: Ingest) -> None:
    run = ingest(stop=lambda: len(all_entries()) == 2)
    assert (run.status, run.new, len(all_entries())) == (RunStatus.CUT, 2, 2)
    assert counts(ingest()) == (3, 1, 0, 0)


def test_a_pass_that_was_killed_is_named_by_the_next(ingest: Ingest) -> None:
    run = ingest()
    run.status, run.finished_at = RunStatus.RUNNING, None
    db.session.commit()
    ingest()
    db.session.expire_all()
    assert [row.status for row in db.session.scalars(sa.select(IngestRun).order_by(IngestRun.id))] == [
        RunStatus.INTERRUPTED,
        RunStatus.COMPLETE,
    ]


def test_the_record_of_a_pass_is_a_json_document(ingest: Ingest) -> None:
    from campaign.instagram.runs import run_document

    document = run_document(ingest())
    assert json.loads(json.dumps(document)) == document
    assert {"run_id", "status", "requests", "seen", "new", "updated", "skipped", "errors"} <= set(document)
