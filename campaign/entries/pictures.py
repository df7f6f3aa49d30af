"""Giving an entry its picture, or the reason why it has none."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.entries.albums import keep_late, part_of, parts_of, standing_of
from campaign.entries.lifecycle import PictureState
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.extensions import db
from campaign.pictures.checks import PictureRefused
from campaign.pictures.services import PreparedPicture, prepare_picture, store_picture

# Built once, and of columns: a pass asks them for every picture.
_ENTRIES = Entry.metadata.tables["entry"]
_SHOW_FIRST = (
    sa.update(_ENTRIES)
    .where(_ENTRIES.c.number == sa.bindparam("entry"), _ENTRIES.c.picture_state != PictureState.STORED)
    .values(
        picture_id=sa.bindparam("picture"),
        picture_state=PictureState.STORED,
        picture_reason=None,
        updated_at=sa.bindparam("now"),
    )
)


def attach_picture(number: int, data: bytes, now: datetime, *, part: str | None = None) -> PictureState:
    """Keep the bytes of an entry's picture, or mark the entry with the reason why not; commits.

    `part` is the media id of an album's part. The entry shows the first picture that comes, and keeps showing it
    until somebody chooses another one. A picture of an entry that is withdrawn meanwhile goes with the next look at
    withdrawals.

    Raises:
        SandboxUnavailable: decoding is not possible now; nothing was written.
    """
    try:
        prepared = prepare_picture(data)
    except PictureRefused as error:
        return mark_picture(number, PictureState.REFUSED, str(error), now, part=part)
    try:
        return _attach(number, prepared, part, now)
    except IntegrityError:
        # The same picture was stored at the same moment: its row is there now.
        db.session.rollback()
        return _attach(number, prepared, part, now)


def _attach(number: int, prepared: PreparedPicture, part: str | None, now: datetime) -> PictureState:
    picture_id = store_picture(prepared, now)
    values = {"entry": number, "picture": picture_id, "now": now}
    is_shown = db.session.connection().execute(_SHOW_FIRST, values).rowcount == 1
    if part is not None:
        piece = part_of(number, part)
        piece.picture_id, piece.state, piece.reason = picture_id, PictureState.STORED, None
    elif not is_shown:
        # Somebody added a picture while this one was on its way: both are kept, for somebody to choose.
        keep_late(get_entry(number, lock=True), picture_id)
    db.session.commit()
    return PictureState.STORED


def mark_picture(
    number: int, state: PictureState, reason: str, now: datetime, *, part: str | None = None
) -> PictureState:
    """Write why an entry has no picture, or why an album lacks the part of that media id; commits."""
    entry = get_entry(number, lock=True)
    stands: tuple[PictureState, str | None] = (state, reason[:300])
    if part is not None:
        piece = part_of(number, part)
        piece.state, piece.reason = stands
        stands = standing_of(parts_of(number))
    if entry.picture_state is not PictureState.STORED and (entry.picture_state, entry.picture_reason) != stands:
        entry.picture_state, entry.picture_reason = stands
        entry.updated_at = now
    db.session.commit()
    return state
