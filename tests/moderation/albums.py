"""Entries with several pictures, for tests."""

from __future__ import annotations

from campaign.entries.lifecycle import PictureState
from campaign.entries.models import AlbumPicture, Entry
from campaign.extensions import db
from tests.factories import make_entry, make_picture


def make_album(pictures: int = 3, *, films: int = 0, **values: object) -> Entry:
    """A committed entry that waits, shows its first picture, and whose last parts are films without one."""
    entry = make_entry(**{"public": False, "picture": True, "media_type": "CAROUSEL_ALBUM", **values})
    stored = [entry.picture_id, *(make_picture(width=60 + place).id for place in range(1, pictures))]
    for place in range(pictures + films):
        is_film = place >= pictures
        db.session.add(
            AlbumPicture(
                entry_number=entry.number,
                position=place,
                media_id=f"{entry.media_id}{place:02}",
                media_type="VIDEO" if is_film else "IMAGE",
                picture_id=None if is_film else stored[place],
                state=PictureState.MISSING if is_film else PictureState.STORED,
            )
        )
    db.session.commit()
    return entry
