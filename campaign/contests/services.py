"""The current edition of the contest."""

from __future__ import annotations

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.errors import CampaignError
from campaign.extensions import db, settings
from campaign.sections import ContestSettings


def sync_contest(config: ContestSettings) -> Contest:
    """Create the configured edition, or carry changed dates and limits over to it; commits."""
    contest = db.session.scalar(sa.select(Contest).filter_by(slug=config.slug)) or Contest(slug=config.slug)
    for name, value in config.model_dump(exclude={"slug"}).items():
        setattr(contest, name, value)
    db.session.add(contest)
    db.session.commit()
    return contest


def current_contest() -> Contest:
    """Return the edition that the configuration names.

    Raises:
        CampaignError: it has not been written to the database yet.
    """
    contest = db.session.scalar(sa.select(Contest).filter_by(slug=settings().contest.slug))
    if contest is None:
        raise CampaignError("The contest is not in the database yet. Run: campaign db upgrade")
    return contest
