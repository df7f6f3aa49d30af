"""What the desk shows of an entry's rights: grants, the open request with its words, and who received the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.pictures.models import Derivative, Picture
from campaign.pictures.renditions import SIZES
from campaign.rights.handouts import handouts_of
from campaign.rights.letters import Letter, letter_of
from campaign.rights.models import GrantStatus, Handout, RightsGrant
from campaign.rights.services import grants_of


@dataclass(frozen=True)
class RightsSheet:
    """The rights of an entry; `snapshots` are the smallest copies of the pictures that grants name, by SHA-256."""

    grants: Sequence[RightsGrant]
    letter: Letter | None
    handouts: Sequence[Handout]
    snapshots: Mapping[str, Derivative]

    @property
    def asked(self) -> RightsGrant | None:
        """Return the request that waits for an answer."""
        return next((one for one in self.grants if one.status is GrantStatus.REQUESTED), None)

    @property
    def in_force(self) -> Sequence[RightsGrant]:
        """Return the grants that may be taken back."""
        return [one for one in self.grants if one.status is GrantStatus.GRANTED]


def rights_sheet(contest: Contest, entry: Entry) -> RightsSheet:
    """Return what is known of the rights of an entry."""
    grants = grants_of(entry.number)
    asked = next((one for one in grants if one.status is GrantStatus.REQUESTED), None)
    letter = letter_of(asked, entry, contest) if asked else None
    return RightsSheet(grants, letter, handouts_of(entry.number), _snapshots(grants))


def _snapshots(grants: Sequence[RightsGrant]) -> dict[str, Derivative]:
    names = {name for one in grants for name in one.pictures}
    if not names:
        return {}
    query = sa.select(Picture.sha256, Derivative).join(Derivative, Derivative.picture_id == Picture.id)
    query = query.where(Picture.sha256.in_(names), Derivative.size == SIZES[0], Derivative.type == "image/webp")
    return dict(db.session.execute(query).all())
