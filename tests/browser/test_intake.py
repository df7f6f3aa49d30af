"""The page about the intake in a real browser: axe, narrow screens, large text, no script, no complaint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from campaign.config import Settings
from campaign.contests.services import current_contest
from campaign.extensions import db
from campaign.extensions import settings as configured
from campaign.instagram.gate import token_key
from campaign.instagram.models import IngestRun, RunStatus, TokenState
from campaign.moderation.models import WithdrawalCode
from campaign.moderation.withdrawals import ask_code
from campaign.operations.alarms import announce
from campaign.operations.intake import due_notices
from campaign.staff.models import RoleName
from tests.browser.live import live_server
from tests.browser.people import log_in
from tests.entries.test_pages_browser import AXE
from tests.factories import NOW, make_entry, make_settings
from tests.staff.people import make_staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGE = "/verwaltung/erfassung"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REASON = "Instagram: Action is blocked (4/2207051). Instagram blocks this action of the account."


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    access = {"user_id": "17841", "access_token": "secret-t"}
    return make_settings(tmp_path, database_url=database_url, instagram=access)


def make_run(before: timedelta, status: RunStatus = RunStatus.COMPLETE) -> None:
    moment, good = NOW - before, status is RunStatus.COMPLETE
    db.session.add(
        IngestRun(
            contest_id=current_contest().id,
            source="hashtag",
            hashtag=current_contest().hashtag,
            status=status,
            started_at=moment,
            finished_at=moment,
            window_from=moment - DAY,
            window_until=moment,
            sure_from=moment - DAY if good else None,
            sure_until=moment if good else None,
            errors=[] if good else [{"message": REASON}],
        )
    )


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """A site on a bad day: gaps, a late pass, a stop, a claim, a post that is gone, mails about all of it."""
    for before in (13 * DAY, 12 * DAY, 9 * DAY, 7 * HOUR):
        make_run(before)
    make_run(HOUR, RunStatus.FAILED)
    state = {"updated_at": NOW, "scopes": ["instagram_basic"], "is_valid": True, "looked_at": NOW, "usage": 81}
    shared = {"hashtags_used": 3, "expires_at": NOW + 9 * DAY, **state}
    key = token_key("secret-t")
    db.session.add(TokenState(token_key=f"{key}:all", action="slow_down", until=NOW + HOUR, **shared))
    db.session.add(TokenState(token_key=f"{key}:comment", action="stop", reason=REASON, **state))
    make_staff(RoleName.ORGANISER, "leitung@example.org")
    make_entry(picture=True, gone_at=NOW - 2 * DAY)
    code = ask_code(make_entry(picture=True).number, NOW).code
    db.session.get_one(WithdrawalCode, code).claimed_by = "ada.beispiel"
    db.session.commit()
    with time_machine.travel(NOW):
        announce(list(due_notices(current_contest(), configured(), NOW)), NOW)
        with live_server(app) as url:
            yield url


def opened(context: BrowserContext, site: str) -> Page:
    page = context.new_page()
    log_in(page, site, "leitung@example.org", PAGE)
    assert page.locator("h1").inner_text() == "Erfassung"
    return page


@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_breaks_no_rule_of_axe_and_does_not_scroll_sideways(site: str, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = opened(context, site)
    assert [item["id"] for item in Axe().run(page, options=AXE).response["violations"]] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert width == 360 or not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()


def test_without_javascript_a_claim_is_settled_and_no_other_host_is_asked(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = opened(context, site)
    assert page.get_by_role("img", name="Die Sammelzeit").count() == 1
    page.get_by_role("button", name="Nein, bleibt").click()
    assert page.locator("h1").inner_text() == "Erfassung"
    assert "ada.beispiel" not in page.content()
    assert [url for url in asked if not url.startswith(site)] == []
    context.close()
