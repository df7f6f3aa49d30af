"""Telling the senders of photos what became of them, once it has stood for ten minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from campaign.entrants.mails import compose
from campaign.entrants.queries import Case, case_of, due_news, people_with_news
from campaign.entrants.rules import is_news, is_ripe
from campaign.errors import CampaignError
from campaign.extensions import db, keyring, one_at_a_time
from campaign.mail.services import enqueue
from campaign.uploads.keys import ADDRESS_SEAL
from campaign.uploads.models import UploadNews

PURPOSE = "news"


def send_news(now: datetime, *, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Write one mail to each person with news that have stood long enough; commits each; returns how many.

    What was undone meanwhile is no news. Decisions about several photos of one person become one mail.
    """
    written = 0
    people = people_with_news(now)
    db.session.rollback()
    for person, due in people.items():
        if should_stop():
            break
        if is_ripe(due, now):
            written += _tell(person, now)
    return written


def _tell(person: str, now: datetime) -> bool:
    one_at_a_time(person)
    cases: list[tuple[UploadNews, Case]] = []
    for news in due_news(person, now):
        news.due_at = None
        entry = news.upload.entry
        case = case_of(news.upload, entry, news.told, now) if entry else None
        if case and is_news(case.standing, news.told):
            cases.append((news, case))
    mail_id = _mail([case for _, case in cases], now)
    for news, case in cases if mail_id else []:
        news.told_before, news.told, news.mail_id = news.told, case.standing.key, mail_id
    db.session.commit()
    return mail_id is not None


def _mail(cases: list[Case], now: datetime) -> int | None:
    """Write the mail into the outbox; None where there is nothing to tell, or no address to tell it to."""
    sealed = next((case.upload.sealed_address for case in cases if case.upload.sealed_address), None)
    try:
        address = keyring().unseal(ADDRESS_SEAL, sealed) if sealed else None
    except CampaignError:
        # Written under another key: nobody can read it any more.
        return None
    return enqueue(PURPOSE, compose(cases, address), now).id if address else None
