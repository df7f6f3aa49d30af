"""The demo's accounts, and the page beside its site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from campaign.clock import utc_now
from campaign.demo.log_ins import log_ins, prepare_accounts
from campaign.demo.outside import create_outside
from campaign.demo.stage import ACCOUNTS, Stage
from campaign.extensions import db
from tests.staff.people import SECOND_STEP, StaffClient, token_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PASSWORD = "blick-0123456789"


@pytest.fixture
def stage(app: Flask, tmp_path: Path) -> Stage:
    prepare_accounts(PASSWORD)
    (tmp_path / "demo.json").write_text(f'{{"password": "{PASSWORD}", "secret": "x"}}', encoding="utf-8")
    db.session.remove()
    return Stage(tmp_path, 8000)


@pytest.mark.parametrize("email", list(ACCOUNTS))
def test_the_page_beside_the_demo_shows_all_that_a_log_in_needs(app: Flask, stage: Stage, email: str) -> None:
    with time_machine.travel(utc_now(), tick=False):
        page = create_outside(stage, app).test_client().get("/").text
        codes = dict(re.findall(r"<code>(\S+@example.org)</code></th>\s*<td><code>(\d{3} \d{3})</code>", page))
        assert (list(codes), page.count(PASSWORD)) == (list(ACCOUNTS), 1)
        half = StaffClient.__new__(StaffClient)
        half.client, half.email = app.test_client(), email
        assert half.send_password(PASSWORD) == 302
        half.token = token_of(half.get(SECOND_STEP)[1])
        assert half.post(SECOND_STEP, schritt="code", code=codes[email])[0] == 303


def test_a_demo_that_starts_again_keeps_its_accounts_as_they_are(app: Flask, stage: Stage) -> None:
    before = list(log_ins())
    db.session.rollback()
    prepare_accounts("ein anderes Passwort")
    assert [one.roles for one in log_ins()] == [one.roles for one in before]
    assert {one.email: one.roles for one in before}["admin@example.org"] == ["admin", "organiser"]
