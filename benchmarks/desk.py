"""What a request of the desk costs with 100 and with 100,000 entries that wait: it must be the same.

Whole requests through the application, log-in and templates included, with the database on disk.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from campaign import create_app
from campaign.contests.services import current_contest, sync_contest
from campaign.entries.lifecycle import People, Source, Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.operations.upgrade import upgrade_database
from tests.factories import ERFURT, JENA, NOW, WEIMAR, make_picture, make_settings
from tests.servers import running_postgresql
from tests.staff.people import StaffClient, logged_in

SMALL, LARGE = 100, 100_000
ROUNDS = 30
ROWS = 5_000


def main() -> None:
    """Print the milliseconds of each request and how many times more it costs with the long queue."""
    _show("SQLite", None)
    with running_postgresql() as url:
        _show("PostgreSQL", url)


def _show(name: str, url: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(make_settings(Path(folder), database_url=url))
        with app.app_context():
            upgrade_database()
            sync_contest(app.config["CAMPAIGN"])
            staff = logged_in(app)
            try:
                few, many = (_figures(staff, waiting) for waiting in (SMALL, LARGE))
            finally:
                db.session.remove()
                db.engine.dispose()
    print(f"{name}: milliseconds of the quick quarter of {ROUNDS} requests, {SMALL:,} and {LARGE:,} waiting")
    for label in few:
        print(f"  {label:<46} {few[label]:7.1f} {many[label]:7.1f}   ratio {many[label] / few[label]:.2f}")


def _figures(staff: StaffClient, waiting: int) -> dict[str, float]:
    _fill(waiting)
    numbers = _numbers()
    acts: dict[str, Callable[[], object]] = {
        "desk, an own entry": lambda: staff.get("/moderation"),
        "fetch the next entries": lambda: staff.post("/moderation/holen"),
        "approve, and the next entry": lambda: _approve(staff, next(numbers)),
        "skip to the entry behind": lambda: staff.get(f"/moderation?nach={next(numbers)}"),
        "desk, narrowed to a town": lambda: staff.get("/moderation?ort=Weimar"),
        "list, latest first": lambda: staff.get("/moderation/eintraege"),
        "list, what waits": lambda: staff.get("/moderation/eintraege?status=pending"),
        "list, a page in the middle": lambda: staff.get(f"/moderation/eintraege?vor={waiting // 2}"),
        "list, words that no caption has (reads all)": lambda: staff.get("/moderation/eintraege?suche=Mondfinsternis"),
    }
    staff.get("/moderation")
    return {label: _quick_quarter(act) for label, act in acts.items()}


def _quick_quarter(act: Callable[[], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        act()
        spent.append(1000 * (time.perf_counter() - started))
    # Other work on the machine makes a request slower, never quicker.
    return statistics.quantiles(spent, n=4)[0]


def _approve(staff: StaffClient, number: int) -> None:
    status, there = staff.post(f"/moderation/eintrag/{number}/freigeben")
    if status != 303:
        raise RuntimeError(f"entry {number} was not approved: {status}")
    staff.client.get(there, headers={"X-Desk": "1"})


def _fill(waiting: int) -> None:
    """Let so many wait in all; each has a picture, a town, and what approving asks for."""
    there = db.session.scalar(sa.select(sa.func.count()).where(Entry.status == Status.PENDING)) or 0
    picture, contest = make_picture().id, current_contest().id
    db.session.commit()
    highest = db.session.scalar(sa.select(sa.func.max(Entry.number))) or 0
    rows = [_row(highest + place, contest, picture) for place in range(1, waiting - there + 1)]
    for start in range(0, len(rows), ROWS):
        db.session.execute(sa.insert(Entry), rows[start : start + ROWS])
        db.session.commit()
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def _row(number: int, contest: int, picture: int) -> dict[str, Any]:
    moment = NOW + timedelta(seconds=number)
    return {
        "contest_id": contest,
        "source": Source.HASHTAG,
        "media_id": f"m{number}",
        "shortcode": f"C{number}",
        "caption": f"Abendlicht über den Dächern von Weimar, Bild {number} #schoensterblick",
        "username": f"konto{number % 20_000}",
        "alt_text": "Dächer im Abendlicht",
        "people": People.NONE,
        "town_ags": (ERFURT, WEIMAR, JENA)[number % 3],
        "picture_id": picture,
        "picture_state": "stored",
        "taken_at": moment,
        "received_at": moment,
        "updated_at": moment,
    }


def _numbers() -> Iterator[int]:
    query = sa.select(Entry.number).where(Entry.status == Status.PENDING).order_by(Entry.received_at, Entry.number)
    found = db.session.scalars(query.limit(4 * ROUNDS)).all()
    db.session.rollback()
    return iter(found)
