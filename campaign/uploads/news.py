"""News for the sender of a photo: noted with what changes, told by `campaign.entrants` after a while."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.extensions import db
from campaign.mail.services import recall
from campaign.uploads.models import Upload, UploadNews

# So long a decision can be undone without anybody having read of it.
DELAY = timedelta(minutes=10)


def note_change(entry_number: int, now: datetime) -> None:
    """Note that the sender of an entry may have something to learn, as `note_changes` does for several."""
    note_changes([entry_number], now)


def note_changes(numbers: Collection[int], now: datetime) -> None:
    """Note that the senders of entries may have something to learn; part of the caller's transaction.

    To be called once, before anything is written into the audit log: everybody locks in this order. Nothing happens
    where nobody handed the entry in here, or their address is erased. A mail about the entry that has not left yet is
    recalled: it tells what no longer stands.
    """
    query = sa.select(Upload).where(Upload.entry_number.in_(numbers), Upload.sealed_address.is_not(None))
    uploads = db.session.scalars(query.order_by(Upload.entry_number)).all()
    known = {news.upload_id: news for news in _locked({upload.address_key for upload in uploads})}
    for upload in uploads:
        news = known.get(upload.id)
        if news is None:
            news = UploadNews(upload_id=upload.id)
            db.session.add(news)
        elif news.mail_id is not None and recall(news.mail_id):
            _take_back(news.mail_id, now)
        news.due_at = now + DELAY
    db.session.flush()


def _locked(people: Collection[str]) -> Sequence[UploadNews]:
    """Return all news of some people: a mail tells somebody of several photos, and is recalled for all of them."""
    query = sa.select(UploadNews).join(Upload, Upload.id == UploadNews.upload_id).where(Upload.address_key.in_(people))
    query = query.order_by(Upload.entry_number).with_for_update(of=UploadNews)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _take_back(mail_id: int, now: datetime) -> None:
    """Let everything that a recalled mail told count as not told; what of it still stands goes out in a new one."""
    for news in db.session.scalars(sa.select(UploadNews).filter_by(mail_id=mail_id)):
        news.told, news.mail_id, news.due_at = news.told_before, None, now + DELAY
