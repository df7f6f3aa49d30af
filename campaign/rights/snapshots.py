"""Which pictures a grant is about: those that stand for an entry when it is given, by the SHA-256 of their bytes."""

from __future__ import annotations

import sqlalchemy as sa

from campaign.entries.albums import parts_of
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.pictures.models import Picture


def shown_names(entry: Entry) -> list[str]:
    """Return the name of the picture that an entry shows, and behind it what that was made from, step by step."""
    names: list[str] = []
    name = _name_of(entry.picture_id)
    while name is not None and name not in names:
        names.append(name)
        name = db.session.scalar(sa.select(Picture.made_from).filter_by(sha256=name))
    return names


def all_names(entry: Entry) -> list[str]:
    """Return the names of all pictures of an entry, the shown one first; nothing while none has come."""
    found = [_name_of(entry.picture_id), *(_name_of(part.picture_id) for part in parts_of(entry.number))]
    return list(dict.fromkeys(name for name in found if name is not None))


def _name_of(picture_id: int | None) -> str | None:
    return db.session.scalar(sa.select(Picture.sha256).filter_by(id=picture_id)) if picture_id is not None else None
