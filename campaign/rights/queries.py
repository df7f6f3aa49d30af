"""Questions that pages ask about rights: what is open, due, answered, ending; which pictures a request shows."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from campaign.contests.models import Contest
from campaign.entries.models import AlbumPicture, Entry
from campaign.entries.uses import Use, has_right, right_until
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.pictures.models import Derivative, Picture
from campaign.rights import wording
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.request_rules import ENDING, REMIND_AFTER, TAKING_PART, stand_of
from campaign.rights.requests import can_be_answered, find_request
from campaign.rights.snapshots import all_names

ANSWERS_SHOWN = timedelta(days=30)
ROWS = 100


@dataclass(frozen=True)
class Asked:
    """A request as its page shows it; `stand` names the pictures and the wording, `holds` what is allowed now."""

    grant: RightsGrant
    entry: Entry
    pictures: Sequence[Picture]
    stand: str
    holds: Mapping[Use, datetime]
    is_open: bool


class Listing(enum.StrEnum):
    """What the page of rights lists."""

    OPEN = "offen"
    DUE = "erinnern"
    ANSWERED = "antworten"
    ENDING = "enden"


@dataclass(frozen=True)
class RightsRow:
    """A grant or request with its entry."""

    grant: RightsGrant
    entry: Entry


def asked(code: str, now: datetime) -> Asked:
    """Return the request of a code as its page shows it.

    Raises:
        NotFound: there is none.
    """
    grant = find_request(code)
    query = sa.select(Entry).filter_by(number=grant.entry_number).options(joinedload(Entry.town))
    entry = db.session.scalars(query).one()
    # The code may stand under a post for everybody: it shows pictures as long as the answer is open, and no longer.
    is_open = can_be_answered(entry) and grant.status is GrantStatus.REQUESTED
    pictures = pictures_of(entry) if is_open else ()
    ends = {use: right_until(entry, use) for use in Use if has_right(entry, use, now)}
    return Asked(
        grant,
        entry,
        pictures,
        stand_of(all_names(entry), wording.VERSION),
        {use: until for use, until in ends.items() if until is not None},
        is_open,
    )


def asked_derivative(code: str, name: str, now: datetime) -> Derivative:
    """Return the derivative of that name of one of the pictures that a request's page shows.

    Raises:
        NotFound: there is no such request, or it does not show that.
    """
    shown = (one for picture in asked(code, now).pictures for one in picture.derivatives)
    found = next((one for one in shown if one.name == name), None)
    if found is None:
        raise NotFound(N_("Dieses Bild gibt es nicht."))
    return found


def rights_rows(contest: Contest, listing: Listing, now: datetime) -> Sequence[RightsRow]:
    """Return the first hundred of a listing: what has waited longest, came last, or ends first."""
    order = {
        Listing.OPEN: RightsGrant.requested_at,
        Listing.DUE: RightsGrant.requested_at,
        Listing.ANSWERED: RightsGrant.answered_at.desc(),
        Listing.ENDING: RightsGrant.expires_at,
    }[listing]
    picture = selectinload(Entry.picture).selectinload(Picture.derivatives)
    query = sa.select(RightsGrant, Entry).join(Entry, Entry.number == RightsGrant.entry_number)
    query = query.where(*_listed(contest, listing, now)).options(joinedload(Entry.town), picture)
    return [RightsRow(*row) for row in db.session.execute(query.order_by(order, RightsGrant.id).limit(ROWS))]


def rights_counts(contest: Contest, now: datetime) -> dict[Listing, int]:
    """Return how many rows each listing has."""
    return {listing: _count(contest, listing, now) for listing in Listing}


def pictures_of(entry: Entry) -> Sequence[Picture]:
    """Return the pictures of an entry with their derivatives, the shown one first.

    Of a picture that was blurred only the latest copy is there, unless the entry shows another one of them.
    """
    parts = sa.select(AlbumPicture.picture_id).where(AlbumPicture.entry_number == entry.number)
    wanted = sa.or_(Picture.id == entry.picture_id, Picture.id.in_(parts))
    query = sa.select(Picture).where(wanted).options(selectinload(Picture.derivatives)).order_by(Picture.id)
    found = sorted(db.session.scalars(query), key=lambda one: one.id != entry.picture_id)
    blurred = {one.made_from: one for one in sorted(found, key=lambda one: one.id) if one.made_from is not None}
    blurred |= {one.made_from or one.sha256: one for one in found[:1] if one.id == entry.picture_id}
    return [one for one in found if blurred.get(one.made_from or one.sha256, one) is one]


def _count(contest: Contest, listing: Listing, now: datetime) -> int:
    query = sa.select(sa.func.count()).select_from(RightsGrant)
    query = query.join(Entry, Entry.number == RightsGrant.entry_number)
    return db.session.scalar(query.where(*_listed(contest, listing, now))) or 0


def _listed(contest: Contest, listing: Listing, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    is_open = (RightsGrant.status == GrantStatus.REQUESTED, Entry.status.in_(TAKING_PART))
    conditions: dict[Listing, tuple[sa.ColumnElement[bool], ...]] = {
        Listing.OPEN: is_open,
        Listing.DUE: (
            *is_open,
            RightsGrant.reminded_at.is_(None),
            RightsGrant.requested_at <= now - REMIND_AFTER,
        ),
        Listing.ANSWERED: (RightsGrant.answered_at > now - ANSWERS_SHOWN,),
        Listing.ENDING: (
            RightsGrant.status == GrantStatus.GRANTED,
            RightsGrant.expires_at > now,
            RightsGrant.expires_at <= now + ENDING,
        ),
    }
    return (Entry.contest_id == contest.id, *conditions[listing])
