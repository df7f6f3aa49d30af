"""Recording and revoking rights grants; what an entry may be used for follows in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.entries.uses import Use, right_until
from campaign.errors import N_, Conflict
from campaign.extensions import db
from campaign.rights import rules, wording
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.snapshots import all_names, shown_names
from campaign.staff import audit
from campaign.staff.actors import Actor


@dataclass(frozen=True)
class Given:
    """What somebody has allowed: the uses, by whom, with which proof, until when."""

    uses: Sequence[Use]
    by: str
    proof: str
    until: datetime


def grant(
    entry_number: int,
    by: str,
    proof: str,
    actor: Actor,
    now: datetime,
    *,
    uses: Collection[Use] = rules.USUAL_USES,
    expires_at: datetime | None = None,
    tell: Callable[[int, datetime], None] = lambda _number, _now: None,
) -> RightsGrant:
    """Record that somebody allowed us to use an entry's pictures, under the present wording; commits.

    `tell` is called in the same transaction with the number of the entry: somebody may have to hear of it.
    Without `expires_at` it ends when the wording says. The name becomes the entry's credit where there is none yet.

    Raises:
        InvalidInput: name or proof is missing or too long, there is no use, or the end has passed.
        NotFound: there is no such entry.
        Conflict: all of it is allowed already, for as long.
    """
    name, evidence = rules.check_grant(by, proof)
    kinds = rules.check_uses(uses)
    entry = get_entry(entry_number, lock=True)
    until = rules.check_end(expires_at or usual_end(entry), now)
    if all(_lasts(entry, use, until) for use in kinds):
        raise Conflict(
            N_("Für das Bild %(number)s liegt schon eine Erlaubnis vor. Widerruf sie zuerst."), number=entry_number
        )
    granted, before = _answered(entry_number, actor, now)
    fill(granted, entry, Given(kinds, name, evidence, until), now)
    db.session.add(granted)
    entry.creator = entry.creator or name
    follow(entry, now)
    tell(entry_number, now)
    note(granted, actor, "rights.grant", now, before=before)
    db.session.commit()
    return granted


def fill(granted: RightsGrant, entry: Entry, given: Given, now: datetime) -> None:
    """Write into a grant what it allows from now on, of the present pictures, under the present wording."""
    pictures = all_names(entry)
    granted.status, granted.granted_at, granted.expires_at = GrantStatus.GRANTED, now, given.until
    granted.uses, granted.pictures = [use.value for use in given.uses], pictures
    granted.granted_by, granted.proof = given.by, given.proof
    granted.wording_version = wording.VERSION
    granted.wording = wording.full_text(advertising=Use.ADVERTISING in given.uses)


def revoke(entry_number: int, actor: Actor, now: datetime, *, grant_id: int | None = None) -> Sequence[RightsGrant]:
    """Take back what is granted, all of it or one grant, so that nobody sees the picture any more; commits.

    Raises:
        NotFound: there is no such entry.
        Conflict: no such grant is in force.
    """
    entry = get_entry(entry_number, lock=True)
    standing = take_back(entry, actor.name, now, grant_id=grant_id)
    if not standing:
        raise Conflict(
            N_("Für das Bild %(number)s gilt keine Erlaubnis, die sich widerrufen ließe."), number=entry_number
        )
    for one in standing:
        note(one, actor, "rights.revoke", now, before=GrantStatus.GRANTED)
    db.session.commit()
    return standing


def take_back(entry: Entry, by: str, now: datetime, *, grant_id: int | None = None) -> Sequence[RightsGrant]:
    """Revoke what is granted for an entry; the caller holds its lock, writes that down and commits.

    Returns what was in force.
    """
    of_entry = grants_of(entry.number)
    standing = [one for one in of_entry if one.status is GrantStatus.GRANTED and grant_id in (None, one.id)]
    for one in standing:
        one.status = GrantStatus.REVOKED
        one.revoked_at, one.revoked_by = now, by
    if standing:
        follow(entry, now)
    return standing


def give_back(entry: Entry, revoked_at: Collection[datetime], now: datetime) -> Sequence[RightsGrant]:
    """Let what was revoked at these moments hold again, where its time is not over.

    For whoever revoked without ground. The caller holds the entry's lock, writes that down and commits. Returns what is
    in force again.
    """
    wrongly = [one for one in grants_of(entry.number) if one.revoked_at in revoked_at]
    again = [one for one in wrongly if one.expires_at is None or now < one.expires_at]
    for one in again:
        one.status, one.revoked_at, one.revoked_by = GrantStatus.GRANTED, None, None
    if again:
        follow(entry, now)
    return again


def grants_of(entry_number: int) -> Sequence[RightsGrant]:
    """Return all grants and requests of an entry, the latest first."""
    query = sa.select(RightsGrant).filter_by(entry_number=entry_number).order_by(RightsGrant.id.desc())
    return db.session.scalars(query).all()


def follow(entry: Entry, now: datetime) -> None:
    """Let an entry say what its grants allow with the picture that it shows now.

    To be called by whatever changes a grant or the picture. The caller holds the entry's lock and commits.
    """
    db.session.flush()
    grants, shown = grants_of(entry.number), shown_names(entry)
    until = {use: rules.allowed_until(grants, use, shown) for use in Use}
    entry.web_until, entry.print_until = until[Use.WEB], until[Use.PRINT]
    entry.press_until, entry.advertising_until = until[Use.PRESS], until[Use.ADVERTISING]
    entry.updated_at = now


def note(changed: RightsGrant, actor: Actor, act: str, now: datetime, *, before: GrantStatus | None = None) -> None:
    """Write into the audit log what became of a grant; the last thing before the caller commits."""
    db.session.flush()
    stood = {"status": before.value} if before else None
    audit.record(actor, act, f"entry:{changed.entry_number}", now, before=stood, after=_stands(changed))


def usual_end(entry: Entry) -> datetime:
    """Return when a grant under the present wording ends."""
    return rules.end_of_term(db.session.get_one(Contest, entry.contest_id).publish_at)


def _answered(entry_number: int, actor: Actor, now: datetime) -> tuple[RightsGrant, GrantStatus | None]:
    """Return the request that a grant answers, by whatever way the answer came, or a new row."""
    asked = next((one for one in grants_of(entry_number) if one.status is GrantStatus.REQUESTED), None)
    if asked is None:
        return RightsGrant(entry_number=entry_number, recorded_by=actor.name), None
    asked.answered_at, asked.answered_by, asked.recorded_by = now, actor.name, actor.name
    return asked, GrantStatus.REQUESTED


def _lasts(entry: Entry, use: Use, until: datetime) -> bool:
    present = right_until(entry, use)
    return present is not None and until <= present


def _stands(changed: RightsGrant) -> dict[str, Any]:
    """Return what the audit log keeps of a grant: nobody's name."""
    until = changed.expires_at.isoformat() if changed.expires_at else None
    kept = {"grant": changed.id, "status": changed.status.value, "uses": list(changed.uses), "until": until}
    return kept | {"pictures": list(changed.pictures), "wording": changed.wording_version}
