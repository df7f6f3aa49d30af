"""Questions that public pages ask about towns."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.towns.models import Town
from campaign.towns.normalise import sort_key


def town_by_slug(slug: str) -> Town:
    """Return the municipality of that address.

    Raises:
        NotFound: there is none.
    """
    known = re.fullmatch(r"[a-z0-9-]{1,80}", slug)
    town = db.session.scalar(sa.select(Town).filter_by(slug=slug)) if known else None
    if town is None:
        raise NotFound(N_("Diesen Ort kennen wir nicht. Such ihn in der Liste der Orte."))
    return town


def listed_towns(also: Collection[str]) -> Sequence[Town]:
    """Return all towns, and the villages whose AGS is given, by name."""
    query = sa.select(Town).where(sa.or_(Town.is_town, Town.ags.in_(also)))
    return sorted(db.session.scalars(query), key=lambda town: sort_key(town.name))


def search_towns(words: str) -> Sequence[Town]:
    """Return the municipalities whose name holds the words, towns first, at most 50."""
    # LIKE of SQLite ignores case for ASCII letters only: 601 names are compared here instead.
    wanted = sort_key(words)
    found = [town for town in db.session.scalars(sa.select(Town)) if wanted in sort_key(town.name)]
    return sorted(found, key=lambda town: (not town.is_town, sort_key(town.name)))[:50]
