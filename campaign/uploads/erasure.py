"""What of uploads goes when its time is over, as the privacy page promises."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from campaign.codes import new_secret
from campaign.contests.models import Contest
from campaign.extensions import db
from campaign.mail.confirmation import PIN_LIFETIME
from campaign.mail.models import MailStatus, OutboxMail
from campaign.uploads.leftovers import Leftovers, discard
from campaign.uploads.models import Upload, UploadFile, UploadNews, UploadStatus
from campaign.uploads.rules import ADDRESS_LIFETIME, FILE_LIFETIME

BATCH = 200
TOO_LATE = "too late: the vote closed more than 30 days ago"


def erase_uploads(now: datetime) -> int:
    """Erase what is due; returns how many uploads, files and addresses went; commits in parts; safe to run again.

    Unconfirmed uploads lose all that their senders said, with pictures and mails, 48 hours after the mail was sent (or
    the form was sent, if there is no mail to wait for); an empty row tells later that nobody confirmed. Files that came
    ahead of their form go after 24 hours, addresses of confirmed uploads 30 days after the close of the vote.
    """
    _give_up_mails(now)
    return _all(_erase_unconfirmed, now) + _all(_erase_files, now) + _erase_addresses(now)


def erase_request(contest_id: int, code: str) -> bool:
    """Erase an unconfirmed upload at once, its code being the proof; returns whether there was one; commits."""
    waiting = sa.select(Upload).filter_by(contest_id=contest_id, code=code, status=UploadStatus.REQUESTED)
    upload = db.session.scalar(waiting)
    if upload is None:
        return False
    left = forget([upload.attempt], [upload.picture_id])
    erased = upload.status is UploadStatus.ERASED
    db.session.commit()
    left.remove_files()
    return erased


def forget(attempts: Collection[str], pictures: Collection[int | None]) -> Leftovers:
    """Erase what waits under tokens of forms and shows one of the pictures, and the pictures that nothing else shows.

    Under the same token another photo may have arrived meanwhile, which stays. The caller commits, then removes what
    is left.
    """
    ids = [one for one in pictures if one is not None]
    # In the order of `request_upload`, so that neither waits for the other.
    sent = sa.select(UploadFile).where(UploadFile.attempt.in_(attempts), UploadFile.picture_id.in_(ids))
    files = db.session.scalars(sent.with_for_update()).all()
    query = sa.select(Upload).where(Upload.attempt.in_(attempts), Upload.picture_id.in_(ids))
    query = query.where(Upload.status == UploadStatus.REQUESTED).with_for_update(of=Upload)
    _empty(db.session.scalars(query.execution_options(populate_existing=True)).all())
    return discard(files, ids)


def set_aside(upload: Upload) -> None:
    """Let an upload never be confirmed any more; what stays are the keys by which its mail counts."""
    upload.status = UploadStatus.ERASED
    upload.name = upload.alt_text = upload.network_key = ""
    upload.description = upload.town_ags = upload.sealed_address = upload.picture_id = None
    # Nothing fits any more.
    upload.attempt = new_secret()
    upload.pin_key, upload.link_key = secrets.token_hex(32), secrets.token_hex(32)


def _all(erase: Callable[[datetime], int], now: datetime) -> int:
    # Databases limit the values of a statement, and uploads must not wait for a long one.
    erased = 0
    while True:
        found = erase(now)
        erased += found
        if found < BATCH:
            return erased


def _erase_unconfirmed(now: datetime) -> int:
    on_its_way = (MailStatus.WAITING, MailStatus.SENDING)
    last_moment = sa.func.coalesce(OutboxMail.sent_at, Upload.requested_at, type_=Upload.requested_at.type)
    due = sa.select(Upload).outerjoin(OutboxMail, OutboxMail.id == Upload.mail_id)
    unconfirmed = sa.or_(Upload.status == UploadStatus.REQUESTED, _is_set_aside())
    due = due.where(unconfirmed, last_moment <= now - PIN_LIFETIME)
    due = due.where(sa.or_(OutboxMail.id.is_(None), OutboxMail.status.not_in(on_its_way)))
    due = due.order_by(Upload.id).limit(BATCH).with_for_update(of=Upload)
    uploads = db.session.scalars(due.execution_options(populate_existing=True)).all()
    pictures = [one.picture_id for one in uploads]
    _empty(uploads)
    left = discard([], pictures)
    db.session.commit()
    left.remove_files()
    return len(uploads)


def _is_set_aside() -> sa.ColumnElement[bool]:
    return sa.and_(Upload.status == UploadStatus.ERASED, Upload.mail_id.is_not(None))


def _empty(uploads: Sequence[Upload]) -> None:
    mails = [one.mail_id for one in uploads]
    for upload in uploads:
        set_aside(upload)
        # Nothing tells that two of them were of one person.
        upload.mail_id, upload.address_key = None, secrets.token_hex(32)
    db.session.flush()
    # A mail's row holds a key of the address, too.
    db.session.execute(sa.delete(OutboxMail).where(OutboxMail.id.in_(mails)))


def _erase_files(now: datetime) -> int:
    due = sa.select(UploadFile).where(UploadFile.begun_at <= now - FILE_LIFETIME)
    due = due.order_by(UploadFile.attempt).limit(BATCH).with_for_update()
    files = db.session.scalars(due.execution_options(populate_existing=True)).all()
    left = discard(files)
    db.session.commit()
    left.remove_files()
    return len(files)


def _closed_long_ago(now: datetime) -> sa.Select[int]:
    return sa.select(Contest.id).where(Contest.vote_until <= now - ADDRESS_LIFETIME)


def _give_up_mails(now: datetime) -> None:
    # Nobody could confirm by them any more, whatever kept them from leaving.
    late = sa.select(Upload.mail_id).where(Upload.contest_id.in_(_closed_long_ago(now)))
    news = sa.select(UploadNews.mail_id).join(Upload, Upload.id == UploadNews.upload_id)
    news = news.where(Upload.contest_id.in_(_closed_long_ago(now)))
    named = sa.or_(OutboxMail.id.in_(late), OutboxMail.id.in_(news))
    due = sa.update(OutboxMail).where(named, OutboxMail.sealed.is_not(None))
    db.session.execute(due.values(status=MailStatus.FAILED, sealed=None, error=TOO_LATE))
    db.session.commit()


def _erase_addresses(now: datetime) -> int:
    due = sa.update(Upload).where(Upload.contest_id.in_(_closed_long_ago(now)), Upload.sealed_address.is_not(None))
    found = list(db.session.scalars(due.values(sealed_address=None).returning(Upload.id)))
    db.session.commit()
    return len(found)
