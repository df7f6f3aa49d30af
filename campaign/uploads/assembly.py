"""From the bytes of a photo to its picture, or to the reason why it is none."""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.errors import N_, CampaignError, Conflict
from campaign.extensions import db
from campaign.pictures.checks import UPLOAD, PictureRefused
from campaign.pictures.sandbox import SandboxUnavailable
from campaign.pictures.services import PreparedPicture, prepare_picture, store_picture
from campaign.pictures.storage import PIECES, storage
from campaign.uploads import rules
from campaign.uploads.leftovers import discard, unnamed_files
from campaign.uploads.models import UploadFile
from campaign.uploads.rules import Announced

NOT_NOW = N_("Wir können das Foto gerade nicht prüfen. Versuch es in ein paar Minuten noch einmal.")
# Of the few threads of a web process most must stay free for ballots, however many photos come at once.
AT_ONCE = 3
PATIENCE_SECONDS = 2.0
_places = threading.BoundedSemaphore(AT_ONCE)


class NotNow(CampaignError):
    """The photo cannot be checked at this moment; it is not to blame."""

    status = 503


def piece_name(attempt: str, announced: Announced, start: int, end: int) -> str:
    """Return the name of a piece in the storage."""
    return f"{_beginning(attempt, announced)}{start}-{end}"


def attempt_of(name: str) -> str:
    """Return the attempt that a piece belongs to."""
    return name.rsplit("-", 3)[0]


def is_row(attempt: str, announced: Announced) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what picks the row of a file, and no other one that took its place meanwhile."""
    return (UploadFile.attempt == attempt, UploadFile.digest == announced.digest)


def release() -> None:
    """End the transaction: ballots must not wait while bytes are written or a picture is decoded."""
    db.session.rollback()


def assemble(attempt: str, announced: Announced, now: datetime) -> None:
    """Make the picture of a file whose pieces are all here; commits.

    Raises:
        Conflict: the whole was damaged on its way; its pieces are thrown away.
        NotNow: it cannot be checked at this moment; its pieces stay.
    """
    ends = db.session.scalar(sa.select(UploadFile.pieces).where(*is_row(attempt, announced))) or []
    release()
    names = [piece_name(attempt, announced, *span) for span in rules.spans(ends)]
    try:
        data = b"".join(storage.get(PIECES, name) for name in names)
    except FileNotFoundError:
        # Another request made the picture of it meanwhile.
        return
    if hashlib.sha256(data).hexdigest() != announced.digest:
        _forget(attempt)
        raise Conflict(rules.CHANGED_ON_THE_WAY)
    decide(attempt, announced, data, now)
    # All of this file: of two pieces that came at once one is in nobody's list.
    storage.discard(PIECES, storage.names(PIECES, _beginning(attempt, announced)))


def decide(attempt: str, announced: Announced, data: bytes, now: datetime) -> None:
    """Write the picture that a file is, or why it is none; commits.

    Raises:
        NotNow: it cannot be checked at this moment.
    """
    found = _checked(data)
    try:
        _write(attempt, announced, found, now)
    except IntegrityError:
        # The same picture was stored at the same moment: its row is there now.
        db.session.rollback()
        _write(attempt, announced, found, now)


def _beginning(attempt: str, announced: Announced) -> str:
    return f"{attempt}-{announced.digest[:16]}-"


def _checked(data: bytes) -> PreparedPicture | PictureRefused:
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise NotNow(NOT_NOW)
    try:
        return prepare_picture(data, UPLOAD)
    except PictureRefused as error:
        return error
    except SandboxUnavailable as error:
        raise NotNow(NOT_NOW) from error
    finally:
        _places.release()


def _write(attempt: str, announced: Announced, found: PreparedPicture | PictureRefused, now: datetime) -> None:
    values: dict[str, object] = {"received": announced.size, "pieces": []}
    if isinstance(found, PictureRefused):
        values["refusal"] = {"message": found.message, "values": found.values}
    else:
        values["picture_id"] = store_picture(found, now)
    decided = sa.update(UploadFile).where(*is_row(attempt, announced)).values(values).returning(UploadFile.attempt)
    if db.session.scalar(decided, execution_options={"synchronize_session": False}) is None:
        # Another file took its place: nothing would refer to this picture.
        db.session.rollback()
        _throw_away(found)
        return
    db.session.commit()


def _throw_away(found: PreparedPicture | PictureRefused) -> None:
    if isinstance(found, PictureRefused):
        return
    left = unnamed_files(found)
    release()
    left.remove_files()


def _forget(attempt: str) -> None:
    file = db.session.get(UploadFile, attempt, populate_existing=True)
    left = discard([file] if file else [])
    db.session.commit()
    left.remove_files()
