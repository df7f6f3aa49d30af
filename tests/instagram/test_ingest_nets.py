"""After a gap the popular posts are asked for, once for each gap, until what they bring is whole."""

from __future__ import annotations

from collections.abc import Callable

from campaign.contests.services import current_contest
from campaign.demo.graph_api import RunningGraphApi
from campaign.entries.lifecycle import PictureState, Source
from campaign.extensions import db
from campaign.instagram.coverage import Gap
from campaign.instagram.models import IngestRun, RunStatus
from campaign.instagram.runs import read_coverage
from tests.instagram.conftest import HOUR, START, all_entries, post, runs


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


def test_what_is_popular_from_before_the_contest_is_not_kept(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    at(0)
    for days in range(60):
        post(graph, -24 * (20 + days), picture_fault="picture_not")
    at(30)
    (net,) = runs("top")
    assert (net.status, net.pages, net.new, net.skipped) == (RunStatus.COMPLETE, 2, 0, 0)
    assert len(all_entries()) == 3


def test_a_picture_that_did_not_come_with_the_net_is_fetched_by_the_next_one(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    at(0)
    lost = post(graph, 3)
    graph.faults.add(kind="http_503", where="cdn", times=None)
    at(30)
    graph.faults.clear()
    at(30.1)
    at(30.25)
    at(31)
    assert [run.status for run in runs("top")] == [RunStatus.CUT, RunStatus.COMPLETE]
    (entry,) = (entry for entry in all_entries() if entry.media_id == lost)
    assert entry.picture_state is PictureState.STORED
    (gap,) = read_coverage(current_contest(), START + 31 * HOUR).gaps
    assert (gap.asked_at, gap.rescued) == (START + 30.25 * HOUR, 1)


def test_a_picture_that_never_comes_does_not_cast_nets_for_ever(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    at(0)
    post(graph, 3)
    graph.faults.add(kind="http_503", where="cdn", times=None)
    for hours in (30, 30.25, 31.5, 38, 50, 62.5, 80, 100):
        at(hours)
    nets = [(run.started_at, run.status) for run in runs("top")]
    cut = [(START + hours * HOUR, RunStatus.CUT) for hours in (30, 30.25, 31.5, 38)]
    assert nets == [*cut, (START + 62.5 * HOUR, RunStatus.COMPLETE)]


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
