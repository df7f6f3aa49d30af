"""Who received which pictures from us: written by every file that carries pictures or their addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.uses import Use
from campaign.errors import N_, InvalidInput
from campaign.extensions import db
from campaign.rights.models import Handout, HandoutPicture
from campaign.staff import audit
from campaign.staff.actors import Actor

RECIPIENT_LENGTH = 200


@dataclass(frozen=True)
class Parcel:
    """A file that leaves the house (`what`, `form`), for whom, and what they do with it."""

    what: str
    form: str
    use: Use
    recipient: str


def check_recipient(name: str) -> str:
    """Return the name of a recipient without spaces around it.

    Raises:
        InvalidInput: it is missing or longer than 200 characters.
    """
    known = " ".join(name.split())
    if not known:
        raise InvalidInput(N_("Für wen ist die Datei? Trag die Person oder Stelle ein, die sie bekommt."))
    if len(known) > RECIPIENT_LENGTH:
        raise InvalidInput(N_("Das ist zu lang. Kürze es auf %(length)s Zeichen."), length=RECIPIENT_LENGTH)
    return known


def hand_out(contest: Contest, parcel: Parcel, pictures: Mapping[int, str], actor: Actor, now: datetime) -> Handout:
    """Write down that a file with these pictures (SHA-256 by entry number) leaves the house; commits."""
    handout = Handout(
        contest_id=contest.id,
        what=parcel.what,
        form=parcel.form,
        use=parcel.use,
        exported_by=actor.name,
        exported_for=parcel.recipient,
        at=now,
    )
    db.session.add(handout)
    db.session.flush()
    db.session.add_all(
        HandoutPicture(handout_id=handout.id, entry_number=number, sha256=name)
        for number, name in sorted(pictures.items())
    )
    db.session.flush()
    facts = {"use": parcel.use.value, "for": parcel.recipient, "pictures": len(pictures), "handout": handout.id}
    audit.record(actor, "rights.handout", f"export:{parcel.what}.{parcel.form}", now, after=facts)
    db.session.commit()
    return handout


def handouts_of(entry_number: int) -> Sequence[Handout]:
    """Return the files that an entry's picture left the house in, the latest first."""
    query = sa.select(Handout).join(HandoutPicture, HandoutPicture.handout_id == Handout.id)
    query = query.where(HandoutPicture.entry_number == entry_number)
    return db.session.scalars(query.order_by(Handout.id.desc())).all()
