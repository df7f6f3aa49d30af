"""Several schedulers, and decisions that are undone while a mail is written: everybody is told once, what stands."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from campaign.entrants.services import send_news
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.models import MailStatus, OutboxMail
from campaign.moderation import services
from campaign.moderation.reasons import Reason
from campaign.staff.actors import COMMAND_LINE
from tests.entrants.people import MINUTE, handed_in, told
from tests.factories import NOW, SEEN
from tests.voting.test_concurrency import at_once


def waiting_news() -> int:
    query = sa.select(sa.func.count()).select_from(OutboxMail)
    return db.session.scalar(query.where(OutboxMail.purpose == "news", OutboxMail.status == MailStatus.WAITING)) or 0


def test_two_schedulers_at_once_write_one_mail(app: Flask) -> None:
    number = handed_in().number
    services.approve(number, COMMAND_LINE, NOW, SEEN)
    written = at_once(app, [lambda: send_news(NOW + 10 * MINUTE)] * 4)
    assert (sorted(map(str, written)), waiting_news()) == (["0", "0", "0", "1"], 1)


def test_an_undo_while_the_mail_is_written_leaves_no_mail_that_is_wrong(app: Flask) -> None:
    numbers = [handed_in(f"anna{number}@example.com").number for number in range(6)]
    told(0)
    decisions = [services.reject(one, Reason.QUALITY, None, COMMAND_LINE, NOW).id for one in numbers]
    moment = NOW + 10 * MINUTE

    def undoing(decision: int) -> object:
        return lambda: services.undo(decision, COMMAND_LINE, moment).id

    at_once(app, [lambda: send_news(moment), *(undoing(one) for one in decisions)])  # type: ignore[list-item]
    assert waiting_news() == 0
    assert set(db.session.scalars(sa.select(Entry.status))) == {"pending"}
    assert [told(minutes) for minutes in (11, 20, 120)] == [[], [], []]
