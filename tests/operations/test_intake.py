"""Staff, alarms and metrics see the same intake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from campaign import create_app
from campaign.config import Settings
from campaign.contests.services import current_contest, sync_contest
from campaign.entries.lifecycle import Status
from campaign.extensions import db
from campaign.extensions import settings as configured
from campaign.instagram.gate import token_key
from campaign.instagram.mentions import keep_mentions
from campaign.instagram.models import (
    AskStatus,
    Hashtag,
    IngestRun,
    PermissionAsk,
    RunStatus,
    SeenComment,
    TokenState,
    WebhookEvent,
)
from campaign.instagram.tokens import MENTION_SCOPES, NEEDED_SCOPES
from campaign.instagram.webhooks import Mention
from campaign.mail.models import OutboxMail
from campaign.moderation.models import WithdrawalCode
from campaign.moderation.withdrawals import ask_code
from campaign.operations.alarms import announce
from campaign.operations.intake import due_notices
from campaign.operations.models import Alarm
from campaign.staff.models import RoleName
from tests.factories import NOW, make_entry, make_settings
from tests.staff.people import logged_in, make_staff

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
    db.session.merge(Hashtag(name=contest.hashtag, graph_id="17843857450040591", looked_up_at=moment))
    db.session.add(
        IngestRun(
            contest_id=contest.id,
            source="hashtag",
            hashtag=contest.hashtag,
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


def test_staff_are_asked_to_check_a_hashtag_that_nobody_has_used_once(app: Flask) -> None:
    current_contest().collect_from = NOW - DAY
    good_pass(timedelta())
    db.session.execute(sa.delete(Hashtag))
    db.session.commit()
    found = list(due_notices(current_contest(), configured(), NOW))
    assert [(notice.key, notice.values) for notice in found] == [
        ("hashtag unknown schoensterblick", {"hashtag": "schoensterblick"})
    ]


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


def test_mentions_that_wait_for_hours_are_in_the_notices(app: Flask) -> None:
    for days in range(15):
        good_pass(days * DAY)
    keep_mentions([Mention("17900"), Mention("17901")], NOW)
    db.session.execute(sa.update(WebhookEvent).filter_by(media_id="17900").values(stuck_since=NOW - 7 * HOUR))
    db.session.commit()
    [notice] = due_notices(current_contest(), configured(), NOW)
    assert (notice.key, notice.values) == ("mentions 20260615", {"since": NOW - 7 * HOUR})


def test_an_answer_that_is_not_clear_is_on_the_pages_and_in_the_notices(app: Flask) -> None:
    for days in range(15):
        good_pass(days * DAY)
    entry = make_entry(has_right=False, username="anna")
    asked = {"media_id": entry.media_id, "username": "anna", "message": "Dürfen wir?", "asked_at": NOW - DAY}
    written = {"media_id": entry.media_id, "username": "anna", "text": "Was heißt #ja?", "seen_at": NOW}
    db.session.add(PermissionAsk(entry_number=entry.number, status=AskStatus.ASKED, **asked))
    db.session.add(SeenComment(comment_id="17900", **written))
    db.session.commit()
    staff = logged_in(app, RoleName.ORGANISER)
    assert "Die Antwort von anna auf unsere Frage" in staff.get("/verwaltung/erfassung")[1]
    assert "@anna: Was heißt #ja?" in staff.get(f"/moderation/eintrag/{entry.number}")[1]
    assert [notice.key for notice in due_notices(current_contest(), configured(), NOW)] == [
        f"reply {entry.number} 17900"
    ]


def claimed(number: int) -> str:
    code = ask_code(number, NOW).code
    db.session.get_one(WithdrawalCode, code).claimed_by = "ada.beispiel"
    db.session.commit()
    return code


def test_staff_settle_a_claim_that_only_a_look_at_the_post_can_settle(app: Flask) -> None:
    mine, foreign = make_entry(picture=True), make_entry(picture=True, username="ada.alt")
    right, wrong = claimed(mine.number), claimed(foreign.number)
    staff = logged_in(app, RoleName.ORGANISER)
    page = staff.get("/verwaltung/erfassung")[1]
    assert page.count("Das Konto ada.beispiel hat unter dem Beitrag") == 2
    assert page.count("Gepostet wurde er als ada.alt") == 1
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


def test_an_edition_without_instagram_has_no_coverage_to_speak_of(app: Flask, tmp_path: Path) -> None:
    app.config["CAMPAIGN"] = make_settings(tmp_path, database_url=configured().site.database)
    page = logged_in(app, RoleName.ORGANISER).get("/verwaltung/erfassung")[1]
    assert "Kein Zugang zu Instagram ist eingerichtet." in page
    assert [word for word in ("kein guter Durchgang", "intake-bar", "Fehlende Rechte") if word in page] == []
    assert "campaign_coverage" not in app.test_client().get("/metrics").text
    assert list(due_notices(current_contest(), configured(), NOW)) == []


def test_what_was_seen_stays_on_the_page_when_the_access_is_taken_away(app: Flask, tmp_path: Path) -> None:
    good_pass(20 * HOUR)
    app.config["CAMPAIGN"] = make_settings(tmp_path, database_url=configured().site.database)
    page = logged_in(app, RoleName.ORGANISER).get("/verwaltung/erfassung")[1]
    assert "intake-bar" in page
    assert "kein guter Durchgang." not in page
    assert list(due_notices(current_contest(), configured(), NOW)) == []


@pytest.mark.parametrize(
    ("days", "said"), [(-20, "Die Sammelzeit hat noch nicht begonnen."), (40, "Lückenlos seit 1. Juni")]
)
def test_before_and_after_collecting_nothing_is_missing(app: Flask, days: int, said: str) -> None:
    for day in range(-15, 16):
        good_pass(day * DAY)
    with time_machine.travel(NOW + days * DAY, tick=False):
        page = logged_in(app, RoleName.ORGANISER).get("/verwaltung/erfassung")[1]
        assert said in re.sub(r"\s+", " ", page)
        assert 'role="alert"' not in page
        assert app.test_client().get("/metrics").status_code == 200
        assert list(due_notices(current_contest(), configured(), NOW + days * DAY)) == []


def test_an_empty_database_has_figures_and_a_page(app: Flask) -> None:
    assert "campaign_coverage_gaps 1.0" in app.test_client().get("/metrics").text
    assert "Noch kein Durchgang." in logged_in(app, RoleName.ORGANISER).get("/verwaltung/erfassung")[1]


def told_over(begin: datetime, end: datetime, step: timedelta) -> list[tuple[str, datetime]]:
    """What the alarms job tells from a moment to another: the occasion, and when."""
    moment = begin
    while moment <= end:
        announce(list(due_notices(current_contest(), configured(), moment)), moment)
        moment += step
    rows = db.session.execute(sa.select(Alarm.key, Alarm.raised_at).order_by(Alarm.raised_at, Alarm.key))
    return [(key, moment) for key, moment in rows]


def test_six_twelve_and_eighteen_hours_without_a_good_pass_are_mailed_once_each(app: Flask) -> None:
    make_staff(RoleName.ORGANISER)
    for days in range(15):
        good_pass(days * DAY)
    told = told_over(NOW, NOW + 23 * HOUR, HOUR / 2)
    assert [(key.split()[1], (moment - NOW) / HOUR) for key, moment in told] == [("6", 6), ("12", 12), ("18", 18)]
    good_pass(-23 * HOUR)
    assert told_over(NOW + 23 * HOUR, NOW + 28 * HOUR, HOUR / 2) == told
    again = told_over(NOW + 28 * HOUR, NOW + 30 * HOUR, HOUR / 2)[3:]
    assert [(key.split()[1], (moment - NOW) / HOUR) for key, moment in again] == [("6", 29)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) == 4


def test_the_end_of_the_access_is_mailed_fourteen_seven_three_and_one_day_ahead_once_each(app: Flask) -> None:
    make_staff(RoleName.ADMIN)
    for day in range(-15, 15):
        good_pass(day * DAY)
    ends = NOW + 14 * DAY + 6 * HOUR
    state = TokenState(
        token_key=f"{token_key('secret-t')}:all",
        action="go_on",
        updated_at=NOW,
        looked_at=NOW,
        is_valid=True,
        expires_at=ends,
        data_access_expires_at=ends + 60 * DAY,
        scopes=[*NEEDED_SCOPES, *MENTION_SCOPES],
    )
    db.session.add(state)
    db.session.commit()
    told = told_over(NOW, ends + DAY, 6 * HOUR)
    assert [(key.split()[1], (ends - moment) / DAY) for key, moment in told] == [
        ("14", 14),
        ("7", 7),
        ("3", 3),
        ("1", 1),
    ]


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("10.0.0.7", 404), ("2001:db8::1", 404), ("", 404)],
)
def test_only_listed_networks_read_the_metrics(app: Flask, address: str, status: int) -> None:
    answer = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("url", "proxies", "headers", "status"),
    [
        ("http://127.0.0.1:8000", 0, {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("http://127.0.0.1:8000", 0, {"Via": "1.1 front"}, 404),
        ("https://blick.example", 0, {}, 404),
        ("https://blick.example", 1, {}, 200),
        ("https://blick.example", 1, {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("https://blick.example", 1, {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}, 404),
    ],
)
def test_a_web_server_in_front_does_not_open_the_metrics_to_the_world(
    database_url: str, tmp_path: Path, url: str, proxies: int, headers: dict[str, str], status: int
) -> None:
    site = {"base_url": url, "trusted_proxies": proxies, "database_url": database_url}
    app = create_app(make_settings(tmp_path, site={"data_dir": str(tmp_path), **site}))
    with app.app_context():
        sync_contest(configured())
        db.session.remove()
    answer = app.test_client().get("/metrics", headers=headers)
    with app.app_context():
        db.engine.dispose()
    assert answer.status_code == status
