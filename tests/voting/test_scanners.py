"""Programs that open the links of mails and press their buttons: their confirmation waits for a person's press."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from time_machine import Traveller
from werkzeug.test import TestResponse

from campaign.extensions import db
from campaign.voting.models import BallotEvent, BallotStatus
from tests.voting.people import Person, counters, found, link_of, newest_mail, pin_of, request_code, statuses
from tests.voting.test_flow import heading

PERSON = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"}
SCRIPT = {"Sec-Fetch-Mode": "navigate"}
SILENT: dict[str, str] = {}
LATER, AT_ONCE = timedelta(minutes=2), timedelta(seconds=1)


def pressed(anna: Person, link: str, headers: dict[str, str], **more: str) -> TestResponse:
    """Open the page of a link and send its form."""
    page = anna.get(link)
    anna.headers = headers
    code = found(r'name="code" value="([^"]+)"', page.text)
    return anna.post("/abstimmen/bestaetigen", anfrage=request_code(page), code=code, **more)


def acts() -> list[tuple[str, str]]:
    rows = db.session.execute(sa.select(BallotEvent.kind, BallotEvent.detail).order_by(BallotEvent.id)).all()
    db.session.rollback()
    return [(kind.value, detail) for kind, detail in rows]


def asked_link(anna: Person, numbers: list[int]) -> str:
    anna.ask(*numbers)
    return link_of(newest_mail())


@pytest.mark.parametrize(
    ("headers", "after", "counts"),
    [
        (PERSON, LATER, True),
        (PERSON, AT_ONCE, False),
        (SCRIPT, LATER, False),
        (SILENT, LATER, False),
        (SILENT, AT_ONCE, False),
    ],
)
def test_the_link_counts_at_once_when_a_person_presses_its_button(
    anna: Person, numbers: list[int], clock: Traveller, headers: dict[str, str], after: timedelta, counts: bool
) -> None:
    link = asked_link(anna, numbers)
    clock.shift(after)
    answer = pressed(anna, link, headers)
    assert statuses() == [BallotStatus.COUNTED if counts else BallotStatus.HELD]
    assert counters()[0] == (dict.fromkeys(numbers, 1) if counts else {})
    if not counts:
        assert (answer.status_code, heading(answer.text)) == (200, "Noch ein Druck, dann ist es fertig")


def test_a_second_press_lets_the_ballot_count(anna: Person, numbers: list[int], clock: Traveller) -> None:
    link = asked_link(anna, numbers)
    clock.shift(LATER)
    pressed(anna, link, SCRIPT)
    assert heading(anna.get(link).text) == "Noch ein Druck, dann ist es fertig"
    answer = pressed(anna, link, PERSON, noch="1")
    assert (answer.status_code, statuses()) == (303, [BallotStatus.COUNTED])
    assert acts() == [("cast", ",".join(map(str, sorted(numbers)))), ("hold", "scanner"), ("release", "voter")]
    assert pressed(anna, link, PERSON, noch="1").status_code == 303
    assert len(acts()) == 3


@pytest.mark.parametrize("more", [{}, {"noch": "1"}])
def test_a_script_may_press_as_often_as_it_likes(
    anna: Person, numbers: list[int], clock: Traveller, more: dict[str, str]
) -> None:
    link = asked_link(anna, numbers)
    for _ in range(4):
        clock.shift(LATER)
        pressed(anna, link, SCRIPT, **more)
    assert (statuses(), counters()) == ([BallotStatus.HELD], ({}, {}))


def test_a_browser_that_tells_nothing_has_to_take_its_time_for_the_second_press(
    anna: Person, numbers: list[int], clock: Traveller
) -> None:
    link = asked_link(anna, numbers)
    clock.shift(LATER)
    pressed(anna, link, SILENT)
    pressed(anna, link, SILENT, noch="1")
    assert statuses() == [BallotStatus.HELD]
    clock.shift(timedelta(seconds=5))
    pressed(anna, link, SILENT, noch="1")
    assert statuses() == [BallotStatus.COUNTED]


def test_a_typed_pin_never_waits_for_a_second_press(anna: Person, numbers: list[int]) -> None:
    code = request_code(anna.ask(*numbers))
    anna.headers = SILENT
    assert anna.confirm(code, pin_of(newest_mail())).status_code == 303
    assert statuses() == [BallotStatus.COUNTED]


def test_the_receipt_of_a_ballot_that_waits_for_a_press_looks_like_any_other(
    anna: Person, numbers: list[int], clock: Traveller
) -> None:
    link = asked_link(anna, numbers)
    code = link.partition("anfrage=")[2].partition("&")[0]
    clock.shift(LATER)
    pressed(anna, link, SCRIPT)
    receipt = db.session.scalar(sa.text("SELECT receipt_code FROM ballot"))
    db.session.rollback()
    assert heading(anna.get(f"/beleg/{receipt}").text) == "Deine Stimme ist da."
    assert code
