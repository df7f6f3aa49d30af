"""A form that is sent again: the same upload, or another one."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaign.codes import new_secret
from campaign.extensions import db
from campaign.uploads.erasure import set_aside
from campaign.uploads.models import Upload
from campaign.uploads.queries import facts_of
from campaign.uploads.rules import is_dead_end


def upload_again(attempt: str, person: str, picture_id: int, now: datetime) -> Upload | None:
    """Return the upload that a form with this photo has become already; None: it becomes another one.

    That is so for another photo, for one that was taken back, and where no mail can confirm the upload any more. What
    the form had become before gives up the form's token then; flushed.
    """
    query = sa.select(Upload).filter_by(attempt=attempt, address_key=person)
    known = db.session.scalar(query.options(joinedload(Upload.mail), joinedload(Upload.entry)))
    if known is None:
        return None
    same = picture_id == (known.entry.picture_id if known.entry else known.picture_id)
    dead = is_dead_end(facts_of(known), now)
    if same and not dead:
        return known
    known.attempt = new_secret()
    if same:
        # Nothing but the new upload may hold the photo: whoever takes it back takes all of it.
        set_aside(known)
    db.session.flush()
    return None
