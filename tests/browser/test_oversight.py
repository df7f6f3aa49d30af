"""The organisers' first page and the audit log in a real browser: axe, narrow screens, both themes, no other host."""

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
from campaign.entries.accounts import lift_account_rule, set_account_rule
from campaign.entries.admission import AccountKind
from campaign.extensions import db
from campaign.instagram.gate import token_key
from campaign.instagram.models import IngestRun, RunStatus, TokenState
from campaign.moderation.reasons import Reason
from campaign.moderation.services import approve, reject
from campaign.operations.audit_check import check_audit_log
from campaign.staff import audit
from campaign.staff.actors import COMMAND_LINE, Actor
from campaign.staff.models import RoleName
from tests.browser.live import live_server
from tests.browser.people import send_log_in
from tests.entries.test_pages_browser import AXE
from tests.factories import ERFURT, JENA, NOW, WEIMAR, make_entry, make_settings
from tests.staff.people import make_staff
from tests.staff.tampering import without_triggers

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BOARD, LOG = "/verwaltung", "/verwaltung/protokoll"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    access = {"user_id": "17841", "access_token": "secret-t"}
    return make_settings(tmp_path, database_url=database_url, instagram=access)


def busy() -> None:
    """Much to do: a long queue, a slow town, a late pass, a stop, and a log that somebody tampered with."""
    eva = Actor(None, "eva.mit.einem.langen.namen@example.org")
    for place in range(40):
        town, since = (JENA, 6 * DAY) if place % 2 else (WEIMAR if place % 4 else ERFURT, HOUR)
        make_entry(public=place % 5 == 0, town=town if place % 7 else None, received_at=NOW - since - place * HOUR)
    number = make_entry(public=False, picture=True).number
    approve(number, eva, NOW)
    reject(make_entry(public=False).number, Reason.NO_TOWN, None, COMMAND_LINE, NOW)
    set_account_rule(current_contest(), "stadtverwaltung.jena", AccountKind.ALLOWED, "Stadt", by=eva, now=NOW)
    set_account_rule(current_contest(), "werbung", AccountKind.BLOCKED, "Reklame", by=eva, now=NOW)
    lift_account_rule(current_contest(), "werbung", by=COMMAND_LINE, now=NOW)
    audit.record_all(eva, NOW, (("entry.look", f"entry:{place}", {"neu": "x" * 200}) for place in range(60)))
    contest, moment = current_contest(), NOW - 9 * DAY
    shared = {"source": "hashtag", "hashtag": contest.hashtag, "status": RunStatus.COMPLETE}
    times = {"started_at": moment, "finished_at": moment, "window_from": moment - DAY, "window_until": moment}
    sure = {"sure_from": moment - DAY, "sure_until": moment}
    db.session.add(IngestRun(contest_id=contest.id, **shared, **times, **sure))
    state = {"updated_at": NOW, "scopes": ["instagram_basic"], "is_valid": True, "looked_at": NOW}
    db.session.add(TokenState(token_key=f"{token_key('secret-t')}:comment", action="stop", reason="no", **state))
    db.session.add(TokenState(token_key=f"{token_key('secret-t')}:all", action="go_on", expires_at=NOW + DAY, **state))
    db.session.commit()


@pytest.fixture
def site(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    """A site on a busy day (`request.param` is "busy" or "tampered"), or one on which nothing has happened yet."""
    state = getattr(request, "param", "busy")
    make_staff(RoleName.ORGANISER, "leitung@example.org")
    if state != "empty":
        busy()
    if state == "tampered":
        without_triggers("UPDATE audit_row SET actor = 'x' WHERE number = 2")
    if state != "empty":
        check_audit_log(NOW)
    with time_machine.travel(NOW), live_server(app) as url:
        yield url


def opened(context: BrowserContext, site: str, path: str) -> Page:
    page = context.new_page()
    send_log_in(page, site, "leitung@example.org", path)
    return page


@pytest.mark.parametrize("site", ["empty", "busy", "tampered"], indirect=True)
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_state_of_the_pages_breaks_a_rule_of_axe_or_scrolls_sideways(
    site: str, browser: Browser, width: int, theme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    page = opened(context, site, BOARD)
    for path in (BOARD, LOG, f"{LOG}?art=account&von=2026-06-15", f"{LOG}?woran=999", f"{LOG}?vor=30"):
        page.goto(f"{site}{path}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        violations = [item["id"] for item in Axe().run(page, options=AXE).response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert (path, violations, wide) == (path, [], False)
    context.close()


def test_what_is_to_be_done_is_seen_without_scrolling_and_leads_there(site: str, phone: Page) -> None:
    page = opened(phone.context, site, BOARD)
    first = page.locator(".tasks a").first
    box = first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 740
    assert (
        min(one["height"] for one in (link.bounding_box() or {"height": 0} for link in page.locator(".tasks a").all()))
        >= 44
    )
    first.click()
    assert page.url == f"{site}/verwaltung/erfassung"


def test_without_javascript_the_log_is_narrowed_paged_and_no_other_host_is_asked(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = opened(context, site, LOG)
    assert page.locator(".log__row").count() == 50
    page.get_by_role("link", name="Ältere").click()
    assert page.locator(".log__row").count() == 17
    page.get_by_role("link", name="Neuere").click()
    page.get_by_label("Was", exact=True).select_option(label="Konten auf Instagram")
    page.get_by_label("Bildnummer oder Konto").fill("@werbung")
    page.get_by_role("button", name="Filtern").click()
    assert page.locator(".log__what strong").all_inner_texts() == ["Regel für ein Konto aufgehoben", "Konto gesperrt"]
    page.get_by_label("Wer").select_option(label="Kommandozeile")
    page.get_by_role("button", name="Filtern").click()
    assert page.locator(".log__what strong").all_inner_texts() == ["Regel für ein Konto aufgehoben"]
    assert [url for url in asked if not url.startswith(site)] == []
    context.close()
