"""Counts that last a while, in the limiter's storage; while that is away, in this process's memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from limits.storage import MemoryStorage, Storage

from campaign.extensions import limiter

T = TypeVar("T")
# So long a storage that did not answer is left alone: each question may take its own time-out.
REST_SECONDS = 10.0

log = structlog.get_logger(__name__)


class Counters:
    """Counters by key that vanish by themselves. Nothing here raises because a server is down."""

    def __init__(self) -> None:
        self._memory: Storage = MemoryStorage()
        self._lock = threading.Lock()
        self._resting_until = 0.0
        self._told = False

    def add(self, key: str, seconds: int) -> int:
        """Count one more and return the count; a new key lasts so many seconds."""
        return self._ask(lambda storage: storage.incr(key, seconds))

    def count(self, key: str) -> int:
        """Return the count of a key."""
        return self._ask(lambda storage: storage.get(key))

    def left(self, key: str) -> float:
        """Return how many seconds a key still lasts; 0: there is none."""
        return self._ask(lambda storage: storage.get_expiry(key) - time.time() if storage.get(key) else 0.0)

    def forget(self, key: str) -> None:
        """Forget a key."""
        self._ask(lambda storage: storage.clear(key))

    def begin_anew(self) -> None:
        """Forget everything that was counted, and that the storage was away."""
        self._resting_until = 0.0
        for storage in (limiter.storage, self._memory):
            self._one_at_a_time(lambda one: one.reset(), storage)

    def _ask(self, question: Callable[[Storage], T]) -> T:
        if time.monotonic() >= self._resting_until:
            try:
                answer = self._one_at_a_time(question, limiter.storage)
            except Exception as error:
                # Each kind of storage has errors of its own; none of them may keep anybody out.
                self._rest(error)
            else:
                self._told = False
                return answer
        return self._one_at_a_time(question, self._memory)

    def _one_at_a_time(self, question: Callable[[Storage], T], storage: Storage) -> T:
        # limits 5.8 starts a timer twice when two threads count in memory at the same moment, and loses a count.
        if not isinstance(storage, MemoryStorage):
            return question(storage)
        with self._lock:
            return question(storage)

    def _rest(self, error: Exception) -> None:
        self._resting_until = time.monotonic() + REST_SECONDS
        if not self._told:
            log.warning("the store of counts is away, counting in this process", kind=type(error).__name__)
        self._told = True


counters = Counters()
