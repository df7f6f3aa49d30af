"""Ballots as the vote leaves them behind, and what a page costs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.contests.services import current_contest
from campaign.extensions import db
from campaign.mail.models import MailStatus, OutboxMail
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.models import Ballot, Pick
from campaign.voting.tally import count_ballots
from tests.factories import NOW

_voters = itertools.count(1)


def cast(*numbers: int, status: BallotStatus = BallotStatus.COUNTED, mail: OutboxMail | None = None) -> Ballot:
    """A committed ballot of a new voter with picks on these entries; a counted one moves the counters."""
    voter = next(_voters)
    ballot = Ballot(
        contest_id=current_contest().id,
        status=status,
        voter_key=f"{voter:064x}",
        network_key=f"{voter:064x}",
        rules_version="1",
        request_code=f"request-{voter}",
        receipt_code=f"receipt-{voter}",
        pin_key="p",
        link_key="l",
        mail=mail,
        requested_at=NOW,
        picks=[Pick(entry_number=number) for number in numbers],
    )
    db.session.add(ballot)
    db.session.flush()
    if status is BallotStatus.COUNTED:
        count_ballots(ballot.contest_id, [(ballot, 1)])
    db.session.commit()
    return ballot


def mail(status: MailStatus, sent_at: datetime | None) -> OutboxMail:
    """A mail with a PIN; flushed with the ballot that names it."""
    return OutboxMail(
        purpose="pin",
        recipient_key="r",
        status=status,
        created_at=NOW,
        next_attempt_at=NOW,
        sent_at=sent_at,
    )


def change_dates(**dates: datetime | None) -> Contest:
    """Set dates of the current contest; committed."""
    contest = current_contest()
    for name, value in dates.items():
        setattr(contest, name, value)
    db.session.commit()
    return contest


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the database was asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SET TRANSACTION")):
            asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
