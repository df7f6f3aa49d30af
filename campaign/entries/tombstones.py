"""What stands for a picture whose post has vanished from Instagram: its place stays, the picture is not shown."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.queries import public_entry
from campaign.errors import NotFound
from campaign.extensions import db


def entry_or_tombstone(contest: Contest, number: int) -> Entry:
    """Return a public entry with its town and picture, or a hidden one (`gone_at` is set) with its town alone.

    Raises:
        NotFound: there is none of that number, or visitors may not see it for another reason.
    """
    try:
        return public_entry(contest, number)
    except NotFound:
        hidden = db.session.scalar(_hidden(contest).where(Entry.number == number))
        if hidden is None:
            raise
        return hidden


def _hidden(contest: Contest) -> sa.Select[Entry]:
    standing = (Entry.contest_id == contest.id, Entry.status == Status.APPROVED, Entry.has_right.is_(True))
    vanished = (Entry.gone_at.is_not(None), Entry.town_ags.is_not(None))
    return sa.select(Entry).options(joinedload(Entry.town)).where(*standing, *vanished)
