"""Taking the pictures of entries away: wherever an entry or its form holds one, and nothing else shows it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from campaign.entries.lifecycle import PictureState
from campaign.entries.models import AlbumPicture, Entry
from campaign.extensions import db
from campaign.uploads.erasure import forget
from campaign.uploads.leftovers import Leftovers
from campaign.uploads.models import Upload


def drop_pictures(entries: Sequence[Entry], reason: str) -> Leftovers:
    """Delete the rows of all pictures of entries, their albums and uploads, that nothing else shows.

    What still waits of the same forms with the same photos goes too. The caller holds the entries' locks, commits, and
    then removes the files.
    """
    numbers = [entry.number for entry in entries]
    parts = db.session.scalars(sa.select(AlbumPicture).where(AlbumPicture.entry_number.in_(numbers))).all()
    uploads = db.session.scalars(sa.select(Upload).where(Upload.entry_number.in_(numbers))).all()
    holders: list[Entry | AlbumPicture | Upload] = [*entries, *parts, *uploads]
    ids = {holder.picture_id for holder in holders if holder.picture_id is not None}
    for entry in entries:
        entry.picture_id, entry.picture_state, entry.picture_reason = None, PictureState.MISSING, reason
    for part in parts:
        part.picture_id, part.state, part.reason = None, PictureState.MISSING, reason
    for upload in uploads:
        upload.picture_id = None
    db.session.flush()
    return forget([upload.attempt for upload in uploads], ids)
