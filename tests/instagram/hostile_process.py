"""`python -m tests.instagram.hostile_process FIGURES CONFIG [PASSES]`: what a process of its own needs for its passes.

Without a number one `campaign ingest --json`, else so many passes as a scheduler makes them, one after the other.
Written to FIGURES: `seconds` of the passes, and memory in kilobytes: `loaded` before the first, `peak`, and `resident`
after each. Only the process itself counts, not the one that decodes.
"""

from __future__ import annotations

import atexit
import gc
import json
import sys
import time
from functools import partial
from pathlib import Path

from campaign import create_app
from campaign.cli import main
from campaign.clock import utc_now
from campaign.config import load_settings
from campaign.contests.services import current_contest, sync_contest
from campaign.extensions import db
from campaign.instagram import pictures
from campaign.instagram.ingest import ingest_hashtag
from campaign.pictures.download import picture_outbound

# Instead of 20 s: a slow host is to cost a test little.
SECONDS = 1.0


def memory(name: str) -> int:
    """Kilobytes of this process: VmRSS now, VmHWM at most so far."""
    return int(Path("/proc/self/status").read_text().split(f"{name}:")[1].split()[0])


def passes(config: Path, count: int) -> list[int]:
    """Make passes and return the resident memory after each."""
    settings = load_settings(config)
    resident = []
    with create_app(settings).app_context():
        sync_contest(settings)
        for _ in range(count):
            ingest_hashtag(current_contest(), settings.instagram, utc_now())
            db.session.remove()
            gc.collect()
            resident.append(memory("VmRSS"))
    return resident


if __name__ == "__main__":
    figures, config, *rest = sys.argv[1:]
    resident: list[int] = []
    loaded, started = memory("VmRSS"), time.monotonic()

    def write() -> None:
        """Write the figures, however the process ends."""
        values = {"seconds": time.monotonic() - started, "loaded": loaded, "peak": memory("VmHWM")}
        Path(figures).write_text(json.dumps(values | {"resident": resident}))

    atexit.register(write)
    pictures.picture_outbound = partial(picture_outbound, seconds=SECONDS)  # type: ignore[assignment]
    if rest:
        resident += passes(Path(config), int(rest[0]))
    else:
        main(["--config", config, "ingest", "--json"])
