"""Processes that belong together end together, also when one of them is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from typing import Final

CHECK_SECONDS = 0.5
# Names the process that watches over this one; whoever reads it may already be an orphan.
PARENT_VARIABLE: Final = "SUPERVISOR_PID"


def end_with_parent() -> None:
    """Let this process end when its parent is gone (kill -9 leaves no time to tell the children)."""
    threading.Thread(target=_watch, args=(_parent(),), name="lifeline", daemon=True).start()


def _parent() -> int:
    """Return who started this process, also when that one was killed before we could ask."""
    forked_by = multiprocessing.parent_process()
    if forked_by is not None and forked_by.pid is not None:
        return forked_by.pid
    named = os.environ.get(PARENT_VARIABLE, "")
    return int(named) if named.isdecimal() else os.getppid()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(CHECK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    # A worker whose master is gone may wait for it for ever.
    time.sleep(10)
    os._exit(1)
