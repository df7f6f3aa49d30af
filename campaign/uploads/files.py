"""Photos that arrive ahead of their form, whole or in pieces; kept under the attempt's token until the form comes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from campaign.contests.services import current_contest
from campaign.errors import N_, CampaignError, Conflict
from campaign.extensions import db, settings
from campaign.pictures.checks import UPLOAD, PictureRefused
from campaign.pictures.sandbox import SandboxUnavailable
from campaign.pictures.services import PreparedPicture, prepare_picture, store_picture
from campaign.pictures.storage import PIECES, storage
from campaign.uploads import rules
from campaign.uploads.leftovers import discard
from campaign.uploads.models import UploadFile
from campaign.uploads.rules import Announced

NOT_NOW = N_("Wir können das Foto gerade nicht prüfen. Versuch es in ein paar Minuten noch einmal.")


class NotNow(CampaignError):
    """The photo cannot be checked at this moment; it is not to blame."""

    status = 503


@dataclass(frozen=True)
class FileState:
    """What is here of an attempt's photo; `size` 0: nothing.

    `width` and `height` are its pixels, 0 until all of it is here and it is a picture that we take; `refusal` says why
    it is none.
    """

    digest: str = ""
    size: int = 0
    received: int = 0
    width: int = 0
    height: int = 0
    refusal: PictureRefused | None = None

    @property
    def is_here(self) -> bool:
        """Return whether the form may go without a file."""
        return self.width > 0

    @property
    def is_small(self) -> bool:
        """Return whether the photo is here and a little small."""
        return self.is_here and rules.is_small(self.width, self.height)

    @property
    def percent(self) -> int:
        """Return how much of the file is here."""
        return self.received * 100 // self.size if self.size else 0


def file_state(attempt: str) -> FileState:
    """Return what is here of an attempt's photo."""
    file = db.session.scalar(sa.select(UploadFile).filter_by(attempt=attempt).options(joinedload(UploadFile.picture)))
    if file is None:
        return FileState()
    refusal = PictureRefused(file.refusal["message"], **file.refusal["values"]) if file.refusal else None
    width, height = (file.picture.width, file.picture.height) if file.picture else (0, 0)
    return FileState(file.digest, file.size, file.received, width, height, refusal)


def receive_piece(attempt: str, announced: Announced, offset: int, data: bytes, now: datetime) -> FileState:
    """Add a piece to an attempt's photo; the last one makes the picture. Commits after each step.

    A piece that comes again changes nothing. A first piece of another file takes the place of what was there.

    Raises:
        NotOpen: no photo may be handed in now.
        InvalidInput: the announcement is none, the file is too large, or the piece does not fit into it.
        Conflict: a piece before this one is missing, it belongs to another file, or the whole was damaged on its way.
        NotNow: the photo is here and cannot be checked at this moment; the last piece may be sent again.
    """
    _check_open(now)
    rules.check_announced(announced, UPLOAD.max_bytes)
    file = _begun(attempt, announced, now, may_replace=offset == 0)
    start = file.received
    fresh = data[rules.fresh_part(start, file.size, offset, len(data)) :]
    if fresh:
        ends = [*file.pieces, start + len(fresh)]
        _release()
        storage.put(PIECES, _piece(attempt, announced, start, ends[-1]), fresh)
        _grow(attempt, announced, start, ends)
    state = file_state(attempt)
    _release()
    if state.received == state.size > 0 and state.digest == announced.digest and not _is_decided(state):
        _assemble(attempt, announced, now)
        state = file_state(attempt)
    return state


def receive_whole(attempt: str, data: bytes, now: datetime) -> FileState:
    """Take a photo that came with its form; commits.

    Raises:
        NotOpen: no photo may be handed in now.
        PictureRefused: it is no picture that we take.
        NotNow: it cannot be checked at this moment.
    """
    _check_open(now)
    announced = Announced(hashlib.sha256(data).hexdigest(), len(data))
    if not 0 < announced.size <= UPLOAD.max_bytes:
        prepare_picture(data, UPLOAD)
    _begun(attempt, announced, now, may_replace=True)
    state = file_state(attempt)
    _release()
    if not _is_decided(state):
        _decide(attempt, announced, data, now)
        state = file_state(attempt)
    if state.refusal:
        raise state.refusal
    return state


