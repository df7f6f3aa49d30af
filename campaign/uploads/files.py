"""Photos that arrive ahead of their form, whole or in pieces; kept under the attempt's token until the form comes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from campaign.contests.services import current_contest
from campaign.errors import Conflict
from campaign.extensions import db, settings
from campaign.pictures.checks import UPLOAD, PictureRefused, check_bytes
from campaign.pictures.storage import PIECES, storage
from campaign.uploads import rules
from campaign.uploads.assembly import NotNow, assemble, decide, is_row, piece_name, release
from campaign.uploads.leftovers import discard
from campaign.uploads.models import UploadFile
from campaign.uploads.room import check_room
from campaign.uploads.rules import Announced


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
        """Return whether the photo is here and one that we take."""
        return self.width > 0

    @property
    def is_unchecked(self) -> bool:
        """Return whether all bytes are here and nothing is known of them yet."""
        return self.received == self.size > 0 and not self.is_here and self.refusal is None

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
        NotNow: there is no room for more at this moment, or the photo is here and cannot be checked; the piece may be
            sent again.
    """
    _check_open(now)
    rules.check_announced(announced, UPLOAD.max_bytes)
    file = _begun(attempt, announced, now, may_replace=offset == 0)
    start = file.received
    fresh = data[rules.fresh_part(start, file.size, offset, len(data)) :]
    ends = [*file.pieces, start + len(fresh)]
    if fresh:
        check_room(len(fresh))
        release()
        storage.put(PIECES, piece_name(attempt, announced, start, ends[-1]), fresh)
        _grow(attempt, announced, start, ends)
    release()
    return finish_file(attempt, now)


def finish_file(attempt: str, now: datetime) -> FileState:
    """Return what is here of an attempt's photo, and make its picture first if all bytes are here unchecked; commits.

    Raises:
        Conflict: the whole was damaged on its way.
        NotNow: it cannot be checked at this moment.
    """
    state = file_state(attempt)
    release()
    if not state.is_unchecked:
        return state
    assemble(attempt, Announced(state.digest, state.size), now)
    return file_state(attempt)


def receive_whole(attempt: str, data: bytes, now: datetime) -> FileState:
    """Take a photo that came with its form; commits.

    Raises:
        NotOpen: no photo may be handed in now.
        PictureRefused: it is no picture that we take.
        NotNow: there is no room for it at this moment; or it cannot be checked and stays here, so that it need not be
            sent again.
    """
    _check_open(now)
    check_bytes(data, UPLOAD)
    check_room(len(data))
    announced = Announced(hashlib.sha256(data).hexdigest(), len(data))
    _begun(attempt, announced, now, may_replace=True)
    state = file_state(attempt)
    release()
    if not (state.is_here or state.refusal):
        _decide_or_keep(attempt, announced, data, now)
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
    grown = sa.update(UploadFile).where(*is_row(attempt, announced), UploadFile.received == start)
    db.session.execute(grown.values(received=ends[-1], pieces=ends), execution_options={"synchronize_session": False})
    db.session.commit()


def _decide_or_keep(attempt: str, announced: Announced, data: bytes, now: datetime) -> None:
    try:
        decide(attempt, announced, data, now)
    except NotNow:
        storage.put(PIECES, piece_name(attempt, announced, 0, announced.size), data)
        whole = sa.update(UploadFile).where(*is_row(attempt, announced))
        values = {"received": announced.size, "pieces": [announced.size]}
        db.session.execute(whole.values(values), execution_options={"synchronize_session": False})
        db.session.commit()
        raise
