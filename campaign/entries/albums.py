"""The pictures of an entry: every part of its album in its order, then what staff added; it shows one of them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from campaign.entries.incoming import IncomingPicture
from campaign.entries.lifecycle import PictureState
from campaign.entries.models import AlbumPicture, Entry
from campaign.extensions import db

# Instagram, Help Center: an album holds at most 20 parts.
MAX_CHILDREN = 20
# The kind of a part that is no part of the post: staff added it. Media types of Instagram are other words.
STILL = "STILL"
# A copy of one of the pictures in which staff made people unrecognisable.
BLURRED = "BLURRED"


def note_parts(number: int, children: Sequence[IncomingPicture]) -> bool:
    """Write the parts of an album that are not known yet, at their places; returns whether there were any.

    The caller holds the entry's lock and commits.
    """
    if not children:
        return False
    query = sa.select(AlbumPicture.media_id).where(AlbumPicture.entry_number == number)
    known = set(db.session.scalars(query))
    new = [(place, part) for place, part in enumerate(children[:MAX_CHILDREN]) if part.media_id not in known]
    for place, part in new:
        values = {"media_id": part.media_id, "media_type": part.media_type, "position": place}
        db.session.add(AlbumPicture(entry_number=number, **values))
    return bool(new)


def keep_shown(entry: Entry) -> None:
    """Write the picture that an entry shows as one of its parts, so that it is still there when another one shows.

    The caller holds the entry's lock and commits.
    """
    if entry.picture_id is not None and part_with(entry.number, entry.picture_id) is None:
        _keep(entry, entry.picture_id, entry.media_type, 0)


def add_still(entry: Entry, picture_id: int) -> None:
    """Write a picture that staff added as the last part of an entry. The caller holds its lock and commits."""
    _keep(entry, picture_id, STILL, MAX_CHILDREN)


def add_blurred(entry: Entry, picture_id: int) -> None:
    """Write a blurred copy as the last part of an entry. The caller holds its lock and commits."""
    _keep(entry, picture_id, BLURRED, MAX_CHILDREN + 1)


def keep_late(entry: Entry, picture_id: int) -> None:
    """Write the post's own picture as a part when it came after somebody had added another one."""
    if picture_id != entry.picture_id and part_with(entry.number, picture_id) is None:
        _keep(entry, picture_id, entry.media_type, 0)


def _keep(entry: Entry, picture_id: int, media_type: str, position: int) -> None:
    named = {"media_id": f"own-{picture_id}", "media_type": media_type, "position": position}
    stored = {"picture_id": picture_id, "state": PictureState.STORED}
    db.session.add(AlbumPicture(entry_number=entry.number, **named, **stored))


def part_with(number: int, picture_id: int) -> AlbumPicture | None:
    """Return the part of an entry that is this picture, the first of several."""
    query = sa.select(AlbumPicture).filter_by(entry_number=number, picture_id=picture_id)
    return db.session.scalar(query.order_by(AlbumPicture.position, AlbumPicture.id).limit(1))


def parts_of(number: int) -> Sequence[AlbumPicture]:
    """Return the parts of an entry in their order; nothing where its post is a single picture."""
    query = sa.select(AlbumPicture).where(AlbumPicture.entry_number == number)
    return db.session.scalars(query.order_by(AlbumPicture.position, AlbumPicture.id)).all()


def part_of(number: int, media_id: str) -> AlbumPicture:
    """Return one part of an entry's album as the database has it now."""
    query = sa.select(AlbumPicture).filter_by(entry_number=number, media_id=media_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def standing_of(parts: Sequence[AlbumPicture]) -> tuple[PictureState, str | None]:
    """Return how an album without any stored picture stands: as the part that is most likely to come yet."""
    order = (PictureState.WAITING, PictureState.REFUSED, PictureState.MISSING)
    found = min((part for part in parts if part.state in order), key=lambda part: order.index(part.state))
    return found.state, found.reason
