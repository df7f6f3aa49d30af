"""What standings and exports read from the database; the running counters, never the ballots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.models import MailStatus, OutboxMail
from campaign.moderation.models import Decision
from campaign.results.standings import EntryFigures
from campaign.towns.models import Town
from campaign.voting.models import Ballot, BallotStatus, EntryTally, TownTally

CONFIRMATION_GRACE = timedelta(hours=24)
CONFIRMATION_WINDOW = timedelta(hours=48)
PIN_TRIES = 6


def standing_entries(contest: Contest) -> list[EntryFigures]:
    """Return the figures of all entries that stand: approved, and of a known town.

    One statement, hence one state of the counters: a ballot that is counted meanwhile is in all figures or in
    none.
    """
    query = (
        sa.select(
            Entry.number,
            Town.ags,
            Town.name,
            Town.population,
            sa.func.coalesce(EntryTally.picks, 0),
            sa.func.coalesce(TownTally.ballots, 0),
        )
        .join(Town, Town.ags == Entry.town_ags)
        .outerjoin(EntryTally, EntryTally.entry_number == Entry.number)
        .outerjoin(
            TownTally,
            sa.and_(TownTally.contest_id == Entry.contest_id, TownTally.town_ags == Entry.town_ags),
        )
        .where(Entry.contest_id == contest.id, Entry.status == Status.APPROVED)
    )
    return [EntryFigures(*row) for row in db.session.execute(query).tuples()]


def picks_of(numbers: Sequence[int]) -> dict[int, int]:
    """Return the running counter of each of these entries; 0 for one that nobody has picked."""
    query = sa.select(EntryTally.entry_number, EntryTally.picks).where(EntryTally.entry_number.in_(numbers))
    return {**dict.fromkeys(numbers, 0), **dict(db.session.execute(query).tuples().all())}


def reasons_of(contest: Contest) -> dict[int, str]:
    """Return the reason of the decision that gave each entry its present status, where one was given."""
    undone = sa.select(Decision.undoes_id).where(Decision.undoes_id.is_not(None))
    query = (
        sa.select(Decision.entry_number, Decision.reason)
        .join(Entry, Entry.number == Decision.entry_number)
        .where(
            Entry.contest_id == contest.id,
            Decision.reason.is_not(None),
            Decision.status_after == Entry.status,
            Decision.id.not_in(undone),
        )
        .order_by(Decision.id)
    )
    return {number: reason for number, reason in db.session.execute(query).tuples() if reason}


def ballots_by_status(contest: Contest) -> dict[str, int]:
    """Return how many ballots have each status; reads all ballots."""
    query = sa.select(Ballot.status, sa.func.count()).filter_by(contest_id=contest.id).group_by(Ballot.status)
    found = {status.value: count for status, count in db.session.execute(query).tuples()}
    return {status.value: found.get(status.value, 0) for status in BallotStatus}


def confirmable_until(contest: Contest, now: datetime) -> datetime | None:
    """Return until when a ballot asked for before the close may still be confirmed; None: no such ballot.

    A request may be confirmed for 48 hours from the sending of its mail, at the latest 24 hours after the
    close; not after six wrong PINs, and not when its mail was refused for good.
    """
    end = contest.vote_until + CONFIRMATION_GRACE
    expired = sa.and_(OutboxMail.sent_at.is_not(None), OutboxMail.sent_at <= now - CONFIRMATION_WINDOW)
    query = (
        sa.select(Ballot.id)
        .outerjoin(OutboxMail, OutboxMail.id == Ballot.mail_id)
        .where(
            Ballot.contest_id == contest.id,
            Ballot.status == BallotStatus.REQUESTED,
            Ballot.pin_tries < PIN_TRIES,
            sa.or_(
                OutboxMail.id.is_(None),
                sa.not_(sa.or_(expired, OutboxMail.status == MailStatus.FAILED)),
            ),
        )
        .limit(1)
    )
    return end if now < end and db.session.scalar(query) is not None else None
