"""The gazetteer in the database."""

from __future__ import annotations

import sqlalchemy as sa

from campaign.extensions import db
from campaign.towns.gazetteer import load_gazetteer
from campaign.towns.models import Town

_COLUMNS = ("name", "short_name", "slug", "is_town", "district", "population", "lat", "lon")


def sync_towns() -> int:
    """Write the municipalities of the gazetteer into the database; returns how many rows changed; commits."""
    known = {town.ags: town for town in db.session.scalars(sa.select(Town))}
    changed = 0
    for place in load_gazetteer().municipalities:
        values = {name: getattr(place, name) for name in _COLUMNS}
        town = known.get(place.ags)
        if town is None:
            db.session.add(Town(ags=place.ags, **values))
        elif any(getattr(town, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(town, name, value)
        else:
            continue
        changed += 1
    db.session.commit()
    return changed
