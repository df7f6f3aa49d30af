"""Keeping pictures: the original privately, the derivatives for pages."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from campaign.extensions import db
from campaign.pictures.areas import Area
from campaign.pictures.checks import DOWNLOAD, UPLOAD, Admission
from campaign.pictures.models import Derivative, Picture
from campaign.pictures.renditions import Decoded
from campaign.pictures.sandbox import blur, decode
from campaign.pictures.storage import DERIVATIVES, LOOKS, ORIGINALS, storage

# Built once, and as plain rows: objects would cost a pass more than all its other writing.
_PICTURES = Picture.metadata.tables["picture"]
_KNOWN = sa.select(_PICTURES.c.id).where(_PICTURES.c.sha256 == sa.bindparam("sha256"))
_INSERT = sa.insert(_PICTURES).returning(_PICTURES.c.id)
_DERIVE = sa.insert(Derivative.metadata.tables["derivative"])


@dataclass(frozen=True)
class PreparedPicture:
    """A picture whose files are written and whose row is not; `made_from` names the one that it was blurred from."""

    sha256: str
    size: int
    decoded: Decoded
    names: tuple[str, ...]
    made_from: str | None = None


def prepare_picture(data: bytes, admission: Admission = DOWNLOAD) -> PreparedPicture:
    """Decode a picture in the sandbox and write its files; touches no database, so that no transaction waits for it.

    Files come before rows: a crash between the two leaves a file without a row, never the reverse.

    Raises:
        PictureRefused: the bytes are no picture that this way in takes.
        SandboxUnavailable: decoding is not possible now; nothing was written.
    """
    digest = hashlib.sha256(data).hexdigest()
    decoded = decode(data, admission)
    storage.put(ORIGINALS, digest, data)
    storage.put(LOOKS, digest, decoded.look)
    names = []
    for rendition in decoded.renditions:
        name = f"{hashlib.sha256(rendition.data).hexdigest()}.{rendition.ending}"
        # A picture smaller than a size has the same copy for that and for all larger ones.
        if name not in names:
            storage.put(DERIVATIVES, name, rendition.data)
        names.append(name)
    return PreparedPicture(digest, len(data), decoded, tuple(names))


def prepare_blurred(sha256: str, areas: Iterable[Area], made_from: str) -> PreparedPicture:
    """Make a picture out of a stored one in which these areas are unrecognisable, and write its files.

    Touches no database, as `prepare_picture`, and raises as that does.

    Raises:
        FileNotFoundError: the stored picture's file is gone.
    """
    return replace(prepare_picture(blur(storage.get(ORIGINALS, sha256), areas), UPLOAD), made_from=made_from)


def store_picture(prepared: PreparedPicture, now: datetime) -> int:
    """Write the rows of a prepared picture and return its id; the same bytes have one row. The caller commits."""
    connection = db.session.connection()
    known: int | None = connection.execute(_KNOWN, {"sha256": prepared.sha256}).scalar()
    if known is not None:
        return known
    decoded = prepared.decoded
    values = {
        "sha256": prepared.sha256,
        "type": decoded.type,
        "width": decoded.width,
        "height": decoded.height,
        "size": prepared.size,
        "hashes": [f"{value:016x}" for value in decoded.hashes],
        "drone": decoded.drone,
        "made_from": prepared.made_from,
        "created_at": now,
    }
    picture_id: int = connection.execute(_INSERT, values).scalar_one()
    rows = [
        {"size": item.size, "type": item.type, "width": item.width, "height": item.height, "name": name}
        for item, name in zip(decoded.renditions, prepared.names, strict=True)
    ]
    connection.execute(_DERIVE, [{"picture_id": picture_id, **row} for row in rows])
    return picture_id


@dataclass(frozen=True)
class DeletedPictures:
    """Pictures whose rows are gone; the files go once that is committed."""

    originals: tuple[str, ...]
    derivatives: tuple[str, ...]

    def remove_files(self) -> None:
        """Remove the files; one that is not there is no error, one that stays is left to the sweep."""
        areas = ((ORIGINALS, self.originals), (LOOKS, self.originals), (DERIVATIVES, self.derivatives))
        for area, names in areas:
            storage.discard(area, names)


def delete_pictures(ids: Collection[int]) -> DeletedPictures:
    """Delete the rows of pictures that no entry shows any more. The caller commits, then removes the files."""
    pictures = db.session.scalars(
        sa.select(Picture).where(Picture.id.in_(ids)).options(selectinload(Picture.derivatives))
    ).all()
    names = {derivative.name for picture in pictures for derivative in picture.derivatives}
    for picture in pictures:
        db.session.delete(picture)
    db.session.flush()
    # Two originals may have the same derivative.
    names -= set(db.session.scalars(sa.select(Derivative.name).where(Derivative.name.in_(names))))
    return DeletedPictures(tuple(picture.sha256 for picture in pictures), tuple(sorted(names)))
