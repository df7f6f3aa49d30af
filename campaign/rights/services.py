"""Recording and revoking rights grants; `Entry.has_right` follows in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.errors import N_, Conflict
from campaign.extensions import db
from campaign.rights import wording
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.rules import check_grant, may_show


def grant(entry_number: int, by: str, proof: str, recorded_by: str, now: datetime) -> RightsGrant:
    """Record that somebody allowed us to show an entry's photo, under the present wording; commits.

    The name becomes the entry's credit where there is none yet.

    Raises:
        InvalidInput: name or proof is missing or too long.
        NotFound: there is no such entry.
        Conflict: a grant is in force already.
    """
    name, evidence = check_grant(by, proof)
    entry = get_entry(entry_number, lock=True)
    if may_show(grants_of(entry_number)):
        raise Conflict(
            N_("Für das Bild %(number)s liegt schon eine Erlaubnis vor. Widerruf sie zuerst."), number=entry_number
        )
    granted = RightsGrant(
        entry_number=entry_number,
        status=GrantStatus.GRANTED,
        granted_by=name,
        wording_version=wording.VERSION,
        wording=wording.full_text(),
        proof=evidence,
        recorded_by=recorded_by,
        granted_at=now,
    )
    db.session.add(granted)
    entry.creator = entry.creator or name
    _follow(entry, now)
    db.session.commit()
    return granted


def revoke(entry_number: int, recorded_by: str, now: datetime) -> RightsGrant:
    """Take back the grant in force, so that nobody sees the photo any more; commits.

    Raises:
        NotFound: there is no such entry.
        Conflict: no grant is in force.
    """
    entry = get_entry(entry_number, lock=True)
    standing = next((one for one in grants_of(entry_number) if may_show([one])), None)
    if standing is None:
        raise Conflict(
            N_("Für das Bild %(number)s gilt keine Erlaubnis, die sich widerrufen ließe."), number=entry_number
        )
    standing.status = GrantStatus.REVOKED
    standing.revoked_at, standing.revoked_by = now, recorded_by
    _follow(entry, now)
    db.session.commit()
    return standing


def grants_of(entry_number: int) -> Sequence[RightsGrant]:
    """Return all grants of an entry, the latest first."""
    query = sa.select(RightsGrant).filter_by(entry_number=entry_number).order_by(RightsGrant.id.desc())
    return db.session.scalars(query).all()


def _follow(entry: Entry, now: datetime) -> None:
    entry.has_right = may_show(grants_of(entry.number))
    entry.updated_at = now
