"""What stands for a picture whose post has vanished from Instagram: its place stays, the picture is not shown."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.entries.queries import public_entry
from campaign.entries.usable import tombstones
from campaign.errors import NotFound
from campaign.extensions import db


def entry_or_tombstone(contest: Contest, number: int, now: datetime) -> Entry:
    """Return a public entry with its town and picture, or a hidden one (`gone_at` is set) with its town alone.

    Raises:
        NotFound: there is none of that number, or visitors may not see it for another reason.
    """
    try:
        return public_entry(contest, number, now)
    except NotFound:
        hidden = db.session.scalar(_hidden(contest, now).where(Entry.number == number))
        if hidden is None:
            raise
        return hidden


def _hidden(contest: Contest, now: datetime) -> sa.Select[Entry]:
    of_contest = (Entry.contest_id == contest.id, Entry.town_ags.is_not(None))
    return sa.select(Entry).options(joinedload(Entry.town)).where(*of_contest, *tombstones(now))
