"""Everybody locks in one order: the entry, what belongs to it, the counters, the news of its sender, the audit log."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.entrants.services import send_news
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.errors import CampaignError
from campaign.extensions import db
from campaign.mail.models import OutboxMail
from campaign.mail.services import RECALLED
from campaign.moderation import services
from campaign.moderation.declining import decline_by_code
from campaign.moderation.models import WithdrawalCode
from campaign.moderation.reasons import Reason
from campaign.moderation.taking_back import withdraw_as_creator
from campaign.moderation.withdrawals import ask_code, confirm_claim, refuse_claim
from campaign.reports.lifecycle import Outcome
from campaign.reports.models import Report
from campaign.rights.requests import request_right
from campaign.rights.services import revoke
from campaign.staff.actors import COMMAND_LINE
from campaign.uploads.models import Upload, UploadNews
from campaign.uploads.news import note_change
from tests.entrants.people import MINUTE, handed_in
from tests.factories import NOW, SEEN, make_entry
from tests.moderation.excluding import account
from tests.reports.people import decided, reported

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
BLOCKED = sa.text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
)


def meanwhile(app: Flask, theirs: Callable[[], object], mine: Callable[[], object]) -> str:
    """Carry out `mine`, of which this transaction holds a part, once another thread with `theirs` waits for it.

    Returns "done" or by what the other was refused. Where each holds what the other wants the database ends one of
    them with an error.
    """

    def run() -> str:
        with app.app_context():
            try:
                theirs()
            except CampaignError as error:
                return type(error).__name__
            return "done"

    with ThreadPoolExecutor(1) as pool, db.engine.connect() as looking:
        other = pool.submit(run)
        while not looking.scalar(BLOCKED):
            assert not other.done(), other.result()
            looking.rollback()
        mine()
        return other.result(timeout=30)


@pytest.mark.parametrize("answer", [confirm_claim, refuse_claim])
def test_a_claim_is_answered_while_its_picture_is_taken_back(app: Flask, answer: Callable[..., object]) -> None:
    number, staff = make_entry(username=None).number, account("anna")
    code = ask_code(number, NOW).code
    db.session.execute(sa.update(WithdrawalCode).values(claimed_by="berta"))
    db.session.commit()
    get_entry(number, lock=True)
    taken_back = meanwhile(
        app, lambda: answer(code, staff, NOW), lambda: withdraw_as_creator(number, "Code aus der Mail", NOW)
    )
    assert taken_back == "NotFound"


def two_approved() -> tuple[Entry, Entry]:
    """Two photos of one person, of whose approval they have not heard yet."""
    both = handed_in(), handed_in()
    for entry in both:
        services.approve(entry.number, COMMAND_LINE, NOW, SEEN)
    return both


def told_of(*entries: Entry) -> list[UploadNews]:
    query = sa.select(UploadNews).join(Upload, Upload.id == UploadNews.upload_id).order_by(Upload.entry_number)
    numbers = [entry.number for entry in entries]
    return list(db.session.scalars(query.where(Upload.entry_number.in_(numbers)).with_for_update(of=UploadNews)))


def test_a_mail_about_two_photos_is_recalled_by_decisions_about_both_at_once(app: Flask) -> None:
    first, second = two_approved()
    send_news(NOW + 10 * MINUTE)
    numbers, moment = (first.number, second.number), NOW + 11 * MINUTE
    get_entry(numbers[0], lock=True)
    told_of(first)
    rejected = meanwhile(
        app,
        lambda: services.reject(numbers[1], Reason.QUALITY, None, COMMAND_LINE, moment),
        lambda: services.reject(numbers[0], Reason.QUALITY, None, COMMAND_LINE, moment),
    )
    db.session.expire_all()
    assert (rejected, [(news.told, news.mail_id) for news in told_of(first, second)]) == ("done", [(None, None)] * 2)
    assert db.session.scalars(sa.select(OutboxMail.error).order_by(OutboxMail.id.desc()).limit(1)).one() == RECALLED


def test_a_report_and_a_revocation_end_rights_of_two_photos_of_one_person_at_once(app: Flask) -> None:
    entry, other = two_approved()
    number, staff, report = other.number, account("anna"), reported(entry).id
    get_entry(number, lock=True)
    note_change(number, NOW)
    ended = meanwhile(
        app,
        lambda: decided(db.session.get_one(Report, report), staff, Outcome.REVOKE),
        lambda: revoke(number, COMMAND_LINE, NOW),
    )
    db.session.expire_all()
    ends = [db.session.get_one(Entry, one).web_until for one in (entry.number, number)]
    assert (ended, ends) == ("done", [None, None])


def test_a_no_and_a_revocation_about_two_photos_of_one_person_at_once(app: Flask) -> None:
    entry, other = two_approved()
    number = other.number
    revoke(entry.number, COMMAND_LINE, NOW)
    code = request_right(entry.number, COMMAND_LINE, NOW).code or ""
    get_entry(number, lock=True)
    note_change(number, NOW)
    ended = meanwhile(app, lambda: decline_by_code(code, NOW), lambda: revoke(number, COMMAND_LINE, NOW))
    db.session.expire_all()
    assert (ended, db.session.get_one(Entry, number).web_until) == ("done", None)
