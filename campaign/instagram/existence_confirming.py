"""The word of staff that posts are really gone, while too many are missing at once for them to be hidden by themselves.

It hides at once, and no longer than the check would: a post that is found again is shown again.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.instagram.existence_queries import is_missing
from campaign.instagram.models import Existence
from campaign.staff import audit
from campaign.staff.actors import Actor

BATCH = 500


def confirm_gone(contest: Contest, number: int, by: Actor, now: datetime) -> None:
    """Hide the picture of an entry whose post is missing; commits.

    Raises:
        NotFound: the post is not missing, or not any more.
    """
    if not _hide(contest, Entry.number == number, by, now):
        raise NotFound(N_("Dieser Beitrag fehlt nicht mehr, oder das Bild ist schon verborgen."))


def confirm_all_gone(contest: Contest, seen_at: datetime, by: Actor, now: datetime) -> list[int]:
    """Hide the pictures of all entries whose posts were missing when somebody looked; commits once.

    Those that came to be missing afterwards nobody has seen. Returns the numbers of the hidden ones.
    """
    return _hide(contest, Existence.missing_since <= seen_at, by, now)


def _hide(contest: Contest, chosen: sa.ColumnElement[bool], by: Actor, now: datetime) -> list[int]:
    query = sa.select(Entry.number).join(Existence, Existence.entry_number == Entry.number)
    locked = query.where(*is_missing(contest, now), chosen).order_by(Entry.number).with_for_update(of=Entry)
    numbers = list(db.session.scalars(locked))
    # Databases limit the values of a statement.
    for some in (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)):
        db.session.execute(sa.update(Entry).where(Entry.number.in_(some)).values(gone_at=now, updated_at=now))
        known = sa.update(Existence).where(Existence.entry_number.in_(some))
        db.session.execute(known.values(confirmed_by=by.name))
    for number in numbers:
        audit.record(by, "entry.confirm_gone", f"entry:{number}", now, before={"hidden": False}, after={"hidden": True})
    db.session.commit()
    return numbers
