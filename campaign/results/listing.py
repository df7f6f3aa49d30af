"""Entries with all that staff may read, as `campaign entries list` prints them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.serialise import entry_row
from campaign.errors import N_, NotFound
from campaign.extensions import db, settings
from campaign.results.figures import loaded, picks_of, reasons_of


def entry_rows(
    contest: Contest, now: datetime, *, status: Status | None = None, town: str | None = None, number: int | None = None
) -> list[dict[str, Any]]:
    """Return the entries that match, by number, each as a JSON object.

    Raises:
        NotFound: a number was asked for that there is not.
    """
    query = loaded().where(Entry.contest_id == contest.id).order_by(Entry.number)
    for column, wanted in ((Entry.status, status), (Entry.town_ags, town), (Entry.number, number)):
        query = query if wanted is None else query.where(column == wanted)
    entries = db.session.scalars(query).all()
    if number is not None and not entries:
        raise NotFound(N_("Das Bild %(number)s gibt es nicht."), number=number)
    picks, reasons, base = picks_of([entry.number for entry in entries]), reasons_of(contest), settings().site.base_url
    return [
        entry_row(one, base_url=base, picks=picks.get(one.number, 0), now=now, reasons=reasons.get(one.number, ()))
        for one in entries
    ]
