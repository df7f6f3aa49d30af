"""Many at once: one standing ballot of a person, counters exact, nobody sees an error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.services import get_entry
from campaign.errors import CampaignError
from campaign.extensions import db
from campaign.mail.confirmation import Proof
from campaign.mail.models import MailStatus, OutboxMail
from campaign.voting import services, tally
from campaign.voting.confirming import Tap, confirm_ballot
from campaign.voting.models import Ballot, BallotStatus
from tests.factories import ERFURT, GERA, JENA, NOW, WEIMAR, make_entry
from tests.voting.people import counters, newest_mail, pin_of

THREADS = 50


def at_once(app: Flask, acts: Sequence[Callable[[], object]]) -> list[object]:
    """Run acts in threads of their own that start together; returns results and expected errors."""
    db.session.remove()
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(timeout=30)
            try:
                return act()
            except CampaignError as error:
                return type(error).__name__

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def asked(email: str, *numbers: int) -> tuple[str, str]:
    """Ask for a ballot; returns the code of the request and the PIN."""
    code = services.request_ballot(services.Visitor(email, "203.0.113.9", "de"), numbers, NOW)
    return code, pin_of(newest_mail(NOW))


def confirming(code: str, pin: str) -> Callable[[], object]:
    return lambda: confirm_ballot(Tap(code, Proof(pin), NOW + timedelta(minutes=1)))


def standing() -> list[BallotStatus]:
    found = list(db.session.scalars(sa.select(Ballot.status).where(Ballot.status != BallotStatus.REQUESTED)))
    db.session.rollback()
    return sorted(found)


def test_fifty_confirmations_of_one_pin_count_once(app: Flask, numbers: list[int]) -> None:
    code, pin = asked("anna@example.com", *numbers)
    receipts = at_once(app, [confirming(code, pin)] * THREADS)
    assert len(set(receipts)) == 1
    assert standing() == [BallotStatus.COUNTED]
    assert counters() == (dict.fromkeys(numbers, 1), {ERFURT: 1, WEIMAR: 1, JENA: 1})


@pytest.mark.usefixtures("many_mails")
def test_fifty_confirmations_of_two_requests_of_one_person_leave_one_standing(app: Flask, numbers: list[int]) -> None:
    one = asked("anna@example.com", numbers[0], numbers[1])
    other = asked("Anna+neu@example.com", numbers[1], numbers[2])
    receipts = at_once(app, [confirming(*one), confirming(*other)] * (THREADS // 2))
    assert len({receipt.code for receipt in receipts}) == 2  # type: ignore[attr-defined]
    assert standing() == [BallotStatus.COUNTED, BallotStatus.SUPERSEDED]
    assert counters()[0][numbers[1]] == 1
    assert tally.compare(current_contest().id) == []


def test_many_people_at_once_are_all_counted(app: Flask, numbers: list[int]) -> None:
    people = [asked(f"p{number}@example.com", *numbers[number % 3 :]) for number in range(20)]
    at_once(app, [confirming(*person) for person in people])
    assert standing() == [BallotStatus.COUNTED] * 20
    assert counters()[0] == {numbers[0]: 7, numbers[1]: 14, numbers[2]: 20}
    assert tally.compare(current_contest().id) == []


def test_wrong_pins_at_once_never_get_a_seventh_try(app: Flask, numbers: list[int]) -> None:
    code, pin = asked("anna@example.com", *numbers)
    wrong = "000001" if pin != "000 001" else "000002"
    answers = at_once(app, [confirming(code, wrong)] * 20)
    assert sorted(map(str, answers)) == ["Gone"] * 15 + ["WrongPin"] * 5
    assert at_once(app, [confirming(code, pin)]) == ["Gone"]


def test_requests_at_once_bring_one_mail(app: Flask, numbers: list[int]) -> None:
    visitor = services.Visitor("anna@example.com", None, "de")
    at_once(app, [lambda: services.request_ballot(visitor, numbers, NOW)] * 20)
    waiting = sa.select(sa.func.count()).select_from(OutboxMail).filter_by(status=MailStatus.WAITING)
    assert db.session.scalar(waiting) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 1


@pytest.mark.parametrize("town", [GERA, None])
def test_a_moderator_who_moves_an_entry_while_people_vote_leaves_the_counters_exact(
    app: Flask, numbers: list[int], town: str | None
) -> None:
    more = make_entry(town=ERFURT).number
    people = [asked(f"p{number}@example.com", numbers[0] if number % 2 else more, numbers[1]) for number in range(16)]

    def move() -> None:
        entry = get_entry(numbers[0], lock=True)
        entry.town_ags = town
        tally.refresh_entry_town(entry.contest_id, *(ags for ags in (ERFURT, town) if ags))
        db.session.commit()

    at_once(app, [confirming(*person) for person in people[:8]] + [move] + [confirming(*one) for one in people[8:]])
    assert counters()[1] == {ERFURT: 8, WEIMAR: 16} | ({town: 8} if town else {})
    assert tally.compare(current_contest().id) == []
