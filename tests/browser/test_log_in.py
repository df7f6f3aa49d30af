"""Logging in, in a real browser: by app, by recovery code, by passkey, and losing the session at work."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from campaign.access import FRESH
from campaign.clock import utc_now
from campaign.extensions import db
from campaign.staff import links, sessions, team
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.ends import SessionEnd
from campaign.staff.factors import new_recovery_codes, one_time_codes
from campaign.staff.models import LinkPurpose, RoleName, Staff
from tests.browser.live import live_server, new_visitor
from tests.browser.people import log_in, prove, send_log_in
from tests.browser.test_moderation import expect_entry, violations
from tests.factories import NOW, make_entry
from tests.staff.people import PASSWORD, make_staff
from tests.staff.test_links import code_in, mails

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EMAIL = "organiser@example.org"


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    return [make_entry(public=False, picture=True).number for _ in range(3)]


@pytest.fixture
def url(app: Flask, numbers: list[int]) -> Iterator[str]:
    """The site under a name: passkeys belong to none that is a number."""
    with live_server(app) as address:
        yield address.replace("127.0.0.1", "localhost")


def type_password(page: Page, url: str, email: str = EMAIL, password: str = PASSWORD) -> None:
    page.goto(f"{url}/anmelden")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort", exact=True).fill(password)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def shown_code(page: Page) -> str:
    """The code that an app would show that has read the page's key."""
    key = (page.locator(".log-in__key").text_content() or "").replace("-", "").replace(" ", "")
    return str(one_time_codes()._totp(key=key, format="base32").generate().token)


def virtual_authenticator(page: Page) -> None:
    """A device with a lock that its owner opens at once, as Chromium's own tests use it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def narrow(page: Page) -> bool:
    """Whether the page fits a phone without scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_an_app_is_set_up_by_the_invited_who_then_work_at_the_desk(app: Flask, phone: Page, url: str) -> None:
    team.invite("neu@example.org", [RoleName.MODERATOR], COMMAND_LINE, utc_now())
    code = code_in(mails()[-1])
    db.session.rollback()
    phone.goto(f"{url}/anmelden/passwort?code={code}")
    assert phone.url == f"{url}/anmelden/passwort"
    phone.get_by_label("Neues Passwort").fill("Brücke Gurke Amboss")
    phone.get_by_role("button", name="Passwort setzen").tap()
    expect(phone.locator("h1")).to_have_text("Zweiten Faktor einrichten")
    phone.locator(".log-in__picture").evaluate("image => image.decode()")
    phone.get_by_text("Kein Bild möglich?").tap()
    phone.get_by_label("Code aus der App").fill(shown_code(phone))
    assert narrow(phone)
    phone.get_by_role("button", name="App einrichten").tap()
    expect(phone.locator(".log-in__codes li")).to_have_count(10)
    assert narrow(phone)
    phone.get_by_role("link", name="Aufgeschrieben, weiter").tap()
    expect(phone.locator("[data-card]")).to_be_visible()


def test_a_recovery_code_opens_the_desk_without_the_app_and_without_javascript(
    app: Flask, browser: Browser, url: str
) -> None:
    code = new_recovery_codes(make_staff(RoleName.ORGANISER), COMMAND_LINE, NOW)[3]
    db.session.commit()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    type_password(page, url)
    page.get_by_text("Handy oder Schlüssel nicht da?").click()
    page.get_by_label("Wiederherstellungscode").fill(code.lower())
    page.get_by_role("button", name="Mit diesem Code weiter").click()
    page.wait_for_url(f"{url}/moderation")
    context.close()


def test_a_passkey_is_made_and_logs_in_alone_and_stands_in_for_the_app(app: Flask, page: Page, url: str) -> None:
    make_staff(RoleName.ORGANISER, app=False)
    virtual_authenticator(page)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    type_password(page, url)
    page.get_by_label("Wie soll er heißen?").fill("Laptop")
    page.get_by_role("button", name="Passkey einrichten").click()
    expect(page.locator(".log-in__codes li")).to_have_count(10)
    page.get_by_role("link", name="Aufgeschrieben, weiter").click()
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url(f"{url}/moderation")
    page.goto(f"{url}/verwaltung/konto")
    expect(page.locator("main")).to_contain_text("Passkey „Laptop“")
    page.get_by_role("button", name="Abmelden").click()
    type_password(page, url)
    page.get_by_role("button", name="Passkey benutzen").click()
    page.wait_for_url(f"{url}/moderation")
    assert complaints == []


def test_a_device_without_the_passkey_says_so_and_the_password_still_works(app: Flask, page: Page, url: str) -> None:
    make_staff(RoleName.ORGANISER)
    virtual_authenticator(page)
    page.goto(f"{url}/anmelden")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.locator("[data-said]")).to_have_text(
        "Das hat nicht geklappt. Versuch es noch einmal oder nimm einen anderen Weg."
    )
    assert violations(page) == []
    type_password(page, url)
    prove(page)
    page.wait_for_url(f"{url}/moderation")


