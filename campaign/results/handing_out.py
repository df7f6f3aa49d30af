"""Files for the staff: what is made, and that somebody got it."""

from __future__ import annotations

from datetime import datetime

from campaign.contests.models import Contest
from campaign.extensions import db, writing
from campaign.results.export import export, export_for
from campaign.rights.handouts import Parcel
from campaign.staff import audit
from campaign.staff.actors import Actor


def hand_out(what: str, form: str, contest: Contest, actor: Actor, now: datetime) -> bytes:
    """Return an export as `export` does, and write down who got it; commits. Raises as `export` does."""
    data = export(what, form, contest, now)
    note_file(f"{what}.{form}", actor, now, size=len(data))
    return data


def hand_over(contest: Contest, parcel: Parcel, actor: Actor, now: datetime) -> bytes:
    """Return an export for somebody as `export_for` does, and write down who got it; commits."""
    data = export_for(contest, parcel, actor, now)
    note_file(f"{parcel.what}.{parcel.form}", actor, now, size=len(data))
    return data


def note_file(name: str, actor: Actor, now: datetime, *, size: int) -> None:
    """Write down that somebody got a file of that name; commits.

    A page that only shows may do this, too: it changes nothing of the contest.
    """
    # What was read for the file is read; the row begins a transaction of its own.
    db.session.rollback()
    with writing():
        audit.record(actor, "export.file", f"file:{name}", now, after={"bytes": size})
        db.session.commit()
