"""Files that no row names: left behind when deleting failed, or when a process died between rows and files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from campaign.extensions import db, read_only
from campaign.pictures.models import Derivative, Picture
from campaign.pictures.storage import DERIVATIVES, LOOKS, ORIGINALS, PIECES, StoredFile, storage
from campaign.staff import audit
from campaign.staff.actors import PROGRAM, Actor
from campaign.uploads.assembly import attempt_of
from campaign.uploads.models import UploadFile

# Files are written before their rows; no pass and no upload takes that long.
AGE = timedelta(days=1)
# More than these, and more than there are with a row: it is another database than the one that the files belong to.
FEW = 100

log = structlog.get_logger()


@dataclass(frozen=True)
class SweepReport:
    """How many files were removed and how many could not be; `held_back` are all of them when nothing was tried."""

    removed: int = 0
    failed: int = 0
    held_back: int = 0


def sweep_files(
    now: datetime, *, stop: Callable[[], bool] = lambda: False, most_files: bool = False, by: Actor = PROGRAM
) -> SweepReport:
    """Remove the files of pictures and uploads that are older than a day and that no row names.

    Goes through the storage in parts; safe to run again, beside itself and beside passes. When most files have no row
    it removes none unless `most_files` says that this is right.

    Raises:
        OSError, obstore.exceptions.BaseError: the storage does not answer.
    """
    named = strays = 0
    for _, files, some in _parts(now, stop):
        named, strays = named + len(files) - len(some), strays + len(some)
    if not most_files and not may_sweep(strays, named):
        log.error("most files of the storage have no row in this database; none was removed", files=strays)
        return SweepReport(held_back=strays)
    removed = failed = 0
    for area, _, some in _parts(now, stop) if strays else ():
        # Written anew since it was listed, it is about to get its row.
        old = [file.name for file in some if _is_old(storage.changed_at(area, file.name), now)]
        left = storage.discard(area, old)
        removed, failed = removed + len(old) - len(left), failed + len(left)
    if removed:
        audit.record(by, "erase.files", "contest:all", now, after={"files": removed})
        db.session.commit()
    return SweepReport(removed, failed)


def may_sweep(strays: int, named: int) -> bool:
    """Return whether so many files without a row, beside others with one, are what deleting may have left."""
    return strays <= max(FEW, named)


def _parts(now: datetime, stop: Callable[[], bool]) -> Iterator[tuple[str, Sequence[StoredFile], Sequence[StoredFile]]]:
    """Yield the storage in parts: the area, the files, and those of them that are old and that no row names."""
    for area, named in _NAMED.items():
        for files in storage.listed(area):
            if stop():
                return
            with read_only():
                known = named([file.name for file in files])
                # No transaction waits for the storage.
                db.session.rollback()
            yield area, files, [one for one in files if one.name not in known and _is_old(one.changed_at, now)]


def _is_old(changed_at: datetime | None, now: datetime) -> bool:
    return changed_at is not None and changed_at <= now - AGE


def _pictures(names: Collection[str]) -> set[str]:
    return set(db.session.scalars(sa.select(Picture.sha256).where(Picture.sha256.in_(names))))


def _derivatives(names: Collection[str]) -> set[str]:
    return set(db.session.scalars(sa.select(Derivative.name).where(Derivative.name.in_(names))))


def _pieces(names: Collection[str]) -> set[str]:
    attempts = {name: attempt_of(name) for name in names}
    query = sa.select(UploadFile.attempt).where(UploadFile.attempt.in_(set(attempts.values())))
    known = set(db.session.scalars(query))
    return {name for name, attempt in attempts.items() if attempt in known}


_NAMED: Mapping[str, Callable[[Collection[str]], set[str]]] = {
    ORIGINALS: _pictures,
    LOOKS: _pictures,
    DERIVATIVES: _derivatives,
    PIECES: _pieces,
}
