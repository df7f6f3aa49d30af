"""Albums: every part is kept, in its order; the entry shows the first picture that came until somebody chooses."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from campaign.entries.incoming import IncomingPicture
from campaign.entries.lifecycle import PictureState
from campaign.entries.models import AlbumPicture, Entry
from campaign.extensions import db

# Instagram, Help Center: an album holds at most 20 parts.
MAX_CHILDREN = 20


def note_parts(entry: Entry, children: Sequence[IncomingPicture]) -> bool:
    """Write the parts of an album that are not known yet, at their places; returns whether there were any.

    The caller holds the entry's lock and commits.
    """
    if not children:
        return False
    query = sa.select(AlbumPicture.media_id).where(AlbumPicture.entry_number == entry.number)
    known = set(db.session.scalars(query))
    new = [(place, part) for place, part in enumerate(children[:MAX_CHILDREN]) if part.media_id not in known]
    for place, part in new:
        values = {"media_id": part.media_id, "media_type": part.media_type, "position": place}
        db.session.add(AlbumPicture(entry_number=entry.number, **values))
    return bool(new)


def parts_of(number: int) -> Sequence[AlbumPicture]:
    """Return the parts of an entry's album in their order; nothing for other entries."""
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
