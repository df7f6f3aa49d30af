"""The rules of the vote are fixed when it opens: from then on they change by two people and in public only."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from campaign.contests.models import Contest, Rulebook
from campaign.contests.rulebook import Configured, amended, canonical_text, differing_keys, digest, rules_document
from campaign.contests.services import current_contest, fixed_rules, rulebooks
from campaign.errors import N_, InvalidInput, NotAllowed
from campaign.extensions import db, settings
from campaign.voting import rules
from campaign.voting.detection.thresholds import Thresholds


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


def amend_rules(config: Configured, reason: str, by: tuple[str, str], now: datetime) -> Rulebook | None:
    """Let the rules in force say what a configuration says, on the word of two people; commits.

    Returns None where nothing differs, or the rules are not fixed yet. The contest follows with `sync_contest`.

    Raises:
        InvalidInput: there is no reason.
        NotAllowed: it is twice the same person.
    """
    contest = current_contest()
    fixed = fixed_rules(contest.id)
    if fixed is None or not differing_keys(fixed, config):
        return None
    if not reason.strip():
        raise InvalidInput(N_("Schreib auf, warum die Regeln geändert werden; es wird öffentlich."))
    if by[0] == by[1]:
        raise NotAllowed(N_("Regeln ändern nur zwei verschiedene Menschen. Bitte jemand anderen um die Zustimmung."))
    text = canonical_text(amended(fixed, config))
    number = len(rulebooks(contest.id))
    book = Rulebook(contest_id=contest.id, number=number, text=text, sha256=digest(text), at=now, reason=reason.strip())
    book.proposed_by, book.confirmed_by = by
    db.session.add(book)
    db.session.commit()
    return book


def _fix(contest: Contest, now: datetime) -> str:
    mails = {"per_day": rules.MAILS_PER_DAY, "per_round": rules.MAILS_PER_ROUND}
    text = canonical_text(rules_document(settings(), Thresholds().as_rules(), mails))
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"contest_id": contest.id, "number": 0, "text": text, "sha256": digest(text), "at": now}
    db.session.execute(insert(Rulebook).values(row).on_conflict_do_nothing())
    return _newest(contest.id) or ""


def _newest(contest_id: int) -> str | None:
    query = sa.select(Rulebook.sha256).filter_by(contest_id=contest_id).order_by(Rulebook.number.desc()).limit(1)
    return db.session.scalar(query)
