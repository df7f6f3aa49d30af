"""`campaign serve`: web and scheduler as two processes of one group, started again when one of them dies."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from types import FrameType

import structlog

from campaign.operations.lifeline import PARENT_VARIABLE

log = structlog.get_logger()

RESTARTS = 5
WITHIN_SECONDS = 60.0
STOP_SECONDS = 60.0


class Supervisor:
    """Runs commands until a signal comes or one of them dies too often."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        self._commands = commands
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._deaths: deque[float] = deque(maxlen=RESTARTS)
        self._stop = threading.Event()

    def run(self) -> int:
        """Run until SIGTERM or SIGINT; returns the exit status: 1 when a part died too often, 2 when it said so."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        for name in self._commands:
            self._start(name)
        status = self._watch()
        self._end()
        return status

    def stop(self) -> None:
        """End all parts; `run` returns when they have ended."""
        self._stop.set()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop()

    def _start(self, name: str) -> None:
        environment = {**os.environ, PARENT_VARIABLE: str(os.getpid())}
        # A session of its own: Ctrl-C reaches this process alone, which ends the parts in order.
        self._running[name] = subprocess.Popen(  # noqa: S603
            self._commands[name], start_new_session=True, env=environment
        )

    def _watch(self) -> int:
        # Not `wait`: a signal that comes while it holds the event's lock would wait for ever for that lock.
        while not self._stop.is_set():
            for name, process in list(self._running.items()):
                if process.poll() is None:
                    continue
                if process.returncode == 2 or self._died_too_often():
                    log.error("a part keeps ending; giving up", part=name, status=process.returncode)
                    return 2 if process.returncode == 2 else 1
                log.warning("a part ended; starting it again", part=name, status=process.returncode)
                self._start(name)
            time.sleep(0.2)
        return 0

    def _died_too_often(self) -> bool:
        self._deaths.append(time.monotonic())
        return len(self._deaths) == RESTARTS and self._deaths[-1] - self._deaths[0] < WITHIN_SECONDS

    def _end(self) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
