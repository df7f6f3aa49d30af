"""Throwing away what belongs to no upload any more: rows first, files once that is committed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from campaign.extensions import db
from campaign.pictures.models import Derivative, Picture
from campaign.pictures.services import DeletedPictures, PreparedPicture, delete_pictures
from campaign.pictures.storage import PIECES, storage
from campaign.pictures.usage import unused_pictures
from campaign.uploads.models import UploadFile


@dataclass(frozen=True)
class Leftovers:
    """Files whose rows are gone."""

    pieces: Sequence[str]
    pictures: DeletedPictures

    def remove_files(self) -> None:
        """Remove the files; one that is not there is no error, one that stays is left to the sweep."""
        storage.discard(PIECES, self.pieces)
        self.pictures.remove_files()


def discard(files: Collection[UploadFile], pictures: Collection[int | None] = ()) -> Leftovers:
    """Delete rows of files, and pictures (theirs and the given ones) that nothing else shows.

    The caller commits, then removes what is left.
    """
    ids = {one for one in (*pictures, *(file.picture_id for file in files)) if one is not None}
    pieces = [name for file in files for name in storage.names(PIECES, f"{file.attempt}-")]
    for file in files:
        db.session.delete(file)
    db.session.flush()
    return Leftovers(pieces, delete_pictures(unused_pictures(ids)))


def unnamed_files(prepared: PreparedPicture) -> DeletedPictures:
    """Return those files of a picture that got no row which no row names.

    Where the same file has been announced once more, another process may be about to name them: then it is none.
    """
    digest = prepared.sha256
    sent = db.session.scalar(sa.select(sa.exists().where(UploadFile.digest == digest)))
    stored = db.session.scalar(sa.select(sa.exists().where(Picture.sha256 == digest)))
    if sent or stored:
        return DeletedPictures((), ())
    named = db.session.scalars(sa.select(Derivative.name).where(Derivative.name.in_(prepared.names)))
    return DeletedPictures((digest,), tuple(sorted({*prepared.names} - {*named})))
