"""The rules of the vote are fixed when it opens: from then on they change by two people and in public only."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from campaign.contests.models import Contest, Rulebook
from campaign.contests.rulebook import canonical_text, digest, rules_document
from campaign.extensions import db, settings
from campaign.voting import rules


def open_vote(contest: Contest, now: datetime) -> bool:
    """Fix the rules once voting has opened; returns whether this call did it; commits."""
    if now < contest.vote_from or _newest(contest.id):
        return False
    fix_rules(contest, now)
    db.session.commit()
    return True


def fix_rules(contest: Contest, now: datetime) -> str:
    """Return the SHA-256 of the rules in force, which are fixed by this if they were not; the caller commits."""
    return _newest(contest.id) or _fix(contest, now)


def _fix(contest: Contest, now: datetime) -> str:
    mails = {"per_day": rules.MAILS_PER_DAY, "per_round": rules.MAILS_PER_ROUND}
    text = canonical_text(rules_document(settings(), {}, mails))
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"contest_id": contest.id, "number": 0, "text": text, "sha256": digest(text), "at": now}
    db.session.execute(insert(Rulebook).values(row).on_conflict_do_nothing())
    return _newest(contest.id) or ""


def _newest(contest_id: int) -> str | None:
    query = sa.select(Rulebook.sha256).filter_by(contest_id=contest_id).order_by(Rulebook.number.desc()).limit(1)
    return db.session.scalar(query)
