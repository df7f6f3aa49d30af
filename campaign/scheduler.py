"""The scheduler: timed jobs in one process, of which exactly one leads; the loop holds no logic."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from campaign.clock import utc_now
from campaign.config import Settings
from campaign.extensions import db
from campaign.jobs import Job, jobs_of
from campaign.operations.leadership import LIFETIME, Leadership

log = structlog.get_logger()


class Scheduler:
    """Runs the jobs until it is stopped; a unit of work in hand is finished first."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._jobs = jobs_of(settings)
        self._leadership = Leadership()
        self._stop = threading.Event()
        self._scheduler = BackgroundScheduler(
            # One for each and one for the lease, which must not wait behind a job that waits for another host.
            executors={"default": ThreadPoolExecutor(len(self._jobs) + 1)},
            # The default grace of one second would drop a run that comes late.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
            timezone="UTC",
        )

    def run(self) -> None:
        """Run until SIGTERM, SIGINT or `stop`."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._on_signal)
        self._lead()
        self._every(LIFETIME.total_seconds() / 4, self._lead, "leadership")
        for job in self._jobs:
            self._every(job.seconds, self._guarded(job), job.name, job.first)
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

    def _every(self, seconds: float, job: Callable[[], None], name: str, first: float = 0.1) -> None:
        begin = datetime.now().astimezone() + timedelta(seconds=first)
        self._scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=begin)

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

    def _guarded(self, job: Job) -> Callable[[], None]:
        def run() -> None:
            if self._must_end():
                return
            started = time.monotonic()
            with self._app.app_context():
                try:
                    report = job.work(self._settings, self._must_end)
                except Exception:
                    log.exception("a job failed", job=job.name)
                    return
                finally:
                    db.session.remove()
            if report is not None:
                log.info("a job is done", job=job.name, seconds=round(time.monotonic() - started, 2), **report)

        return run
