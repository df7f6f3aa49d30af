"""kill -9 at any moment: whatever was acknowledged is there once, the counters are exact, no mail is lost."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.extensions import db, settings
from campaign.mail.message import Content
from campaign.mail.models import MailStatus, OutboxMail
from campaign.mail.services import enqueue, send_due
from campaign.voting import services, tally
from campaign.voting.models import Ballot, BallotStatus
from tests.factories import NOW
from tests.mail.servers import Mailbox, running
from tests.voting.people import mails, pin_of

pytestmark = pytest.mark.fault


def started(act: str, smtp_url: str = "file:", minutes: float = 0) -> subprocess.Popen[str]:
    """Start a process that works on the database of the test."""
    site = settings().site
    command = [sys.executable, "-m", "tests.voting.worker", act, site.database, str(site.data_dir), smtp_url]
    return subprocess.Popen(
        [*command, str(minutes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def requests(count: int, numbers: list[int]) -> dict[str, str]:
    """Ask for ballots of as many people; returns PINs by the code of the request."""
    codes: dict[str, str] = {}
    for person in range(count):
        address = f"p{person}@example.com"
        visitor = services.Visitor(address, None, "de")
        codes[address] = services.request_ballot(visitor, numbers[: 1 + person % 3], NOW)
    send_due(NOW, limit=count)
    db.session.remove()
    return {codes[mail.to]: pin_of(mail).replace(" ", "") for mail in mails()}


def confirmed_until_killed(pins: dict[str, str], acknowledgements: int) -> set[str]:
    """Let a process confirm, kill it after so many acknowledgements; returns all that it acknowledged."""
    with started("confirm") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("\n".join(f"{code} {pin}" for code, pin in pins.items()))
        process.stdin.close()
        first = [process.stdout.readline() for _ in range(acknowledgements)]
        process.kill()
        return set("".join(first).split()) | set(process.stdout.read().split())


def test_whatever_was_acknowledged_before_a_kill_is_counted_once(app: Flask, numbers: list[int]) -> None:
    pins = requests(60, numbers)
    draw, acknowledged = random.Random(1), set[str]()
    while waiting := {code: pin for code, pin in pins.items() if code not in acknowledged}:
        acknowledged |= confirmed_until_killed(waiting, min(len(waiting), draw.randrange(15, 30)))
        counted = sa.select(Ballot.request_code).where(Ballot.status == BallotStatus.COUNTED)
        assert acknowledged - set(db.session.scalars(counted)) == set()
        assert tally.compare(current_contest().id) == []
        db.session.remove()
    assert tally.recount(current_contest().id).entries == {numbers[0]: 60, numbers[1]: 40, numbers[2]: 20}


def test_a_kill_of_the_sender_loses_no_mail(app: Flask) -> None:
    for person in range(40):
        enqueue("ballot", Content(f"p{person}@example.com", "PIN", "123 456", "<p>123 456</p>"), NOW)
    db.session.commit()
    db.session.remove()
    mailbox = Mailbox()
    with running(mailbox) as url:
        for attempt in range(5):
            with started("send", url, minutes=11 * attempt) as process:
                assert process.stdout
                process.stdout.readline()
                if attempt < 4:
                    time.sleep(0.05)
                    process.kill()
    waiting = db.session.scalar(sa.select(sa.func.count()).where(OutboxMail.status != MailStatus.SENT))
    received = Counter(mailbox.recipients)
    assert (waiting, set(received)) == (0, {f"p{person}@example.com" for person in range(40)})
    assert len({str(message["Message-ID"]) for message in mailbox.received}) == 40
    # A kill between the server's answer and our note of it sends that one mail again, no other.
    assert sum(received.values()) - 40 <= 4
