"""Counts of tries while their store is away."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
import time_machine
from structlog.testing import capture_logs

from campaign import create_app
from campaign.clock import utc_now
from campaign.counters import Counters
from campaign.extensions import db
from campaign.operations.upgrade import upgrade_database
from tests.clients import OwnContextClient
from tests.factories import make_settings
from tests.processes import free_ports
from tests.staff.people import StaffClient, make_staff


def test_a_store_that_is_away_keeps_nobody_from_logging_in(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, site={"redis_url": f"redis://127.0.0.1:{free_ports(1)}/0"}))
    app.test_client_class = OwnContextClient
    with app.app_context():
        upgrade_database()
        staff = make_staff()
        with capture_logs() as logs, time_machine.travel(utc_now(), tick=False):
            somebody = StaffClient(app.test_client(), staff)
            assert somebody.get("/moderation/eintraege")[0] == 200
            tries = [somebody.post("/abmelden")[0], *(somebody.send_password("falsch falsch") for _ in range(12))]
        assert tries == [302, *[200] * 10, 429, 429]
        told = [line["event"] for line in logs if line["log_level"] == "warning"]
        assert told == ["the store of counts is away, counting in this process"]
        db.session.remove()
        db.engine.dispose()


def test_a_store_that_never_answers_is_asked_once_and_then_left_alone(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        app = create_app(make_settings(tmp_path, site={"redis_url": url}))
        with app.app_context():
            counts = Counters()
            assert [counts.add("key", 60) for _ in range(50)] == list(range(1, 51))


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_count_is_lost_between_threads() -> None:
    counts = Counters()
    counts.begin_anew()

    def count() -> None:
        for _ in range(500):
            counts.add("key", 60)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts.count("key") == 2000
