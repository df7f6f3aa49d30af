"""Staff, alarms and metrics see the same intake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from campaign.config import Settings
from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status
from campaign.extensions import db
from campaign.extensions import settings as configured
from campaign.instagram.gate import token_key
from campaign.instagram.models import IngestRun, RunStatus, TokenState
from campaign.moderation.models import WithdrawalCode
from campaign.moderation.withdrawals import ask_code
from campaign.operations.intake import due_notices
from campaign.staff.models import RoleName
from tests.factories import NOW, make_entry, make_settings
from tests.staff.people import logged_in

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return make_settings(
        tmp_path, database_url=database_url, instagram={"user_id": "17841", "access_token": "secret-t"}
    )


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def good_pass(before: timedelta) -> None:
    moment = NOW - before
    contest = current_contest()
    db.session.add(
        IngestRun(
            contest_id=contest.id,
            source="hashtag",
            status=RunStatus.COMPLETE,
            started_at=moment,
            finished_at=moment,
            window_from=moment - DAY,
            window_until=moment,
            sure_from=moment - DAY,
            sure_until=moment,
        )
    )
    db.session.commit()


def test_a_gap_and_a_late_pass_are_on_the_page_and_in_the_notices(app: Flask) -> None:
    for before in (13 * DAY, 10 * DAY, 9 * DAY, 7 * HOUR):
        good_pass(before)
    page = logged_in(app, RoleName.ORGANISER).get("/verwaltung/erfassung")[1]
    assert "Seit 6 Stunden kein guter Durchgang." in page
    assert page.count("noch nicht befragt") == 3
    keys = [notice.key.split()[0] for notice in due_notices(current_contest(), configured(), NOW)]
    assert keys == ["coverage", "gap", "gap", "gap"]


def test_a_sound_intake_says_since_when_and_has_no_news(app: Flask) -> None:
    for days in range(15):
        good_pass(days * DAY)
    page = logged_in(app, RoleName.MODERATOR).get("/verwaltung/erfassung")[1]
    assert "Lückenlos seit 1. Juni, 00:00." in re.sub(r"\s+", " ", page)
    assert list(due_notices(current_contest(), configured(), NOW)) == []


def test_a_stopped_token_is_on_the_page_with_the_way_out(app: Flask) -> None:
    key = token_key("secret-t")
    db.session.add(
        TokenState(token_key=f"{key}:tags", action="stop", reason="(#10) no right", updated_at=NOW, scopes=[])
    )
    db.session.commit()
    page = logged_in(app, RoleName.SCRUTINEER).get("/verwaltung/erfassung")[1]
    assert "(#10) no right" in page
    assert "campaign ingest --resume" in page
    assert "secret-t" not in page


def claimed(number: int) -> str:
    code = ask_code(number, NOW).code
    db.session.get_one(WithdrawalCode, code).claimed_by = "ada.beispiel"
    db.session.commit()
    return code


def test_staff_settle_a_claim_that_only_a_look_at_the_post_can_settle(app: Flask) -> None:
    mine, foreign = make_entry(picture=True), make_entry(picture=True)
    right, wrong = claimed(mine.number), claimed(foreign.number)
    staff = logged_in(app, RoleName.ORGANISER)
    assert staff.get("/verwaltung/erfassung")[1].count("Das Konto ada.beispiel hat unter dem Beitrag") == 2
    assert staff.post(f"/verwaltung/erfassung/anspruch/{right}/bestaetigen") == (303, "/verwaltung/erfassung")
    assert staff.post(f"/verwaltung/erfassung/anspruch/{wrong}/ablehnen") == (303, "/verwaltung/erfassung")
    db.session.expire_all()
    assert (mine.status, mine.picture_id, foreign.status) == (Status.WITHDRAWN, None, Status.APPROVED)
    assert "ada.beispiel" not in staff.get("/verwaltung/erfassung")[1]
    assert staff.post(f"/verwaltung/erfassung/anspruch/{wrong}/bestaetigen")[0] == 404


def test_the_metrics_tell_the_coverage_and_name_nobody(app: Flask) -> None:
    good_pass(7 * HOUR)
    make_entry(creator="ada")
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert "campaign_coverage_last_good_seconds 25200.0" in answer.text
    assert "campaign_coverage_warning_hours 6.0" in answer.text
    assert 'campaign_entries{status="approved"} 1.0' in answer.text
    assert not [word for word in ("ada", "secret-t", "instagram.com") if word in answer.text]


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("10.0.0.7", 404), ("2001:db8::1", 404), ("", 404)],
)
def test_only_listed_networks_read_the_metrics(app: Flask, address: str, status: int) -> None:
    answer = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status
