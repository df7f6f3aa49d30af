"""Entries that two accounts of the staff exclude together, for tests."""

from __future__ import annotations

from datetime import datetime

from campaign.extensions import db
from campaign.moderation import exclusions
from campaign.moderation.models import Decision, ExclusionKind
from campaign.moderation.reasons import Reason
from campaign.staff.actors import Actor
from campaign.staff.models import RoleName, Staff
from tests.factories import NOW
from tests.staff.people import make_staff


def account(name: str, role: RoleName = RoleName.ORGANISER) -> Actor:
    """The account of that name, made where there is none yet."""
    email = f"{name}@example.org"
    staff = db.session.query(Staff).filter_by(email=email).one_or_none() or make_staff(role, email)
    return Actor(staff.id, staff.email)


def exclude(number: int, reason: Reason, text: str | None = None, now: datetime = NOW) -> Decision:
    """Exclude an approved entry: anna proposes, bert confirms."""
    exclusions.propose(number, ExclusionKind.EXCLUDE, account("anna"), now, reason=reason, text=text)
    return exclusions.confirm(number, account("bert", RoleName.SCRUTINEER), now)


def let_back(number: int, now: datetime = NOW) -> Decision:
    """Let an excluded entry take part again: anna proposes, bert confirms."""
    exclusions.propose(number, ExclusionKind.LIFT, account("anna"), now, reason=None, text=None)
    return exclusions.confirm(number, account("bert", RoleName.SCRUTINEER), now)
