"""Grants whose time is over: the door is closed at that very moment, this writes it down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from campaign.entries.services import get_entry
from campaign.extensions import db
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.services import follow, note
from campaign.staff.actors import PROGRAM


def expire_due(now: datetime, *, tell: Callable[[int, datetime], None] = lambda _number, _now: None) -> int:
    """Note for each grant whose time is over that it has expired; commits each; returns how many did.

    `tell` is called in the same transaction with the number of the entry: somebody may have to hear of it.
    """
    over = (RightsGrant.status == GrantStatus.GRANTED, RightsGrant.expires_at <= now)
    found = db.session.execute(sa.select(RightsGrant.id, RightsGrant.entry_number).where(*over)).all()
    db.session.rollback()
    return sum(_expire(grant_id, number, now, tell) for grant_id, number in found)


def _expire(grant_id: int, number: int, now: datetime, tell: Callable[[int, datetime], None]) -> bool:
    entry = get_entry(number, lock=True)
    ended = db.session.get_one(RightsGrant, grant_id, populate_existing=True)
    is_over = ended.status is GrantStatus.GRANTED and ended.expires_at is not None and ended.expires_at <= now
    if is_over:
        ended.status = GrantStatus.EXPIRED
        follow(entry, now)
        tell(number, now)
        note(ended, PROGRAM, "rights.expire", now, before=GrantStatus.GRANTED)
    db.session.commit()
    return is_over
