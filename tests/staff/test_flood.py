"""A flood of wrong log-ins against the program as it runs, and the moderator who wants to work meanwhile."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask

from campaign.paths import ROOT
from tests.processes import Processes, free_ports, is_listening, running_processes, write_config
from tests.staff.flooding import TRIES
from tests.staff.people import PASSWORD, SECOND_STEP, code_of, make_staff, token_of

pytestmark = [pytest.mark.fault, pytest.mark.timeout(300)]
LONGEST_SECONDS = 2


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    with running_processes(tmp_path) as processes:
        yield processes


@pytest.fixture
def site(app: Flask, processes: Processes, database_url: str, tmp_path: Path) -> str:
    """The address of a web server of its own, behind a proxy that says who sent a request."""
    port = free_ports()
    config = write_config(tmp_path, database_url, site={"trusted_proxies": 1})
    web = processes.start(config, "web", "--bind", f"127.0.0.1:{port}")
    web.until(lambda: is_listening(port))
    return f"http://127.0.0.1:{port}"


class Moderator:
    """The moderator's own browser; says how long each log-in took."""

    def __init__(self, site: str) -> None:
        self.site, self.email, self.browser = site, make_staff().email, requests.Session()
        self.browser.headers["X-Forwarded-For"] = "192.0.2.7"

    def log_in(self) -> float:
        """Log in from the empty form to the desk, and out again; returns the seconds of the log-in."""
        code, began = code_of(self.email), time.perf_counter()
        token = self._token("/anmelden")
        statuses = [self._post("/anmelden", csrf_token=token, email=self.email, password=PASSWORD)]
        token = self._token(SECOND_STEP)
        statuses.append(self._post(SECOND_STEP, csrf_token=token, schritt="code", code=code))
        took = time.perf_counter() - began
        assert statuses == [302, 303]
        self._post("/abmelden", csrf_token=self._token("/verwaltung/konto"))
        return took

    def _token(self, path: str) -> str:
        return token_of(self.browser.get(self.site + path, timeout=60).text)

    def _post(self, path: str, **form: str) -> int:
        return self.browser.post(self.site + path, data=form, allow_redirects=False, timeout=60).status_code


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ten_thousand_wrong_log_ins_from_five_hundred_addresses_never_keep_the_moderator_out_for_two_seconds(
    site: str, processes: Processes
) -> None:
    moderator = Moderator(site)
    took = [moderator.log_in() for _ in range(3)]
    flood = processes.run([sys.executable, "-m", "tests.staff.flooding", site, moderator.email], cwd=ROOT)
    while flood.is_running:
        took.append(moderator.log_in())
    in_flood = len(took) - 3
    took += [moderator.log_in() for _ in range(3)]
    print(f"log-ins took {[round(one, 2) for one in took]} s, flood: {flood.printed()}")
    answers = json.loads(flood.printed())
    assert (answers.get("302", 0), sum(answers.values())) == (0, TRIES)
    assert in_flood >= 5
    assert [one for one in took if one >= LONGEST_SECONDS] == []
