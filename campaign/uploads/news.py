"""News for the sender of a photo: noted with what changes, told by `campaign.entrants` after a while."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.extensions import db
from campaign.mail.services import recall
from campaign.uploads.models import Upload, UploadNews

# So long a decision can be undone without anybody having read of it.
DELAY = timedelta(minutes=10)


def note_change(entry_number: int, now: datetime) -> None:
    """Note that the sender of an entry may have something to learn; part of the caller's transaction.

    Nothing happens where nobody handed the entry in here, or their address is erased. A mail about the entry that has
    not left yet is recalled: it tells what no longer stands.
    """
    query = sa.select(Upload.id).where(Upload.entry_number == entry_number, Upload.sealed_address.is_not(None))
    upload_id = db.session.scalar(query)
    if upload_id is None:
        return
    news = db.session.get(UploadNews, upload_id, with_for_update=True)
    if news is None:
        news = UploadNews(upload_id=upload_id)
        db.session.add(news)
    elif news.mail_id is not None and recall(news.mail_id):
        _take_back(news.mail_id, now)
    news.due_at = now + DELAY
    db.session.flush()


def _take_back(mail_id: int, now: datetime) -> None:
    """Let everything that a recalled mail told count as not told; what of it still stands goes out in a new one."""
    told = sa.select(UploadNews).filter_by(mail_id=mail_id).with_for_update()
    for news in db.session.scalars(told.execution_options(populate_existing=True)):
        news.told, news.mail_id, news.due_at = news.told_before, None, now + DELAY
