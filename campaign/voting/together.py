"""Acts that arrive at the same moment share one transaction: the first one takes along those who came meanwhile.

A commit that lasts (fsync) costs the same for one ballot and for fifty. Nobody waits for company: a single act goes at
once, and while its commit is under way the next batch gathers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass
class _Place(Generic[Job, Result]):
    job: Job
    outcome: Result | BaseException | None = None
    is_done: bool = False


class Together(Generic[Job, Result]):
    """Runs `act` on batches of at most `most` jobs, one batch at a time, in the thread of one of those who wait.

    `act` returns an outcome for each job, in their order; an exception among them is raised for its job alone.
    """

    def __init__(self, act: Callable[[Sequence[Job]], Sequence[Result | Exception]], most: int = 64) -> None:
        self._act, self._most = act, most
        self._waiting: list[_Place[Job, Result]] = []
        self._gate, self._turn = threading.Lock(), threading.Lock()

    def do(self, job: Job) -> Result:
        """Return the outcome of a job, or raise it; what `act` itself raises is raised for every job of its batch."""
        place = _Place[Job, Result](job)
        with self._gate:
            self._waiting.append(place)
        with self._turn:
            if not place.is_done:
                self._run(place)
        if isinstance(place.outcome, BaseException):
            raise place.outcome
        return place.outcome  # type: ignore[return-value]

    def _run(self, mine: _Place[Job, Result]) -> None:
        with self._gate:
            # My own first: whoever runs a batch is in it, however many wait.
            others = [place for place in self._waiting if place is not mine]
            batch, self._waiting = [mine, *others[: self._most - 1]], others[self._most - 1 :]
        try:
            outcomes = self._act([place.job for place in batch])
            for place, outcome in zip(batch, outcomes, strict=True):
                place.outcome = outcome
        except BaseException as error:
            for place in batch:
                place.outcome = error
            raise
        finally:
            for place in batch:
                place.is_done = True
