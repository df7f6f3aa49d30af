"""A mail server that is down delays mails and loses none; once it is back, each arrives once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from campaign.clock import utc_now
from campaign.extensions import db
from campaign.mail.message import Content
from campaign.mail.services import enqueue
from tests.looking import Look, looking
from tests.mail.servers import Mailbox
from tests.processes import Processes, free_ports, write_config

pytestmark = [pytest.mark.fault, pytest.mark.timeout(180)]

FIRST = [f"person-{number}@example.org" for number in range(2)]
WAITING = "SELECT count(*) FROM outbox_mail WHERE status = 'waiting' AND attempts >= 1"
SENT = "SELECT count(*) FROM outbox_mail WHERE status = 'sent' AND sealed IS NULL"


@pytest.fixture
def look(database_url: str) -> Iterator[Look]:
    with looking(database_url) as look:
        yield look


def write(*addresses: str) -> None:
    """Put a mail for each address into the outbox."""
    for address in addresses:
        enqueue("ballot", Content(address, "Deine PIN", "123 456\n", "<p>123 456</p>"), utc_now())
    db.session.commit()
    db.session.remove()


@contextmanager
def listening(mailbox: Mailbox, port: int) -> Iterator[None]:
    """Run a mail server on a port."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def test_mails_wait_for_the_server_and_arrive_once_each(
    processes: Processes, tmp_path: Path, database_url: str, app: Flask, look: Look
) -> None:
    port, mailbox = free_ports(), Mailbox()
    write(*FIRST)
    config = write_config(tmp_path, database_url, mail={"smtp_url": f"smtp://127.0.0.1:{port}"})
    scheduler = processes.start(config, "scheduler")
    scheduler.until(lambda: look.number(WAITING) == len(FIRST), "a first try of each mail")
    assert look.number(SENT) == 0

    with listening(mailbox, port):
        # What a mail waits after a failure, a minute at first, is over at once.
        look.change("UPDATE outbox_mail SET next_attempt_at = created_at")
        scheduler.until(lambda: look.number(SENT) == len(FIRST), "the mails to be sent")
        write("later@example.org")
        scheduler.until(lambda: look.number(SENT) == len(FIRST) + 1, "a later mail")
    assert sorted(mailbox.recipients) == sorted([*FIRST, "later@example.org"])
    assert len({message["Message-ID"] for message in mailbox.received}) == len(FIRST) + 1
    assert scheduler.end() == 0
    said = scheduler.said()
    assert [address for address in FIRST if address in said] == []
    assert said.count('"event": "mail not sent"') == len(FIRST)
