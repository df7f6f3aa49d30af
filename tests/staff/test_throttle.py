"""A flood of wrong log-ins costs little, opens nothing, and keeps nobody out who belongs here."""

from __future__ import annotations

import itertools
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import get_hmac
from passlib.hash import argon2
from werkzeug.exceptions import TooManyRequests

from campaign.clock import utc_now
from campaign.counters import counters
from campaign.extensions import db
from campaign.staff import throttle
from campaign.staff.models import Staff
from tests.staff.people import PASSWORD, SECOND_STEP, StaffClient, make_staff, token_of

# Waits are counted in seconds: a slow machine must not sit them out.
FROZEN = pytest.mark.usefixtures("frozen")
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EMAIL = "moderator@example.org"


@pytest.fixture(autouse=True)
def _no_counts_of_other_tests(app: Flask) -> Iterator[None]:
    """Counts last longer than a test, in the memory of the process."""
    counters.begin_anew()
    yield
    counters.begin_anew()


@pytest.fixture
def frozen() -> Iterator[None]:
    with time_machine.travel(utc_now(), tick=False):
        yield


def browser(app: Flask, address: str) -> StaffClient:
    """A browser at an address of the network that has opened the page of the log-in."""
    one = StaffClient.__new__(StaffClient)
    one.client, one.email = app.test_client(), EMAIL
    one.client.environ_base["REMOTE_ADDR"] = address
    return one


def attempt(client: FlaskClient, token: str, email: str = EMAIL, password: str = "wrong wrong wrong") -> int:
    form = {"csrf_token": token, "email": email, "password": password}
    return client.post("/anmelden", data=form).status_code