def _check_open(now: datetime) -> None:
    rules.check_open(current_contest(), now, uploads=settings().contest.uploads)


def _begun(attempt: str, announced: Announced, now: datetime, *, may_replace: bool) -> UploadFile:
    """Return the row that the pieces of an announced file go to, a new one where another file was."""
    file = db.session.get(UploadFile, attempt, populate_existing=True)
    if file is not None and (file.digest, file.size) == (announced.digest, announced.size):
        return file
    if not may_replace:
        raise Conflict(rules.NOT_THIS_FILE)
    left = discard([file] if file else [])
    begun = UploadFile(attempt=attempt, digest=announced.digest, size=announced.size, pieces=[], begun_at=now)
    begun.received = 0
    db.session.add(begun)
    try:
        db.session.commit()
    except IntegrityError:
        # The same first piece came twice at once.
        db.session.rollback()
        raise Conflict(rules.PIECE_MISSING) from None
    left.remove_files()
    return begun


def _grow(attempt: str, announced: Announced, start: int, ends: list[int]) -> None:
    # Of two pieces that came at once one counts; the other one is here already.
    grown = sa.update(UploadFile).where(*_is(attempt, announced), UploadFile.received == start)
    db.session.execute(grown.values(received=ends[-1], pieces=ends), execution_options={"synchronize_session": False})
    db.session.commit()


def _assemble(attempt: str, announced: Announced, now: datetime) -> None:
    ends = db.session.scalar(sa.select(UploadFile.pieces).where(*_is(attempt, announced))) or []
    _release()
    try:
        names = [_piece(attempt, announced, *span) for span in rules.spans(ends)]
        data = b"".join(storage.get(PIECES, name) for name in names)
    except FileNotFoundError:
        # Another request made the picture of it meanwhile.
        return
    if hashlib.sha256(data).hexdigest() != announced.digest:
        _forget(attempt)
        raise Conflict(rules.CHANGED_ON_THE_WAY)
    _decide(attempt, announced, data, now)
    for name in names:
        storage.delete(PIECES, name)


def _decide(attempt: str, announced: Announced, data: bytes, now: datetime) -> None:
    found: PreparedPicture | PictureRefused
    try:
        found = prepare_picture(data, UPLOAD)
    except PictureRefused as error:
        found = error
    except SandboxUnavailable as error:
        raise NotNow(NOT_NOW) from error
    try:
        _write(attempt, announced, found, now)
    except IntegrityError:
        # The same picture was stored at the same moment: its row is there now.
        db.session.rollback()
        _write(attempt, announced, found, now)


def _write(attempt: str, announced: Announced, found: PreparedPicture | PictureRefused, now: datetime) -> None:
    values: dict[str, object] = {"received": announced.size, "pieces": []}
    if isinstance(found, PictureRefused):
        values["refusal"] = {"message": found.message, "values": found.values}
    else:
        values["picture_id"] = store_picture(found, now).id
    decided = sa.update(UploadFile).where(*_is(attempt, announced)).values(values).returning(UploadFile.attempt)
    if db.session.scalar(decided, execution_options={"synchronize_session": False}) is None:
        # Another file took its place: nothing would refer to this picture.
        db.session.rollback()
        return
    db.session.commit()


def _forget(attempt: str) -> None:
    file = db.session.get(UploadFile, attempt, populate_existing=True)
    left = discard([file] if file else [])
    db.session.commit()
    left.remove_files()


def _is(attempt: str, announced: Announced) -> tuple[sa.ColumnElement[bool], ...]:
    return (UploadFile.attempt == attempt, UploadFile.digest == announced.digest)


def _is_decided(state: FileState) -> bool:
    return state.is_here or state.refusal is not None


def _piece(attempt: str, announced: Announced, start: int, end: int) -> str:
    return f"{attempt}-{announced.digest[:16]}-{start}-{end}"


def _release() -> None:
    # No transaction stays open while bytes are written or a picture is decoded: ballots must not wait for that.
    db.session.rollback()
