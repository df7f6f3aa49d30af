"""What the passes are sure of is written down, and after a gap the popular posts are asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from campaign.contests.services import current_contest
from campaign.demo.graph_api import RunningGraphApi
from campaign.entries.admission import IntakeReason
from campaign.entries.lifecycle import Source, Status
from campaign.extensions import db
from campaign.instagram import taking
from campaign.instagram.coverage import Gap, Window
from campaign.instagram.models import IngestRun, RunStatus
from campaign.instagram.runs import read_coverage, sure_windows
from tests.instagram.conftest import START, Ingest, all_entries

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Later:
    """A clock that the tests set; the simulated Instagram follows it."""

    def __init__(self, graph: RunningGraphApi) -> None:
        self.now = START
        graph.api.clock = self

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def later(graph: RunningGraphApi) -> Later:
    return Later(graph)


@pytest.fixture
def at(later: Later, ingest: Ingest) -> Callable[..., IngestRun]:
    """A pass so many hours after START."""

    def run(hours: float, **options: object) -> IngestRun:
        later.now = START + timedelta(hours=hours)
        return ingest(clock=later, **options)

    return run


def runs(source: str) -> list[IngestRun]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(IngestRun).filter_by(source=source).order_by(IngestRun.id)))


def post(graph: RunningGraphApi, hours: float, **wish: object) -> str:
    """Add a post of so many hours after START."""
    moment = START + timedelta(hours=hours)
    caption = "Jena von oben #schoensterblick"
    return graph.api.stream.add({"caption": caption, "timestamp": moment.isoformat(), **wish}, moment).media_id


def test_a_pass_is_sure_of_the_day_before_it(at: Callable[..., IngestRun]) -> None:
    first, second = at(0), at(1)
    assert (first.sure_from, first.sure_until, first.overlaps) == (START - DAY, START, True)
    assert (second.sure_from, second.sure_until, second.overlaps) == (START - DAY + HOUR, START + HOUR, True)
    assert sure_windows(current_contest()) == [Window(START - DAY, START), Window(START - DAY + HOUR, START + HOUR)]


def test_a_pass_that_pages_for_long_is_sure_of_less(graph: RunningGraphApi, later: Later, ingest: Ingest) -> None:
    for number in range(60):
        post(graph, -1 - number / 100, picture_fault="picture_not")
    ticks = iter(range(10**6))
    moments: list[datetime] = []

    def clock() -> datetime:
        moments.append(START + timedelta(seconds=next(ticks)))
        return moments[-1]

    run = ingest(clock=clock)
    assert run.pages == 2
    assert run.sure_from is not None
    assert run.sure_until is not None
    assert START < run.sure_until < START + timedelta(seconds=10)
    assert run.sure_from > START - DAY + timedelta(seconds=60)


@pytest.mark.parametrize("fault", [{"kind": "http_503"}, {"kind": "repeat_pages"}, {"kind": "error", "code": 4}])
def test_a_pass_that_does_not_end_properly_is_sure_of_nothing(
    graph: RunningGraphApi, at: Callable[..., IngestRun], fault: dict[str, object]
) -> None:
    graph.faults.add(**fault, where="graph", times=None)
    run = at(0)
    assert (run.sure_from, run.sure_until, run.overlaps) == (None, None, None)


def test_a_pass_that_is_asked_to_stop_is_sure_of_nothing(at: Callable[..., IngestRun]) -> None:
    run = at(0, stop=lambda: len(all_entries()) == 1)
    assert (run.status, run.sure_until) == (RunStatus.CUT, None)


def test_a_pass_that_could_not_write_a_post_is_not_sure_and_the_next_one_writes_it(
    at: Callable[..., IngestRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = taking.take_in

    def refuse_one(*given: object, **more: object) -> object:
        if len(all_entries()) == 1:
            raise sa.exc.OperationalError("INSERT", {}, Exception("disk full"))
        return written(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "take_in", refuse_one)
    run = at(0)
    assert (run.status, run.new, run.sure_until, len(run.errors)) == (RunStatus.COMPLETE, 1, None, 2)
    monkeypatch.undo()
    assert (at(0.25).new, len(all_entries())) == (2, 3)


def test_a_post_that_cannot_be_read_is_named_and_does_not_hide_the_others(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    graph.faults.add(kind="item_broken", form="types")
    run = at(0)
    assert (len(run.errors), run.sure_until) == (1, START)


def test_an_outage_of_more_than_a_day_is_a_gap_and_its_popular_posts_come_back(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    at(0)
    lost, seen = post(graph, 3), post(graph, 20)
    graph.faults.add(kind="down", where="graph", times=None)
    failed = at(10)
    graph.faults.clear()
    good = at(30)
    assert (failed.status, good.status, good.overlaps) == (RunStatus.FAILED, RunStatus.COMPLETE, False)
    (net,) = runs("top")
    # One of the posts that were known already was made at the very moment at which the gap begins.
    assert (net.status, net.seen, net.new) == (RunStatus.COMPLETE, 2, 1)
    found = read_coverage(current_contest(), START + 30 * HOUR)
    assert found.gaps == (Gap(START, START + 6 * HOUR, START + 30 * HOUR, 1),)
    assert found.since == START + 6 * HOUR
    brought = {entry.media_id: entry.source for entry in all_entries()}
    assert (brought[lost], brought[seen], len(brought)) == (Source.HASHTAG, Source.HASHTAG, 5)


def test_popular_posts_are_asked_for_once_for_each_gap(at: Callable[..., IngestRun]) -> None:
    at(0)
    at(30)
    at(30.25)
    assert len(runs("top")) == 1
    at(60)
    assert len(runs("top")) == 2
    gaps = read_coverage(current_contest(), START + 60 * HOUR).gaps
    assert [gap.asked_at for gap in gaps] == [START + 30 * HOUR, START + 60 * HOUR]


def test_a_net_that_failed_is_cast_again_by_the_next_pass(graph: RunningGraphApi, at: Callable[..., IngestRun]) -> None:
    at(0)
    tag = next(call["path"] for call in graph.api.log.listed() if call["path"].endswith("/recent_media"))
    graph.faults.add(kind="http_503", where=tag.replace("recent_media", "top_media"), times=None)
    at(30)
    graph.faults.clear()
    at(30.25)
    assert [run.status for run in runs("top")] == [RunStatus.FAILED, RunStatus.COMPLETE]


def test_popular_posts_without_end_are_enough_as_far_as_we_page(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    at(0)
    tag = next(call["path"] for call in graph.api.log.listed() if call["path"].endswith("/recent_media"))
    graph.faults.add(kind="repeat_pages", where=tag.replace("recent_media", "top_media"), times=None)
    at(30)
    assert [run.status for run in runs("top")] == [RunStatus.COMPLETE]


def test_the_net_keeps_the_rules_of_the_window(graph: RunningGraphApi, at: Callable[..., IngestRun]) -> None:
    at(0)
    old = post(graph, -24 * 20)
    at(30)
    entry = next(entry for entry in all_entries() if entry.media_id == old)
    assert (entry.status, entry.intake_reasons) == (Status.REJECTED, [IntakeReason.BEFORE_WINDOW])
    (net,) = runs("top")
    assert (net.new, net.skipped) == (0, 1)


def test_without_a_gap_popular_posts_are_never_asked_for(at: Callable[..., IngestRun]) -> None:
    for hours in (0, 10, 20, 43):
        at(hours)
    assert runs("top") == []


def test_the_end_of_collecting_that_nobody_looked_at_is_a_gap_that_is_asked_for(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    current_contest().collect_until = START + 10 * HOUR
    db.session.commit()
    at(0)
    late = post(graph, 9)
    at(40)
    (gap,) = read_coverage(current_contest(), START + 40 * HOUR).gaps
    assert gap == Gap(START, START + 10 * HOUR, START + 40 * HOUR, 1)
    assert late in {entry.media_id for entry in all_entries()}
