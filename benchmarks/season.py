"""A campaign of a month with 50,000 posts, outages, limits, a dead token and kills: what the intake makes of it.

The invariants of `tests.instagram.season` are checked at the end: the figures are those of a season that lost nothing.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from campaign import create_app
from campaign.contests.services import sync_contest
from campaign.extensions import db
from campaign.operations.upgrade import upgrade_database
from tests.factories import make_settings
from tests.instagram.season import Report, Season

POSTS = 50_000
HOURS_BETWEEN = (2.0, 10.0)


def main() -> None:
    """Play the season on SQLite, on disk, and print what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = make_settings(Path(folder))
        app = create_app(settings)
        with app.app_context():
            upgrade_database()
            sync_contest(settings)
            started, cpu = time.perf_counter(), time.process_time()
            try:
                report = Season(POSTS, HOURS_BETWEEN).play()
            finally:
                db.session.remove()
                db.engine.dispose()
            _show(report, time.perf_counter() - started, time.process_time() - cpu)


def _show(report: Report, seconds: float, cpu: float) -> None:
    named = ", ".join(f"{status} {count}" for status, count in sorted(report.passes.items()))
    print(f"{report.posts} posts, {report.shown} shown by the hashtag, {report.entries} entries, each post once")
    print(f"passes: {named}; {report.nets} second nets; {report.taken_out} entries kept out by a rule")
    for gap in report.coverage.gaps:
        print(f"gap {gap.begin:%Y-%m-%d %H:%M} to {gap.end:%Y-%m-%d %H:%M} UTC, {gap.rescued} posts brought back")
    print(f"{report.coverage.share:.2%} of the time of collecting surely seen, every other minute in a named gap")
    print(f"{seconds:.0f} s, {cpu:.0f} s of processor time with the simulated Instagram in the same process")
