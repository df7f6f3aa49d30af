"""What is known of an entry besides its own row: its pictures, its account, by which ways it came, what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from campaign.entries.models import AccountRule, AlbumPicture, Entry, Sighting
from campaign.extensions import db
from campaign.instagram.models import PermissionAsk
from campaign.instagram.replies import Reply, replies_to_read
from campaign.pictures.models import Picture


@dataclass(frozen=True)
class Account:
    """The account of an entry: how many other entries it has, and the rule that staff set for it."""

    username: str
    others: int
    rule: AccountRule | None


@dataclass(frozen=True)
class Dossier:
    """By which ways an entry came, the question for the right under its post, and the answers that must be read."""

    sightings: Sequence[Sighting]
    ask: PermissionAsk | None
    replies: Sequence[Reply]


def dossier_of(number: int, now: datetime) -> Dossier:
    """Return what else is known of an entry."""
    ways = sa.select(Sighting).filter_by(entry_number=number).order_by(Sighting.first_seen_at, Sighting.source)
    ask = db.session.get(PermissionAsk, number)
    return Dossier(db.session.scalars(ways).all(), ask, replies_to_read(now, number) if ask else ())


def album_of(number: int) -> Sequence[AlbumPicture]:
    """Return the pictures of an entry that one can choose from, in their order; nothing where there is but one."""
    query = sa.select(AlbumPicture).filter_by(entry_number=number)
    loaded = query.options(selectinload(AlbumPicture.picture).selectinload(Picture.derivatives))
    parts = db.session.scalars(loaded.order_by(AlbumPicture.position, AlbumPicture.id)).all()
    return parts if len(parts) > 1 else []


def account_of(entry: Entry) -> Account | None:
    """Return the account of an entry where it is known."""
    if entry.username is None:
        return None
    of_account = (Entry.contest_id == entry.contest_id, Entry.username == entry.username)
    query = sa.select(sa.func.count()).select_from(Entry).where(*of_account, Entry.number != entry.number)
    rule = db.session.get(AccountRule, (entry.contest_id, entry.username))
    return Account(entry.username, db.session.scalar(query) or 0, rule)
