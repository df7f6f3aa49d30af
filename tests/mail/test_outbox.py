"""The outbox: every mail leaves once, whatever the server does; nothing is lost, nothing is kept longer than needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from campaign.keys import Keyring
from campaign.mail.models import MailStatus, OutboxMail
from campaign.mail.services import SendReport, delay, send_due
from tests.factories import NOW
from tests.mail.conftest import Writer
from tests.mail.servers import Mailbox, free_port, running, scripted

Use = Callable[[str], None]


def rows() -> list[OutboxMail]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))


def states() -> list[tuple[str, str | None]]:
    return [(mail.status.value, mail.error) for mail in rows()]


def minutes(value: float) -> datetime:
    return NOW + timedelta(minutes=value)


def test_a_mail_reaches_the_server_and_its_content_is_erased(write: Writer, use: Use) -> None:
    write()
    mailbox = Mailbox()
    with running(mailbox) as url:
        use(url)
        assert send_due(NOW) == SendReport(sent=1)
        assert send_due(minutes(60)) == SendReport()
    (mail,) = rows()
    assert (mail.status, mail.sealed, mail.error) == (MailStatus.SENT, None, None)
    assert timedelta() <= mail.sent_at - NOW < timedelta(seconds=10)  # type: ignore[operator]
    assert mailbox.recipients == ["anna@example.com"]


def test_a_mail_of_a_transaction_that_failed_is_never_sent(app: Flask, write: Writer, use: Use) -> None:
    write()
    db.session.execute(sa.update(OutboxMail).values(purpose="changed"))
    db.session.rollback()
    mailbox = Mailbox()
    with running(mailbox) as url:
        use(url)
        send_due(NOW)
    assert [mail.purpose for mail in rows()] == ["ballot"]


def test_a_batch_goes_over_one_connection(write: Writer, use: Use) -> None:
    for number in range(5):
        write(f"p{number}@example.com")
    mailbox = Mailbox()
    with running(mailbox) as url:
        use(url)
        assert send_due(NOW, limit=4) == SendReport(sent=4)
        assert mailbox.connections == 1
        assert send_due(NOW) == SendReport(sent=1)
    assert mailbox.recipients == [f"p{number}@example.com" for number in range(5)]


def test_a_recipient_refused_for_good_fails_and_the_others_pass(write: Writer, use: Use) -> None:
    for name in ("anna", "gone", "berta"):
        write(f"{name}@example.com")
    mailbox = Mailbox(answers={"gone": "554 5.1.1 gone@example.com does not live here"})
    with running(mailbox) as url:
        use(url)
        assert send_due(NOW) == SendReport(sent=2, failed=1)
        assert send_due(minutes(600)) == SendReport()
    assert states() == [("sent", None), ("failed", "recipient refused (554)"), ("sent", None)]
    assert [mail.sealed for mail in rows()] == [None] * 3


def test_a_recipient_put_off_is_tried_again_later_and_the_others_pass(write: Writer, use: Use) -> None:
    for name in ("anna", "full", "berta"):
        write(f"{name}@example.com")
    mailbox = Mailbox(answers={"full": "450 4.2.1 later"})
    with running(mailbox) as url:
        use(url)
        assert send_due(NOW) == SendReport(sent=2, delayed=1)
        assert states()[1] == ("waiting", "recipient refused for now (450)")
        assert send_due(NOW + timedelta(seconds=59)) == SendReport()
        mailbox.answers.clear()
        assert send_due(minutes(2)) == SendReport(sent=1)
    assert sorted(mailbox.recipients) == ["anna@example.com", "berta@example.com", "full@example.com"]


def test_content_refused_for_good_fails(write: Writer, use: Use) -> None:
    write()
    with running(Mailbox(data_answer="554 5.7.1 spam")) as url:
        use(url)
        assert send_due(NOW) == SendReport(failed=1)
    assert states() == [("failed", "content refused (554)")]


def test_content_put_off_is_tried_again(write: Writer, use: Use) -> None:
    write()
    with running(Mailbox(data_answer="451 4.3.0 later")) as url:
        use(url)
        assert send_due(NOW) == SendReport(delayed=1)
    assert states() == [("waiting", "content refused for now (451)")]


def test_a_server_that_is_down_delays_mails_and_loses_none(write: Writer, use: Use) -> None:
    for number in range(3):
        write(f"p{number}@example.com")
    port = free_port()
    use(f"smtp://127.0.0.1:{port}")
    for hour in range(0, 200, 20):
        # No mail is given up, however long it lasts, and a pass does not try all of them in vain.
        assert send_due(minutes(60 * hour)).delayed == 1
    mailbox = Mailbox()
    with running(mailbox) as url:
        use(url)
        assert send_due(minutes(60 * 201)) == SendReport(sent=3)
    assert sorted(mailbox.recipients) == ["p0@example.com", "p1@example.com", "p2@example.com"]


@pytest.mark.parametrize(
    ("replies", "reason"),
    [
        ((b"554 no service",), "the server turns us away (554)"),
        ((b"220 hi", b"250 ok", b"421 closing"), "the server ended the connection (421)"),
        ((b"220 hi", b"250 ok", b"550 not you"), "sender refused (550)"),
        ((b"220 hi", b"250 ok", b"451 busy"), "sender refused for now (451)"),
        ((b"220 hi", b"250 ok", b"250 ok"), "the server does not answer (SMTPServerDisconnected)"),
        (
            (b"220 hi", b"250 ok", b"250 ok", b"250 ok", b"354 go"),
            "connection lost while handing over (SMTPServerDisconnected)",
        ),
        ((b"<html>not SMTP</html>",), "the server does not speak SMTP"),
    ],
)
def test_trouble_with_the_server_itself_delays_and_never_fails_a_mail(
    write: Writer, use: Use, replies: tuple[bytes, ...], reason: str
) -> None:
    write()
    with scripted(*replies) as url:
        use(url)
        assert send_due(NOW) == SendReport(delayed=1)
    assert states() == [("waiting", reason)]


def test_a_recipient_put_off_for_five_days_is_given_up(write: Writer, use: Use) -> None:
    write("full@example.com")
    with running(Mailbox(answers={"full": "450 later"})) as url:
        use(url)
        assert send_due(minutes(60 * 24 * 5 - 1)) == SendReport(delayed=1)
        assert send_due(minutes(60 * 24 * 5 + 30)) == SendReport(failed=1)


def test_the_wait_grows_from_one_minute_to_half_an_hour() -> None:
    waits = [delay(attempt).total_seconds() / 60 for attempt in (1, 2, 3, 4, 5, 6, 7, 1000)]
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_mail_whose_process_was_killed_is_sent_after_ten_minutes(write: Writer, use: Use) -> None:
    write()
    change = sa.update(OutboxMail).values(status=MailStatus.SENDING, attempts=1, next_attempt_at=minutes(10))
    db.session.execute(change)
    db.session.commit()
    mailbox = Mailbox()
    with running(mailbox) as url:
        use(url)
        assert send_due(minutes(9)) == SendReport()
        assert send_due(minutes(10)) == SendReport(sent=1)
    assert [mail.attempts for mail in rows()] == [2]


def test_a_mail_sent_twice_by_a_crash_has_the_same_message_id_and_bytes(write: Writer, use: Use) -> None:
    mail = write()
    sealed = mail.sealed
    mailbox = Mailbox()
    with running(mailbox) as url:
        use(url)
        send_due(NOW)
        db.session.execute(
            sa.update(OutboxMail).values(status=MailStatus.SENDING, sealed=sealed, next_attempt_at=minutes(10))
        )
        db.session.commit()
        send_due(minutes(11))
    first, second = (bytes(message) for message in mailbox.received)
    assert first == second


def test_two_schedulers_at_once_send_each_mail_once(app: Flask, write: Writer, use: Use) -> None:
    for number in range(12):
        write(f"p{number}@example.com")
    db.session.remove()
    mailbox = Mailbox()
    start = threading.Barrier(4)

    def scheduler() -> int:
        with app.app_context():
            start.wait(timeout=30)
            return send_due(NOW).sent

    with running(mailbox) as url, ThreadPoolExecutor(4) as pool:
        use(url)
        counts = [one.result() for one in [pool.submit(scheduler) for _ in range(4)]]
    assert sum(counts) == 12
    assert len(set(mailbox.recipients)) == len(mailbox.recipients) == 12


def test_no_transaction_is_open_while_the_server_is_spoken_to(write: Writer, use: Use) -> None:
    write()
    pool: Any = db.engine.pool
    seen: list[int] = []

    class Watching(Mailbox):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            seen.append(pool.checkedout())
            return await super().handle_DATA(server, session, envelope)

    with running(Watching()) as url:
        use(url)
        send_due(NOW)
    assert seen == [0]


def test_between_two_mails_the_outbox_stops_when_asked(write: Writer, use: Use) -> None:
    for number in range(3):
        write(f"p{number}@example.com")
    asked = iter([False, True, True])
    with running(Mailbox()) as url:
        use(url)
        assert send_due(NOW, should_stop=lambda: next(asked)) == SendReport(sent=1)
    assert [status for status, _ in states()] == ["sent", "waiting", "waiting"]


def test_a_lost_secret_key_delays_mails_until_it_is_back(app: Flask, write: Writer, use: Use) -> None:
    write()
    ring = app.extensions["keyring"]
    mailbox = Mailbox()
    with running(mailbox) as url:
        use(url)
        app.extensions["keyring"] = Keyring("another-secret-key-that-is-long-enough-too")
        assert send_due(NOW) == SendReport(delayed=1)
        app.extensions["keyring"] = ring
        assert send_due(minutes(5)) == SendReport(sent=1)


def test_a_wrong_sender_delays_all_mails(write: Writer, use: Callable[..., None]) -> None:
    write()
    with running(Mailbox()) as url:
        use(url, sender="Der schönste Blick <stimme@-.->")
        assert send_due(NOW) == SendReport(delayed=1)
    assert states() == [("waiting", "mail.sender is not a mail address")]


def test_the_database_holds_neither_address_nor_text_of_a_waiting_mail(write: Writer) -> None:
    write("anna.raw@example.com", text="geheim-123")
    stored = str([[str(value) for value in row] for row in db.session.execute(sa.select(OutboxMail.__table__))])
    assert [secret for secret in ("anna.raw", "geheim-123", "Deine PIN") if secret in stored] == []
