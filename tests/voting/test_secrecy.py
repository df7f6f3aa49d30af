"""What a ballot must not leave behind, and what its pages must not tell."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from time_machine import Traveller

from campaign.clock import utc_now
from campaign.extensions import db
from campaign.mail.models import MailStatus, OutboxMail
from campaign.mail.services import send_due
from campaign.voting.models import Ballot, BallotStatus
from tests.factories import NOW
from tests.voting.people import Person, counters, found, link_of, mails, newest_mail, pin_of, request_code, statuses

ADDRESS = "anna.raw@example.com"


def everything_stored() -> str:
    """Every value of every table and column, as text."""
    values: list[str] = []
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            values += [value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in row]
    db.session.rollback()
    return "\n".join(values)


def without_codes(page: str) -> str:
    return re.sub(r'name="anfrage" value="[^"]+"', "", page)


def test_no_address_ip_pin_or_link_stands_in_database_or_log_after_a_vote(
    app: Flask, clock: Traveller, numbers: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    anna = Person(app, ADDRESS)
    caplog.set_level("DEBUG")
    asked = anna.client.post(
        "/abstimmen",
        data={"bild": numbers, "email": ADDRESS, "regeln": "y"},
        environ_base={"REMOTE_ADDR": "203.0.113.77"},
    )
    before_mail = everything_stored()
    mail = newest_mail()
    pin, link = pin_of(mail), found(r"code=(\S+)", link_of(mail))
    anna.confirm(request_code(asked), pin)
    kept = before_mail + everything_stored() + caplog.text
    digits = pin.replace(" ", "")
    secrets = (ADDRESS, "anna.raw", "203.0.113", link, pin, f"{digits}\n")
    assert [secret for secret in secrets if secret in kept] == []


def test_the_content_of_a_mail_is_erased_once_it_is_sent(anna: Person, numbers: list[int]) -> None:
    anna.ask(*numbers)
    send_due(NOW)
    assert list(db.session.execute(sa.text("SELECT sealed, status FROM outbox_mail"))) == [(None, "sent")]


def test_the_answer_is_the_same_for_new_and_used_addresses(app: Flask, anna: Person, numbers: list[int]) -> None:
    anna.vote(*numbers)
    used = anna.ask(*numbers)
    new = Person(app, "berta@example.com").ask(*numbers)
    assert without_codes(used.text) == without_codes(new.text).replace("berta@", "anna@")
    assert (used.status_code, sorted(used.headers.keys())) == (new.status_code, sorted(new.headers.keys()))
    texts = [re.sub(r"\d{3} \d{3}|anfrage=\S+", "", mail.text) for mail in [newest_mail(), *mails()]]
    assert len(set(texts)) == 1


def test_a_person_gets_one_mail_a_day_and_three_in_a_round_and_the_page_looks_the_same(
    app: Flask, anna: Person, numbers: list[int], clock: Traveller
) -> None:
    sent = []
    for _day in range(5):
        pages = {without_codes(Person(app, email).ask(*numbers).text) for email in ("anna@example.com",) * 2}
        fresh = Person(app, f"berta{_day}@example.com").ask(*numbers).text
        assert pages == {without_codes(fresh).replace(f"berta{_day}@", "anna@")}
        sent.append(send_due(utc_now()).sent - 1)
        clock.shift(timedelta(days=1))
    assert sent == [1, 1, 1, 0, 0]
    assert mails_after_spellings(app, numbers) == 1


def mails_after_spellings(app: Flask, numbers: list[int]) -> int:
    for spelling in ("carl@example.com", "CARL@example.com", "carl+1@example.com", "carl@EXAMPLE.com"):
        Person(app, spelling).ask(*numbers)
    return send_due(utc_now()).sent


def test_a_form_that_is_sent_twice_has_one_pin(anna: Person, numbers: list[int]) -> None:
    first, second = request_code(anna.ask(*numbers)), request_code(anna.ask(*reversed(numbers)))
    assert anna.confirm(second, pin_of(newest_mail())).status_code == 303
    assert (first, statuses()) == (second, [BallotStatus.COUNTED])


def test_taking_back_has_a_mail_of_its_own(anna: Person, numbers: list[int]) -> None:
    anna.vote(*numbers)
    anna.withdraw()
    assert statuses() == [BallotStatus.WITHDRAWN, BallotStatus.WITHDRAWN]


def test_a_request_whose_mail_was_withheld_looks_like_any_other_and_no_pin_fits(
    anna: Person, numbers: list[int]
) -> None:
    anna.ask(*numbers)
    code = request_code(anna.ask(numbers[0]))
    stored = sa.select(OutboxMail.status, OutboxMail.sealed, Ballot.status).join(Ballot).order_by(Ballot.id.desc())
    assert tuple(db.session.execute(stored).first() or ()) == (MailStatus.FAILED, None, BallotStatus.REQUESTED)
    db.session.remove()
    assert [anna.confirm(code, "123456").status_code for _ in range(6)] == [422] * 5 + [410]


def test_reading_pages_writes_nothing(anna: Person, numbers: list[int]) -> None:
    receipt = anna.vote(*numbers)
    code = request_code(anna.ask(*numbers))
    link = link_of(newest_mail())
    before = everything_stored()
    paths = [
        f"/abstimmen?bild={numbers[0]}",
        f"/abstimmen/bestaetigen?anfrage={code}",
        link,
        receipt,
        "/abstimmen/zurueckziehen",
    ]
    assert [anna.get(path).status_code for path in paths] == [200] * 5
    assert [anna.head(path).status_code for path in paths] == [200] * 5
    assert everything_stored() == before


def test_a_form_sent_from_another_site_is_refused(anna: Person, numbers: list[int]) -> None:
    answer = anna.client.post(
        "/abstimmen",
        data={"bild": numbers, "email": anna.email, "regeln": "y"},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert (answer.status_code, statuses(), counters()) == (403, [], ({}, {}))
