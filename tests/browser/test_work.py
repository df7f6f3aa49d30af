"""The work of a form in a real browser: done unseen, sent along, waited for where it takes longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, Request, Route, expect

from campaign.extensions import db, limiter
from campaign.voting.models import Ballot
from tests.browser.live import live_server, new_visitor
from tests.factories import NOW, make_entry

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EXERCISE = "**/abstimmen/aufgabe*"


@pytest.fixture
def form(app: Flask) -> Iterator[str]:
    """The address of a ballot form with one pick."""
    number = make_entry().number
    limiter.reset()
    with time_machine.travel(NOW), live_server(app) as url:
        yield f"{url}/abstimmen?bild={number}"


def fill(page: Page, form: str) -> list[str]:
    """Open the form and fill it in; returns the list that the work of each form sent will be in."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.extend(parse_qs(request.post_data or "", keep_blank_values=True)["work"])

    page.on("request", note)
    page.goto(form)
    page.get_by_label("Deine E-Mail-Adresse").fill("anna@example.com")
    page.get_by_label("Ich stimme den").check()
    return sent


def held_back(page: Page) -> list[Route]:
    """Keep the answers with challenges back; returns the list that they will be in."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(EXERCISE, keep)
    return held


def is_taken() -> bool:
    """Whether the newest ballot is kept without the mark of one that came without work."""
    hints = db.session.scalars(sa.select(Ballot.hints).order_by(Ballot.id.desc())).first()
    db.session.rollback()
    return hints == []


def submit(page: Page) -> None:
    page.get_by_role("button", name="PIN anfordern").click()


def asked_for_the_pin(page: Page) -> None:
    expect(page.get_by_label("PIN aus der Mail")).to_be_visible(timeout=20_000)


def test_a_slow_phone_sends_work_along_that_the_server_takes(app: Flask, form: str, phone: Page) -> None:
    phone.context.new_cdp_session(phone).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    sent = fill(phone, form)
    submit(phone)
    asked_for_the_pin(phone)
    assert (len(sent), is_taken()) == (1, True)


def test_who_is_faster_than_the_work_is_told_to_wait_a_moment_and_sends_one_form(
    app: Flask, form: str, page: Page
) -> None:
    held = held_back(page)
    sent = fill(page, form)
    submit(page)
    expect(page.get_by_role("status").filter(has_text="Einen Moment …")).to_be_visible()
    submit(page)
    assert sent == []
    held[0].continue_()
    asked_for_the_pin(page)
    assert (len(sent), is_taken()) == (1, True)


def test_a_form_goes_without_work_when_there_is_no_challenge(app: Flask, form: str, page: Page) -> None:
    page.route(EXERCISE, lambda route: route.fulfill(status=429))
    sent = fill(page, form)
    submit(page)
    asked_for_the_pin(page)
    assert (sent, is_taken()) == ([""], False)


def test_nobody_waits_longer_than_ten_seconds(app: Flask, form: str, page: Page) -> None:
    page.clock.install()
    held_back(page)
    sent = fill(page, form)
    submit(page)
    expect(page.get_by_role("status").filter(has_text="Einen Moment …")).to_be_visible()
    page.clock.run_for(9_000)
    assert sent == []
    page.clock.run_for(1_500)
    asked_for_the_pin(page)
    assert sent == [""]


@pytest.mark.parametrize("send", [submit, lambda page: page.keyboard.press("Enter")], ids=["mouse", "keyboard"])
def test_a_form_that_lay_open_for_long_gets_a_new_challenge(
    app: Flask, form: str, page: Page, send: Callable[[Page], None]
) -> None:
    page.clock.install()
    sent = fill(page, form)
    expect(page.locator("[name=work]")).not_to_have_value("")
    first = page.locator("[name=work]").input_value()
    page.clock.fast_forward(9 * 60_000)
    send(page)
    asked_for_the_pin(page)
    assert (len(sent), sent[0] not in ("", first)) == (1, True)


def test_without_a_script_the_form_is_sent_as_it_is(app: Flask, form: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sent = fill(page, form)
    submit(page)
    asked_for_the_pin(page)
    assert sent == [""]
    context.close()


def test_the_work_breaks_no_rule_of_the_content_policy(app: Flask, form: str, browser: Browser) -> None:
    context = new_visitor(browser)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    fill(page, form)
    expect(page.locator("[name=work]")).not_to_have_value("")
    assert said == []
    context.close()