def while_hashing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen at the moment when a password is checked, by somebody else."""
    check = Staff.verify_and_update_password

    def checked(self: Staff, password: str) -> bool:
        right = check(self, password)
        thread = threading.Thread(target=act)
        thread.start()
        thread.join()
        return right

    monkeypatch.setattr(Staff, "verify_and_update_password", checked)


@ON_SQLITE
def test_the_owner_logs_in_on_a_known_device_while_strangers_have_used_up_all_tries(app: Flask) -> None:
    owner = StaffClient(app.test_client(), make_staff())
    owner.post("/abmelden")
    stranger = browser(app, "198.51.100.7")
    with time_machine.travel(utc_now(), tick=False):
        token = token_of(stranger.client.get("/anmelden").text)
        tries = [attempt(stranger.client, token) for _ in range(7)]
        assert tries == [200] * 5 + [429] * 2
        assert (browser(app, "203.0.113.9").send_password(), owner.login()) == (429, 303)


@ON_SQLITE
def test_the_wait_doubles_and_says_how_long_it_is_and_never_locks_the_account(app: Flask) -> None:
    make_staff()
    stranger = browser(app, "198.51.100.7")
    with time_machine.travel(utc_now(), tick=False) as clock:
        token = token_of(stranger.client.get("/anmelden").text)
        for _ in range(5):
            attempt(stranger.client, token)
        waits = []
        for _ in range(8):
            answer = stranger.client.post("/anmelden", data={"email": EMAIL})
            waits.append(int(answer.headers["Retry-After"]))
            clock.shift(timedelta(seconds=waits[-1] + 0.1))
            assert attempt(stranger.client, token) == 200
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
        clock.shift(timedelta(seconds=60.1))
        assert stranger.login() == 303


@FROZEN
@ON_SQLITE
def test_an_address_of_the_network_that_tries_many_accounts_has_to_wait_too(app: Flask) -> None:
    stranger = browser(app, "198.51.100.7")
    token = token_of(stranger.client.get("/anmelden").text)
    tries = [attempt(stranger.client, token, f"person-{number}@example.org") for number in range(22)]
    assert tries == [200] * 20 + [429] * 2
    neighbour = browser(app, "198.51.100.200")
    assert attempt(neighbour.client, token_of(neighbour.client.get("/anmelden").text), "x@example.org") == 429
    elsewhere = browser(app, "198.51.101.7")
    assert attempt(elsewhere.client, token_of(elsewhere.client.get("/anmelden").text), "x@example.org") == 200


@FROZEN
@ON_SQLITE
def test_however_an_address_is_spelled_its_tries_are_those_of_one_account(app: Flask) -> None:
    make_staff()
    spelled = [EMAIL, EMAIL.upper(), f" {EMAIL}", EMAIL.replace("org", "ｏrg")]
    spelled += [EMAIL.replace("example", word) for word in ("ｅxample", "exａmple")] + [EMAIL.replace(".", "。")]
    tries = []
    for number, email in enumerate(spelled):
        stranger = browser(app, f"10.{number}.0.1")
        tries.append(attempt(stranger.client, token_of(stranger.client.get("/anmelden").text), email))
    assert tries == [200] * 5 + [429] * 2


@FROZEN
@ON_SQLITE
def test_the_owner_is_known_on_the_own_device_however_the_address_is_spelled(app: Flask) -> None:
    owner = StaffClient(app.test_client(), make_staff())
    owner.post("/abmelden")
    stranger = browser(app, "198.51.100.7")
    token = token_of(stranger.client.get("/anmelden").text)
    spelled = EMAIL.replace("example", "ｅxample")
    for _ in range(6):
        attempt(stranger.client, token, spelled)
    owner.email = spelled
    assert owner.send_password() == 302


@FROZEN
@ON_SQLITE
def test_no_password_is_hashed_for_a_try_that_comes_too_early(app: Flask) -> None:
    make_staff()
    stranger = browser(app, "198.51.100.7")
    token = token_of(stranger.client.get("/anmelden").text)
    for _ in range(6):
        attempt(stranger.client, token)
    began = time.process_time()
    assert {attempt(stranger.client, token) for _ in range(20)} == {429}
    assert (time.process_time() - began) / 20 < 0.02


@ON_SQLITE
def test_strangers_wait_for_few_places_and_known_devices_have_their_own(app: Flask) -> None:
    owner = StaffClient(app.test_client(), make_staff())
    owner.post("/abmelden")
    taken = [throttle.FOR_STRANGERS.acquire(timeout=5) for _ in range(throttle.PLACES)]
    try:
        assert (all(taken), browser(app, "203.0.113.9").send_password()) == (True, 429)
        assert owner.login() == 303
    finally:
        for _ in taken:
            throttle.FOR_STRANGERS.release()
    assert browser(app, "203.0.113.10").send_password() == 302


@ON_SQLITE
def test_strangers_that_find_no_seat_to_wait_on_are_refused_at_once_and_leave_the_server_to_others(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = browser(app, "203.0.113.9")
    monkeypatch.setattr(throttle, "STRANGERS_WAIT", 600)
    monkeypatch.setattr(throttle, "FOR_STRANGERS", threading.Semaphore(0))
    monkeypatch.setattr(throttle, "WAITING_ROOM", threading.Semaphore(0))
    assert stranger.send_password() == 429


@ON_SQLITE
@pytest.mark.parametrize("password", [PASSWORD, "wrong wrong wrong"])
def test_others_can_write_while_a_password_is_hashed(
    app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    owner, written = StaffClient(app.test_client(), make_staff()), []
    owner.post("/abmelden")

    def meanwhile() -> None:
        with sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=0) as other:
            written.append(other.execute("UPDATE staff SET totp_step = 1").rowcount)

    while_hashing(monkeypatch, meanwhile)
    owner.send_password(password)
    assert written == [1]


@pytest.mark.parametrize("change", ["password = 'another'", "active = false"])
def test_a_password_that_was_changed_while_it_was_checked_lets_nobody_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    owner = StaffClient(app.test_client(), make_staff())
    owner.post("/abmelden")

    engine = db.engine

    def meanwhile() -> None:
        with engine.begin() as other:
            other.exec_driver_sql(f"UPDATE staff SET {change}")

    while_hashing(monkeypatch, meanwhile)
    assert (owner.send_password(), owner.client.get(SECOND_STEP).status_code) == (429, 302)


@ON_SQLITE
def test_a_password_that_was_hashed_by_weaker_means_is_hashed_anew_by_its_log_in(app: Flask) -> None:
    staff = make_staff()
    weak = staff.password = argon2.using(memory_cost=1024).hash(get_hmac(PASSWORD))
    owner = StaffClient(app.test_client(), staff)
    db.session.rollback()
    strong = staff.password
    assert (strong != weak, owner.post("/abmelden")[0], owner.login()) == (True, 302, 303)
    db.session.rollback()
    assert staff.password == strong


@ON_SQLITE
def test_a_place_is_given_back_whatever_becomes_of_the_request(app: Flask) -> None:
    make_staff()
    for number in range(12):
        one = browser(app, f"10.9.{number}.1")
        one.client.post("/anmelden", data={"email": f"p{number}@example.org", "password": "x"})
    assert browser(app, "203.0.113.10").send_password() == 302


@FROZEN
@ON_SQLITE
@pytest.mark.parametrize("forge", ["other account", "changed", "old password", "junk"])
def test_a_device_is_known_only_by_the_cookie_of_that_account_and_its_present_password(app: Flask, forge: str) -> None:
    staff, other = make_staff(), make_staff(email="anna@example.org")
    owner = StaffClient(app.test_client(), staff)
    name = f"device-{db.session.query(Staff).filter_by(email=EMAIL).one().id}"
    cookie = owner.client.get_cookie(name)
    assert cookie is not None
    value = cookie.value
    if forge == "other account":
        name = f"device-{other.id}"
    elif forge == "changed":
        value = ("A" if value[0] != "A" else "B") + value[1:]
    elif forge == "old password":
        db.session.query(Staff).filter_by(email=EMAIL).one().password += " "  # type: ignore[operator]
    else:
        value = "junk"
    db.session.commit()
    stranger = browser(app, "198.51.100.7")
    token = token_of(stranger.client.get("/anmelden").text)
    for _ in range(6):
        attempt(stranger.client, token)
    stranger.client.set_cookie(name, value)
    assert attempt(stranger.client, token) == 429


@ON_SQLITE
def test_the_cookie_of_a_known_device_is_out_of_reach_for_scripts_and_other_sites(app: Flask) -> None:
    owner = StaffClient(app.test_client(), make_staff())
    cookie = owner.client.get_cookie(f"device-{db.session.query(Staff).one().id}")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")


@FROZEN
@ON_SQLITE
def test_of_many_cookies_of_devices_only_a_few_are_looked_at(app: Flask) -> None:
    stranger = browser(app, "198.51.100.7")
    token = token_of(stranger.client.get("/anmelden").text)
    for number in range(1, 41):
        stranger.client.set_cookie(f"device-{number}", "junk")
    statements: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *values: statements.append(str(values[2])))
    attempt(stranger.client, token, "")
    assert len([one for one in statements if one.startswith("SELECT")]) == 5


@FROZEN
@ON_SQLITE
def test_codes_are_guessed_slower_and_slower_and_a_known_device_has_its_own_count(app: Flask) -> None:
    owner = StaffClient(app.test_client(), make_staff())
    thief = browser(app, "198.51.100.7")
    thief.send_password()
    thief.token = token_of(thief.client.get(SECOND_STEP).text)
    tries = [thief.post(SECOND_STEP, schritt="code", code="000000")[0] for _ in range(7)]
    assert tries == [422] * 5 + [429] * 2
    owner.post("/abmelden")
    assert owner.login() == 303


@FROZEN
@ON_SQLITE
def test_of_tries_that_come_at_the_same_moment_one_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context(), time_machine.travel(utc_now(), tick=False) as clock:
        for _ in range(9):
            throttle.slow_down_codes(7, EMAIL)
            clock.shift(timedelta(hours=1))
        outcomes, all_have_asked, asked = Counter[bool](), threading.Barrier(8), itertools.count()
        ask = counters.left

        def left(key: str) -> float:
            answer = ask(key)
            if next(asked) < 8:
                all_have_asked.wait(10)
            return answer

        def try_once() -> None:
            with app.test_request_context():
                try:
                    throttle.slow_down_codes(7, EMAIL)
                except TooManyRequests:
                    outcomes[False] += 1
                else:
                    outcomes[True] += 1

        monkeypatch.setattr(counters, "left", left)
        threads = [threading.Thread(target=try_once) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert outcomes == {True: 1, False: 7}


@ON_SQLITE
def test_whoever_knows_the_password_guesses_about_a_hundred_codes_a_day(app: Flask) -> None:
    with app.test_request_context(), time_machine.travel(utc_now(), tick=False) as clock:
        begun, tries = utc_now(), 0
        while utc_now() - begun < timedelta(days=1):
            try:
                throttle.slow_down_codes(7, EMAIL)
            except TooManyRequests as early:
                clock.shift(timedelta(seconds=int(early.get_response().headers["Retry-After"]) + 0.1))
            else:
                tries += 1
    assert tries == 109


@FROZEN
@ON_SQLITE
def test_a_stolen_device_cookie_guesses_no_faster_than_a_stranger_waits(app: Flask) -> None:
    owner = StaffClient(app.test_client(), make_staff())
    owner.post("/abmelden")
    token = token_of(owner.client.get("/anmelden").text)
    assert [attempt(owner.client, token) for _ in range(12)] == [200] * 10 + [429] * 2


@FROZEN
@ON_SQLITE
def test_nobody_is_flooded_with_mails_about_a_forgotten_password(app: Flask) -> None:
    client = app.test_client()
    token = token_of(client.get("/anmelden/vergessen").text)
    form = {"csrf_token": token, "email": EMAIL}
    assert [client.post("/anmelden/vergessen", data=form).status_code for _ in range(5)] == [200] * 3 + [429] * 2


@FROZEN
@ON_SQLITE
def test_a_passkey_alone_waits_by_network_for_strangers_and_by_itself_on_a_known_device(app: Flask) -> None:
    owner = StaffClient(app.test_client(), make_staff())
    owner.post("/abmelden")

    def by_passkey(one: StaffClient) -> int:
        return one.client.post("/anmelden/passkey", data={"csrf_token": token, "antwort": "{}"}).status_code

    stranger = browser(app, "127.0.0.1")
    token = token_of(stranger.client.get("/anmelden").text)
    assert [by_passkey(stranger) for _ in range(22)] == [302] * 20 + [429] * 2
    token = token_of(owner.client.get("/anmelden").text)
    assert [by_passkey(owner) for _ in range(12)] == [302] * 10 + [429] * 2
