"""Questions that the pages of an upload ask about a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaign.codes import is_secret, read_receipt_code
from campaign.contests.models import Contest
from campaign.errors import N_, Gone, InvalidInput, NotFound
from campaign.extensions import db, keyring
from campaign.mail.confirmation import PIN_EXPIRED, UNKNOWN_REQUEST, WRONG_LINK, Proof
from campaign.mail.models import MailStatus
from campaign.towns.models import Town
from campaign.uploads import rules
from campaign.uploads.keys import UPLOAD
from campaign.uploads.models import People, Upload, UploadStatus


@dataclass(frozen=True)
class PendingUpload:
    """An upload as its pages show it; `name` and `town` are what its sender said."""

    request_code: str
    is_waiting: bool
    name: str
    town: str


@dataclass(frozen=True)
class HandedIn:
    """A confirmed upload as its sender sees it."""

    code: str
    confirmed_at: datetime


def find_upload(request_code: str) -> PendingUpload:
    """Return an upload by the code of its request.

    Raises:
        NotFound: there is none.
    """
    return _described(_upload(request_code))


def confirmable_upload(request_code: str, link_code: str, now: datetime) -> PendingUpload:
    """Return an upload that can be confirmed at this moment; an empty `link_code` asks for no proof.

    Raises:
        NotFound: there is none.
        NotOpen: collecting ended more than 24 hours ago.
        Gone: its time is over, or six wrong PINs ended it.
        InvalidInput: the link is not the one from the mail.
    """
    upload = _upload(request_code)
    check_confirmable(upload, db.session.get_one(Contest, upload.contest_id), now)
    if link_code and not UPLOAD.is_proven(keyring(), upload, Proof(link_code=link_code)):
        raise InvalidInput(WRONG_LINK)
    return _described(upload)


def check_confirmable(upload: Upload, contest: Contest, now: datetime) -> None:
    """Raise unless an upload, with its mail loaded, may be confirmed at this moment."""
    if upload.status is UploadStatus.ERASED:
        raise Gone(PIN_EXPIRED)
    rules.check_confirmable(facts_of(upload), contest, now)


def facts_of(upload: Upload) -> rules.RequestFacts:
    """Return what the rules of confirming need of an upload, with its mail loaded."""
    waiting, mail = upload.status is UploadStatus.REQUESTED, upload.mail
    sent_at, failed = (mail.sent_at, mail.status is MailStatus.FAILED) if mail else (None, False)
    return rules.RequestFacts(waiting, upload.pin_tries, sent_at, failed)


def handed_in(code: str) -> HandedIn:
    """Return the confirmed upload of a code as somebody typed it.

    Raises:
        NotFound: no confirmed upload has it.
    """
    stored = read_receipt_code(code)
    upload = db.session.scalar(sa.select(Upload).filter_by(code=stored)) if stored else None
    if upload is None or upload.confirmed_at is None:
        raise NotFound(N_("Zu diesem Code gibt es kein Foto. Vergleich ihn Zeichen für Zeichen."))
    return HandedIn(upload.code, upload.confirmed_at)


def people_said(entry_number: int) -> People | None:
    """Return what the sender of an entry says about recognisable persons; None: it was not handed in here."""
    return db.session.scalar(sa.select(Upload.people).filter_by(entry_number=entry_number))


def _upload(request_code: str) -> Upload:
    query = sa.select(Upload).filter_by(request_code=request_code).options(joinedload(Upload.mail))
    upload = db.session.scalar(query) if is_secret(request_code) else None
    if upload is None:
        raise NotFound(UNKNOWN_REQUEST)
    return upload


def _described(upload: Upload) -> PendingUpload:
    waiting = upload.status is UploadStatus.REQUESTED
    town = db.session.get(Town, upload.town_ags) if upload.town_ags else None
    return PendingUpload(upload.request_code, waiting, upload.name, town.name if town else "")
