"""What the program deletes is in the audit log: which pictures, and how much of everything else; nothing, no row."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.extensions import db
from campaign.mail.models import MailStatus, OutboxMail
from campaign.moderation.taking_back import drop_latecomers, withdraw_as_creator
from campaign.operations.retention import erase_due
from campaign.operations.sweeping import sweep_files
from campaign.pictures.storage import ORIGINALS, storage
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.models import AuditRow
from campaign.voting.services import Visitor, request_ballot
from tests.factories import NOW, WEIMAR, make_entry, make_picture

pytestmark = pytest.mark.usefixtures("app")


def rows() -> list[tuple[str, str, str, dict[str, object]]]:
    found = db.session.scalars(sa.select(AuditRow).order_by(AuditRow.number))
    return [(row.actor, row.act, row.subject, json.loads(row.after or "{}")) for row in found]


def test_each_entry_whose_picture_is_deleted_and_the_sum_of_a_run_are_in_the_log() -> None:
    numbers = [make_entry(picture=True, has_right=False).number for _ in range(2)]
    moment = current_contest().publish_at + timedelta(days=31)
    erase_due(moment)
    erase_due(moment)
    assert rows() == [
        *(("program", "entry.erase_picture", f"entry:{number}", {}) for number in numbers),
        ("program", "erase.due", "contest:all", {"pictures": 2}),
    ]


def test_a_ballot_that_goes_is_counted_and_not_named() -> None:
    request_ballot(Visitor("anna@example.com", "203.0.113.9", "de"), [make_entry(town=WEIMAR).number], NOW)
    mail = db.session.scalars(sa.select(OutboxMail)).one()
    mail.status, mail.sent_at = MailStatus.SENT, NOW
    db.session.commit()
    erase_due(NOW + timedelta(hours=49), COMMAND_LINE)
    assert rows() == [("command line", "erase.due", "contest:all", {"ballots": 1})]


def test_files_without_a_row_that_go_are_counted_and_nothing_makes_no_row() -> None:
    storage.put(ORIGINALS, "f" * 64, b"left behind")
    sweep_files(utc_now())
    assert rows() == []
    sweep_files(utc_now() + timedelta(days=2), by=COMMAND_LINE)
    assert rows() == [("command line", "erase.files", "contest:all", {"files": 1})]


def test_a_picture_that_came_after_its_entry_was_taken_back_goes_with_a_row() -> None:
    entry = make_entry(picture=True)
    withdraw_as_creator(entry.number, "Code", NOW)
    entry.picture_id = make_picture().id
    db.session.commit()
    assert drop_latecomers(NOW) == [entry.number]
    assert [row[:3] for row in rows()] == [
        ("creator", "entry.withdraw", f"entry:{entry.number}"),
        ("creator", "rights.revoke", f"entry:{entry.number}"),
        ("program", "entry.erase_picture", f"entry:{entry.number}"),
    ]
