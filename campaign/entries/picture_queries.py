"""Which bytes of pictures may be shown."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa

from campaign.entries.models import Entry
from campaign.entries.usable import usable
from campaign.entries.uses import Use
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.pictures.models import Derivative

_NAME = re.compile(r"[0-9a-f]{64}\.[a-z]{3,4}")


def is_derivative_name(name: str) -> bool:
    """Return whether a text could be the name of a derivative."""
    return _NAME.fullmatch(name) is not None


def public_derivative(name: str, now: datetime) -> Derivative:
    """Return the derivative of that name if it belongs to a public entry.

    Raises:
        NotFound: no such name, or no public entry shows it.
    """
    query = (
        sa.select(Derivative)
        .join(Entry, Entry.picture_id == Derivative.picture_id)
        .where(Derivative.name == name, *usable(Use.WEB, now))
        .limit(1)
    )
    derivative = db.session.scalar(query) if is_derivative_name(name) else None
    if derivative is None:
        raise NotFound(N_("Dieses Bild gibt es nicht."))
    return derivative
