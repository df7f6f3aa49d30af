"""Passwords, waits, ends of sessions, names of devices, and what a team must keep: plain values in, values out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import Conflict, InvalidInput
from campaign.staff.ends import SessionEnd
from campaign.staff.password_rules import check_password
from campaign.staff.session_rules import ABSOLUTE, IDLE, device_of, end_of, lapse
from campaign.staff.team_rules import Member, check_an_admin_stays
from campaign.staff.throttle_rules import ACCOUNT, CODE, NETWORK, Patience
from tests.factories import NOW

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
CHROME = f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Mobile Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/26.0 Mobile/15E148 Safari/604.1"
EDGE = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Safari/537.36 Edg/142.0.0.0"


def test_half_an_hour_without_a_page_ends_a_session() -> None:
    assert lapse(NOW, NOW, NOW + 30 * MINUTE - SECOND) is None
    assert lapse(NOW, NOW, NOW + 30 * MINUTE) is SessionEnd.IDLE


def test_twelve_hours_end_a_session_however_busy_it_was() -> None:
    busy = NOW + ABSOLUTE - MINUTE
    assert lapse(NOW, busy, NOW + ABSOLUTE - SECOND) is None
    assert lapse(NOW, busy, NOW + ABSOLUTE) is SessionEnd.EXPIRED


@given(seen=st.integers(0, 60 * 13), later=st.integers(0, 60 * 26))
def test_a_session_is_over_exactly_from_the_end_that_was_written_down(seen: int, later: int) -> None:
    last_seen, now = NOW + seen * MINUTE, NOW + (seen + later) * MINUTE
    assert (lapse(NOW, last_seen, now) is not None) == (now >= end_of(NOW, last_seen))
    assert end_of(NOW, last_seen) <= last_seen + IDLE


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (FIREFOX, ("Firefox", "Windows")),
        (CHROME, ("Chrome", "Android")),
        (SAFARI, ("Safari", "iPhone")),
        (EDGE, ("Edge", "macOS")),
        ("curl/8.5", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_device_is_called_by_its_browser_and_its_system(header: str, words: tuple[str, str]) -> None:
    assert device_of(header) == words


@given(st.text())
def test_whatever_a_browser_says_has_room_in_the_list(header: str) -> None:
    assert max(map(len, device_of(header))) <= 40


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("elf-zeichen", "Das Passwort braucht mindestens 12 Zeichen."),
        ("a" * 201, "Das Passwort darf höchstens 200 Zeichen haben."),
        ("anna.muster@example.org", "Nimm nicht deine E-Mail-Adresse als Passwort."),
        ("ANNA.Muster@example.org", "Nimm nicht deine E-Mail-Adresse als Passwort."),
        ("passwort1234", "Dieses Passwort wird zuerst geraten. Nimm lieber vier Wörter, die nichts verbindet."),
        ("Sommer-2026!!", "Dieses Passwort wird zuerst geraten. Nimm lieber vier Wörter, die nichts verbindet."),
        ("123456789012", "Dieses Passwort wird zuerst geraten. Nimm lieber vier Wörter, die nichts verbindet."),
        ("aaaaaaaaaaaa", "Dieses Passwort wird zuerst geraten. Nimm lieber vier Wörter, die nichts verbindet."),
    ],
)
def test_passwords_that_protect_nothing_are_refused_with_the_reason(password: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_password(password, "anna.muster@example.org")
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "password", ["ein langes Passwort", "blick-3f9a1c77de", "Brücke Gurke Amboss Teller", "ü" * 6 + "abcdef"]
)
def test_other_passwords_are_taken(password: str) -> None:
    check_password(password, "anna@example.org")


def test_the_first_tries_are_free_and_then_the_wait_doubles_up_to_its_longest() -> None:
    patience = Patience(free=5, longest=60)
    assert [patience.wait(tries) for tries in range(1, 14)] == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


@given(st.integers(0, 10**9), st.sampled_from([ACCOUNT, NETWORK, CODE]))
def test_no_number_of_tries_makes_anybody_wait_longer_than_the_longest(tries: int, patience: Patience) -> None:
    assert patience.wait(tries) <= patience.longest <= 900
    assert patience.wait(tries) <= patience.wait(tries + 1)


def member(number: int, *roles: str, active: bool = True, invited: bool = False) -> Member:
    return Member(number, frozenset(roles), active, invited)


@pytest.mark.parametrize(
    "others",
    [[], [member(2, "organiser")], [member(2, "admin", active=False)], [member(2, "admin", invited=True)]],
)
def test_the_last_admin_in_use_stays(others: list[Member]) -> None:
    with pytest.raises(Conflict):
        check_an_admin_stays([member(1, "admin"), *others], 1)


def test_an_admin_may_go_while_another_one_is_in_use() -> None:
    check_an_admin_stays([member(1, "admin"), member(2, "admin", "moderator")], 1)
