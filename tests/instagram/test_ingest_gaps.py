"""What the passes are sure of is written down, and what is not is a gap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from campaign.contests.services import current_contest
from campaign.demo.graph_api import RunningGraphApi
from campaign.entries.lifecycle import Status
from campaign.extensions import db
from campaign.instagram import taking
from campaign.instagram.coverage import Gap, Window
from campaign.instagram.models import IngestRun, RunStatus
from campaign.instagram.runs import is_hashtag_unknown, read_coverage, sure_windows
from tests.instagram.conftest import HOUR, START, Ingest, Later, all_entries, post

DAY = timedelta(days=1)


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


def test_a_post_of_which_only_the_id_can_be_read_is_an_entry(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    graph.faults.add(kind="item_broken", form="fields")
    run = at(0)
    assert (run.new, run.skipped, run.sure_until) == (3, 0, START)
    (error,) = run.errors
    assert error["message"] == "taken without what cannot be read: caption, media_type, media_url, timestamp"
    (bare,) = (entry for entry in all_entries() if entry.taken_at is None)
    assert (bare.media_id, bare.caption, bare.status) == (error["media_id"], None, Status.PENDING)
    assert at(0.25).updated == 1
    assert [entry.picture_state for entry in all_entries() if entry.caption and entry.taken_at] == ["stored"] * 3


def test_a_post_whose_id_cannot_be_read_leaves_the_pass_sure_of_nothing(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    graph.faults.add(kind="item_broken", form="types")
    run = at(0)
    assert (run.status, run.new, run.skipped, len(run.errors), run.sure_until) == (RunStatus.COMPLETE, 2, 1, 1, None)


@pytest.mark.parametrize("form", ["no_id", "null"])
def test_an_item_that_is_no_post_costs_a_line_and_nothing_else(
    graph: RunningGraphApi, at: Callable[..., IngestRun], form: str
) -> None:
    graph.faults.add(kind="item_broken", form=form)
    run = at(0)
    assert (run.new, run.skipped, len(run.errors), run.sure_until) == (2, 1, 1, START)


def test_a_hashtag_that_nobody_has_used_is_no_gap_and_no_alarm(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    current_contest().hashtag = "neuerblick"
    db.session.commit()
    unused = [at(hours) for hours in (0, 12, 24, 36)]
    assert {(run.status, run.seen, run.errors[0]["kind"]) for run in unused} == {
        (RunStatus.COMPLETE, 0, "hashtag_unknown")
    }
    assert is_hashtag_unknown(current_contest())
    first = post(graph, 37, caption="Gera #neuerblick")
    run = at(37.25)
    assert (run.new, run.errors, [entry.media_id for entry in all_entries()]) == (1, [], [first])
    found = read_coverage(current_contest(), START + 37.25 * HOUR)
    assert (found.gaps, found.since, found.hours) == ((), START - DAY, None)
    assert not is_hashtag_unknown(current_contest())


def test_passes_over_another_hashtag_prove_nothing_about_this_one(
    graph: RunningGraphApi, at: Callable[..., IngestRun]
) -> None:
    current_contest().hashtag = "schoensterblik"
    db.session.commit()
    for hours in (0, 12, 24, 36):
        at(hours)
    current_contest().hashtag = "schoensterblick"
    db.session.commit()
    run = at(48)
    found = read_coverage(current_contest(), START + 48 * HOUR)
    assert run.overlaps is False
    assert (found.gaps, found.since) == ((Gap(START - DAY, START + DAY),), START + DAY)
    at(48.25)
    (gap,) = read_coverage(current_contest(), START + 48.25 * HOUR).gaps
    # The three posts that the right hashtag had all the time.
    assert (gap.begin, gap.end, gap.rescued, len(all_entries())) == (START - DAY, START + DAY, 3, 3)
