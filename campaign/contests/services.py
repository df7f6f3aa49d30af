"""The current edition of the contest."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from campaign.contests.models import Contest, Rulebook
from campaign.contests.rulebook import Configured, differing_keys
from campaign.errors import CampaignError
from campaign.extensions import db, settings


class RulesFixed(CampaignError):
    """The configuration says something else than the rules that were fixed when voting opened."""


def sync_contest(config: Configured) -> Contest:
    """Create the configured edition, or carry changed dates and limits over to it; commits.

    Raises:
        RulesFixed: voting has opened, and the configuration has other rules than those of the vote.
    """
    found = sa.select(Contest).filter_by(slug=config.contest.slug)
    contest = db.session.scalar(found) or Contest(slug=config.contest.slug)
    if contest.id:
        _check_fixed(contest, config)
    for name, value in config.contest.model_dump(exclude={"slug"}).items():
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


def rulebooks(contest_id: int) -> list[Rulebook]:
    """Return the rules as they were fixed and each amendment, oldest first; none before voting opens."""
    return list(db.session.scalars(sa.select(Rulebook).filter_by(contest_id=contest_id).order_by(Rulebook.number)))


def fixed_rules(contest_id: int) -> dict[str, Any] | None:
    """Return the rules in force, None while they may still change."""
    newest = sa.select(Rulebook.text).filter_by(contest_id=contest_id).order_by(Rulebook.number.desc()).limit(1)
    text = db.session.scalar(newest)
    return dict(json.loads(text)) if text else None


def _check_fixed(contest: Contest, config: Configured) -> None:
    rules = fixed_rules(contest.id)
    differing = differing_keys(rules, config) if rules else {}
    if not differing:
        return
    told = "; ".join(f"{key} is {_told(fixed)}, not {_told(now)}" for key, (fixed, now) in differing.items())
    raise RulesFixed(
        "The rules are fixed since voting opened: %(told)s. Put the configuration back, "
        "or let two people amend the rules at /verwaltung/regeln.",
        told=told,
    )


def _told(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
