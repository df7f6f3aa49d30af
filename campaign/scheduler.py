"""The scheduler: timed jobs in one process, of which exactly one leads; the loop holds no logic."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from campaign.clock import utc_now
from campaign.config import Settings
from campaign.contests.services import current_contest
from campaign.extensions import db, read_only
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.runs import run_document
from campaign.mail.services import send_due
from campaign.operations.leadership import LIFETIME, Leadership
from campaign.operations.retention import erase_due
from campaign.voting.tally import compare

log = structlog.get_logger()

OUTBOX_SECONDS = 2.0
TALLY_SECONDS = 600.0
RETENTION_SECONDS = 3600.0


class Scheduler:
    """Runs the jobs until it is stopped; a unit of work in hand is finished first."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._leadership = Leadership()
        self._stop = threading.Event()
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(4)},
            # The default grace of one second would drop a run that comes late.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
            timezone="UTC",
        )

    def run(self) -> None:
        """Run until SIGTERM, SIGINT or `stop`."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._on_signal)
        self._lead()
        ingest = self._settings.instagram.ingest_minutes * 60
        self._every(LIFETIME.total_seconds() / 4, self._lead, "leadership")
        if self._settings.instagram.access_token:
            self._every(ingest, self._job("ingest", self._ingest), "ingest")
        self._every(OUTBOX_SECONDS, self._job("outbox", self._outbox), "outbox")
        self._every(TALLY_SECONDS, self._job("tally", self._tally), "tally")
        self._every(RETENTION_SECONDS, self._job("retention", self._erase), "retention")
        self._scheduler.start()
        log.info("the scheduler runs", leads=self._leadership.leads(utc_now()))
        # Not `wait`: a signal that comes while it holds the event's lock would wait for ever for that lock.
        while not self._stop.is_set():
            time.sleep(0.1)
        self._scheduler.shutdown(wait=True)
        self._resign()
        log.info("the scheduler has ended")

    def stop(self) -> None:
        """Ask for the end; jobs end after the item in hand."""
        self._stop.set()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop()

    def _every(self, seconds: float, job: Callable[[], None], name: str) -> None:
        first = datetime.now().astimezone() + timedelta(seconds=0.1)
        self._scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=first)

    def _must_end(self) -> bool:
        return self._stop.is_set() or not self._leadership.leads(utc_now())

    def _lead(self) -> None:
        with self._app.app_context():
            try:
                led = self._leadership.leads(utc_now())
                leads = self._leadership.campaign(utc_now())
                if led != leads:
                    log.info("leadership changed", leads=leads, token=self._leadership.token)
            except Exception:
                log.exception("the lease could not be renewed")

    def _resign(self) -> None:
        with self._app.app_context():
            try:
                self._leadership.resign(utc_now())
            except Exception:
                log.exception("the lease could not be given back; it runs out by itself")

    def _job(self, name: str, work: Callable[[], dict[str, object] | None]) -> Callable[[], None]:
        def run() -> None:
            if self._must_end():
                return
            started = time.monotonic()
            with self._app.app_context():
                try:
                    report = work()
                except Exception:
                    log.exception("a job failed", job=name)
                    return
                finally:
                    db.session.remove()
            if report is not None:
                log.info("a job is done", job=name, seconds=round(time.monotonic() - started, 2), **report)

        return run

    def _ingest(self) -> dict[str, object]:
        run = ingest_hashtag(current_contest(), self._settings.instagram, utc_now(), stop=self._must_end)
        document = run_document(run)
        errors = document.pop("errors")
        return {**document, "errors": len(errors), "last_error": errors[-1]["message"] if errors else None}

    def _outbox(self) -> dict[str, object] | None:
        report = send_due(utc_now(), should_stop=self._must_end)
        if not (report.sent or report.delayed or report.failed):
            return None
        return {"sent": report.sent, "delayed": report.delayed, "failed": report.failed}

    def _erase(self) -> dict[str, object]:
        return dict(asdict(erase_due(utc_now())))

    def _tally(self) -> dict[str, object]:
        # Counting all ballots takes its time: on SQLite nobody could vote while it held the right to write.
        with read_only():
            differences = compare(current_contest().id)
        if differences:
            log.error("the running counters differ from the ballots", first=str(differences[0]))
        return {"differences": len(differences)}
