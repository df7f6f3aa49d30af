"""Acts of the same moment share a batch, and none answers for another."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from campaign.voting.together import Together


class Writer:
    """Doubles numbers in batches; the first batch waits until the gate opens."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.is_busy, self.may_go = threading.Event(), threading.Event()

    def __call__(self, jobs: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(jobs))
        self.is_busy.set()
        self.may_go.wait(30)
        return [ValueError(str(job)) if job < 0 else 2 * job for job in jobs]


def test_a_job_alone_goes_at_once() -> None:
    writer = Writer()
    writer.may_go.set()
    assert (Together(writer).do(4), writer.batches) == (8, [[4]])


def test_those_who_come_while_a_batch_is_under_way_share_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    writer, jobs = Writer(), list(range(1, 21))
    together = Together(writer, most=50)
    arrived = threading.Semaphore(0)
    append = list.append
    with ThreadPoolExecutor(21) as pool:
        first = pool.submit(together.do, 0)
        assert writer.is_busy.wait(30)

        class Noticed(list[object]):
            def append(self, item: object) -> None:
                append(self, item)
                arrived.release()

        together._waiting = Noticed()  # type: ignore[assignment]
        rest = [pool.submit(together.do, job) for job in jobs]
        for _ in jobs:
            assert arrived.acquire(timeout=30)
        writer.may_go.set()
        assert (first.result(30), [one.result(30) for one in rest]) == (0, [2 * job for job in jobs])
    assert writer.batches[0] == [0]
    assert (len(writer.batches), sorted(writer.batches[1])) == (2, jobs)


def test_no_batch_is_larger_than_it_may_be_and_nobody_is_left_out() -> None:
    writer = Writer()
    writer.may_go.set()
    together = Together(writer, most=3)
    with ThreadPoolExecutor(40) as pool:
        assert list(pool.map(together.do, range(200))) == [2 * job for job in range(200)]
    assert max(map(len, writer.batches)) <= 3
    assert sorted(job for batch in writer.batches for job in batch) == list(range(200))


def test_an_exception_of_one_job_is_raised_for_that_job_alone() -> None:
    writer = Writer()
    writer.may_go.set()
    together = Together(writer)
    with pytest.raises(ValueError, match="-3"):
        together.do(-3)
    assert together.do(3) == 6


def test_what_breaks_the_batch_is_raised_for_everybody_in_it() -> None:
    def broken(_jobs: Sequence[int]) -> list[int | Exception]:
        raise RuntimeError("no database")

    with pytest.raises(RuntimeError, match="no database"):
        Together(broken).do(1)