@pytest.mark.parametrize("script", [True, False])
def test_a_session_that_is_ended_at_work_says_so_and_leads_back_to_the_desk(
    app: Flask, browser: Browser, url: str, numbers: list[int], script: bool
) -> None:
    make_staff(RoleName.ORGANISER)
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    send_log_in(page, url)
    if not script:
        page.get_by_role("button", name="Nächste Bilder holen").click()
    page.locator("form[data-act=approve] button").wait_for()
    # The desk asks for the next photos meanwhile, and would hear first that the session is over.
    page.wait_for_load_state("networkidle")
    staff = db.session.scalars(sa.select(Staff)).one()
    sessions.end_all(staff, SessionEnd.REVOKED, COMMAND_LINE, utc_now())
    db.session.commit()
    page.locator("form[data-act=approve] button").click()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("Du bist abgemeldet")
    expect(notice).to_contain_text(
        "Diese Anmeldung wurde beendet, von dir auf einem anderen Gerät oder von der Technik."
    )
    if script:
        page.get_by_label("E-Mail-Adresse").fill(EMAIL)
        page.get_by_label("Passwort", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Anmelden", exact=True).click()
        prove(page)
        page.wait_for_url(f"{url}/moderation")
        expect_entry(page, numbers[0])
    context.close()


def test_being_asked_again_keeps_what_was_typed(app: Flask, page: Page, url: str) -> None:
    make_staff(RoleName.ADMIN)
    log_in(page, url, "admin@example.org", "/verwaltung/team")
    page.get_by_label("E-Mail-Adresse").fill("neu@example.org")
    page.get_by_role("checkbox", name="Moderation").check()
    with time_machine.travel(utc_now() + FRESH * 1.1, tick=True):
        page.get_by_role("button", name="Einladen").click()
        expect(page.locator("h1")).to_have_text("Bist du es noch?")
        assert violations(page) == []
        prove(page, "admin@example.org")
        expect(page.locator("h1")).to_have_text("Jetzt absenden?")
        assert violations(page) == []
        page.get_by_role("button", name="Absenden").click()
        page.wait_for_url(f"{url}/verwaltung/team")
    expect(page.get_by_role("heading", name="neu@example.org")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_around_the_log_in_has_a_barrier_that_axe_finds_or_scrolls_sideways(
    app: Flask, browser: Browser, url: str, width: int, scheme: str
) -> None:
    staff = make_staff(RoleName.ADMIN)
    make_staff(RoleName.MODERATOR, app=False)
    links.send_link(staff, LinkPurpose.RESET, utc_now())
    team.invite("eingeladen@example.org", [RoleName.ORGANISER, RoleName.MODERATOR], COMMAND_LINE, utc_now())
    code = code_in(next(mail for mail in mails() if mail["address"] == staff.email))
    db.session.rollback()
    context = new_visitor(browser, touch=width == 360)
    page, found = context.new_page(), []
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    def look() -> None:
        found.append((page.url.removeprefix(url), violations(page), narrow(page)))

    for path in ("/anmelden", "/anmelden?abgemeldet=1&passkey=422", "/anmelden/vergessen"):
        page.goto(url + path)
        look()
    page.get_by_label("E-Mail-Adresse").fill("niemand@example.org")
    page.get_by_role("button", name="Link schicken").click()
    look()
    page.goto(f"{url}/anmelden/passwort?code=0000000000000000000000")
    look()
    page.goto(f"{url}/anmelden/passwort?code={code}")
    page.get_by_label("Neues Passwort").fill("passwort1234")
    page.get_by_role("button", name="Passwort setzen").click()
    expect(page.get_by_role("alert")).to_contain_text("Dieses Passwort wird zuerst geraten.")
    look()
    type_password(page, url, "admin@example.org")
    look()
    page.get_by_label("Code aus der App").fill("000000")
    page.get_by_role("button", name="Weiter").click()
    page.get_by_text("Handy oder Schlüssel nicht da?").click()
    look()
    page.get_by_label("Code aus der App").focus()
    prove(page, "admin@example.org")
    page.wait_for_url(f"{url}/verwaltung/team")
    for summary in page.locator(".team__acts summary").all():
        summary.click()
    look()
    page.get_by_label("E-Mail-Adresse").fill("admin@example.org")
    page.get_by_role("checkbox", name="Aufsicht").last.check()
    page.get_by_role("button", name="Einladen").click()
    expect(page.get_by_role("alert")).to_contain_text("Für admin@example.org gibt es schon ein Konto.")
    look()
    for path in ("/verwaltung/konto", "/anmelden/einrichten"):
        page.goto(url + path)
        look()
    page.get_by_text("Kein Bild möglich?").click()
    page.get_by_label("Code aus der App").fill("000000")
    page.get_by_role("button", name="App einrichten").click()
    look()
    page.goto(f"{url}/verwaltung/konto")
    page.get_by_role("button", name="Neue Codes").click()
    look()
    context.close()
    assert [one for one in found if one[1:] != ([], True)] == []
    refused = [text for text in complaints if not re.search(r"status of 4(09|10|22)", text)]
    assert (len(found), refused) == (14, [])
