"""Reporting a picture in a real browser, and deciding about it: narrow screens, both languages, no script, axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from campaign.counters import counters
from campaign.entries.lifecycle import Status as EntryStatus
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.reports import services
from campaign.reports.lifecycle import Kind, Outcome, Status
from campaign.reports.models import Report
from campaign.staff.models import RoleName
from tests.browser.live import live_server
from tests.browser.people import send_log_in
from tests.entries.test_pages_browser import AXE
from tests.factories import NOW, make_entry
from tests.reports.people import WHY, decided, reported, somebody
from tests.staff.people import make_staff

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE = {"width": 360, "height": 740}
KEPT, HIDDEN = "7K3M-9QWT-C4XD-R02H", "8K3M-9QWT-C4XD-R02H"
SEND = {"de": "Meldung abschicken", "en": "Send the report"}


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """A site with a picture nobody has reported (1), one with open reports (2), one kept (3) and one hidden (4)."""
    make_entry(picture=True, creator="anna.sieht")
    open_one = make_entry(picture=True)
    words = services.add_word
    words(reported(open_one).code, "Es ist die zweite Bank von links.", NOW)
    reported(open_one, Kind.CHILD, "carl@example.com")
    decided(reported(make_entry(picture=True)), somebody("erste"), Outcome.KEEP).code = KEPT
    decided(reported(make_entry(picture=True)), somebody("zweite")).creator_code = HIDDEN
    make_staff(RoleName.ORGANISER)
    make_staff(RoleName.SCRUTINEER)
    make_entry(public=False, picture=True, reported_at=NOW)
    db.session.commit()
    counters.begin_anew()
    with time_machine.travel(NOW), live_server(app) as url:
        yield url


def fill(page: Page) -> None:
    page.locator("input[value=shown]").check()
    page.locator("[name=text]").fill(WHY)
    page.locator("[name=name]").fill("Berta Beispiel")
    page.locator("[name=email]").fill("berta@example.com")
    page.locator("[name=ehrlich]").check()


def log_in(page: Page, site: str, role: str = "organiser", wanted: str = "/moderation") -> None:
    send_log_in(page, site, f"{role}@example.org", wanted)


def violations(page: Page) -> list[str]:
    return [item["id"] for item in Axe().run(page, options=AXE).response["violations"]]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_without_javascript_a_picture_is_reported_from_its_own_page(site: str, browser: Browser, lang: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page, root = context.new_page(), "" if lang == "de" else "/en"
    page.goto(f"{site}{root}/bild/1")
    page.locator("main a[href*='/melden?nummer=1']").click()
    assert page.locator("[name=nummer]").input_value() == "1"
    page.get_by_role("button", name=SEND[lang]).click()
    fill(page)
    page.get_by_role("button", name=SEND[lang]).click()
    code = page.locator(".receipt__code").inner_text()
    page.locator("[name=text]").fill("Noch etwas.")
    page.locator("button[value=ergaenzen]").click()
    page.locator("blockquote", has_text="Noch etwas.").wait_for()
    assert (page.locator(".receipt__code").inner_text(), context.cookies()) == (code, [])
    context.close()
    newest = db.session.scalars(sa.select(Report).order_by(Report.id.desc()).limit(1)).one()
    assert (newest.entry_number, newest.code, newest.language) == (1, code, lang)


def test_each_error_leads_to_its_field(site: str, phone: Page) -> None:
    phone.goto(f"{site}/melden")
    phone.evaluate("document.querySelectorAll('[required]').forEach(one => { one.required = false })")
    phone.get_by_role("button", name=SEND["de"]).click()
    links = phone.locator("[role=alert] a")
    links.first.wait_for()
    targets = [str(link.get_attribute("href")) for link in links.all()]
    assert targets == ["#nummer", "#grund-0", "#text", "#name", "#email", "#ehrlich"]
    assert [phone.locator(target).count() for target in targets] == [1] * 6
    for target in targets[2:]:
        assert (target, phone.locator(target).get_attribute("aria-invalid")) == (target, "true")


@pytest.mark.parametrize(("lang", "colours"), [("de", "light"), ("en", "dark")])
def test_no_page_of_a_report_breaks_a_rule_of_axe_or_scrolls_sideways(
    site: str, browser: Browser, lang: str, colours: str
) -> None:
    context = browser.new_context(color_scheme=colours, viewport=PHONE)  # type: ignore[arg-type]
    page, root, found = context.new_page(), "" if lang == "de" else "/en", dict[str, list[str]]()

    def check(name: str) -> None:
        found[name] = violations(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[name].append("wide")

    page.goto(f"{site}{root}/melden?nummer=1")
    check("form")
    page.evaluate("document.querySelectorAll('[required]').forEach(one => { one.required = false })")
    page.get_by_role("button", name=SEND[lang]).click()
    page.locator("[role=alert]").wait_for()
    check("errors")
    fill(page)
    page.get_by_role("button", name=SEND[lang]).click()
    page.locator(".receipt__code").wait_for()
    check("receipt")
    for name, code in (("kept", KEPT), ("hidden", HIDDEN)):
        page.goto(f"{site}{root}/melden/{code}")
        check(name)
    context.close()
    assert found == {name: [] for name in ("form", "errors", "receipt", "kept", "hidden")}


@pytest.mark.parametrize(("size", "colours"), [(PHONE, "dark"), ({"width": 1440, "height": 900}, "light")])
def test_no_page_of_the_staff_breaks_a_rule_of_axe(
    site: str, browser: Browser, colours: str, size: dict[str, int]
) -> None:
    context = browser.new_context(color_scheme=colours, viewport=size)  # type: ignore[arg-type]
    page, found = context.new_page(), dict[str, list[str]]()
    log_in(page, site)
    paths = ("", "/meldungen", "/meldungen?stand=entschieden", "/meldungen/2", "/meldungen/4", "/eintrag/2")
    for path in paths:
        page.goto(f"{site}/moderation{path}")
        found[path] = violations(page)
    page.goto(f"{site}/moderation/meldungen/2")
    page.locator("input[value=hide]").check()
    page.locator("[name=text]").fill("kurz")
    page.locator("main .report-decision button").click()
    page.locator("[role=alert]").wait_for()
    found["refused"] = violations(page)
    context.close()
    assert found == {path: [] for path in (*paths, "refused")}


def test_a_report_is_decided_by_touch_and_its_reporter_sees_it(site: str, phone: Page) -> None:
    log_in(phone, site)
    phone.get_by_role("link", name="2 Meldungen warten").tap()
    phone.locator("a.entries__link").first.tap()
    phone.get_by_role("button", name="Ich sehe es mir an").tap()
    phone.get_by_label("Sofort herausnehmen").check()
    phone.get_by_label("auf einem Gesetz").check()
    phone.get_by_label("Begründung").fill("Das Kind ist zu erkennen, und niemand hat zugestimmt (§ 22 KUG).")
    phone.get_by_role("button", name="Entscheiden und beiden Seiten schreiben").tap()
    phone.locator(".timeline strong", has_text="entschieden").first.wait_for()
    assert phone.locator(".report-decision").count() == 0
    db.session.rollback()
    reports = db.session.scalars(sa.select(Report).filter_by(entry_number=2)).all()
    assert [report.status for report in reports] == [Status.DECIDED] * 2
    assert db.session.get_one(Entry, 2).status is EntryStatus.REJECTED
    phone.goto(f"{site}/melden/{reports[0].code}")
    phone.get_by_text("Das Kind ist zu erkennen").wait_for()


def test_a_scrutineer_reads_reports_and_not_who_sent_them(site: str, page: Page) -> None:
    log_in(page, site, "scrutineer", "/moderation/meldungen/2")
    text = page.locator("main").inner_text()
    assert WHY in text
    assert [word for word in ("Berta", "berta@", "carl@") if word in text] == []
    assert page.locator("main form").count() == 0
