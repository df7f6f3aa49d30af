"""Asking for a right and taking one back, where the person behind the photo may hear of it by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entrants.question import Question, rights_request
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.extensions import db, keyring
from campaign.mail.services import enqueue
from campaign.rights import services
from campaign.rights.letters import letter_of
from campaign.rights.models import RightsGrant
from campaign.rights.requests import request_right
from campaign.staff.actors import Actor
from campaign.towns.models import Town
from campaign.uploads.keys import ADDRESS_SEAL
from campaign.uploads.models import Upload
from campaign.uploads.news import note_change

PURPOSE = "rights request"


def ask(entry_number: int, actor: Actor, now: datetime) -> RightsGrant:
    """Ask for the rights of an entry; whoever handed the photo in here gets the question by mail. Commits once.

    Raises as `request_right` does.
    """
    return request_right(entry_number, actor, now, tell=lambda asked: _write(asked, now))


def revoke(entry_number: int, actor: Actor, now: datetime, *, grant_id: int | None = None) -> Sequence[RightsGrant]:
    """Take a right back as `rights.services.revoke` does; whoever handed the photo in hears of it after a while."""
    # Everybody locks the entry first.
    get_entry(entry_number, lock=True)
    note_change(entry_number, now)
    return services.revoke(entry_number, actor, now, grant_id=grant_id)


def _write(asked: RightsGrant, now: datetime) -> None:
    upload = db.session.scalar(sa.select(Upload).filter_by(entry_number=asked.entry_number))
    if upload is None or upload.sealed_address is None:
        return
    entry = db.session.get_one(Entry, asked.entry_number)
    town = db.session.get(Town, entry.town_ags) if entry.town_ags else None
    link = letter_of(asked, entry, db.session.get_one(Contest, entry.contest_id)).links[upload.language]
    question = Question(link, upload.language, town.name if town else "")
    address = keyring().unseal(ADDRESS_SEAL, upload.sealed_address)
    enqueue(PURPOSE, rights_request(question, address), now)
