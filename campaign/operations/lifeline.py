"""Processes that belong together end together, also when one of them is killed."""

from __future__ import annotations

import os
import signal
import threading
import time

CHECK_SECONDS = 0.5


def end_with_parent() -> None:
    """Let this process end when its parent is gone (kill -9 leaves no time to tell the children)."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(CHECK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    # A worker whose master is gone may wait for it for ever.
    time.sleep(10)
    os._exit(1)
