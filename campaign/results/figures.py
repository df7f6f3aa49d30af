"""What standings and exports read from the database; the running counters, never the ballots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.usable import known, with_right
from campaign.entries.uses import Use
from campaign.extensions import db
from campaign.mail.confirmation import PIN_TRIES
from campaign.mail.models import MailStatus, OutboxMail
from campaign.moderation.models import Decision
from campaign.pictures.models import Picture
from campaign.results.standings import EntryFigures
from campaign.towns.models import Town
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.models import Ballot, EntryTally, TownTally
from campaign.voting.rules import RequestFacts, confirmable_until

_PARAMETERS = 10_000  # databases limit how many a statement may have


def standing_entries(contest: Contest, now: datetime) -> list[EntryFigures]:
    """Return the figures of all entries that stand: approved, of a known town, and shown or picked while they were.

    Picks stay with a town when the right to show one of its pictures ends; visitors are not told of the entry.

    One statement, hence one state of the counters: a ballot that is counted meanwhile is in all figures or in
    none.
    """
    is_known = with_right(Use.WEB, now)
    query = (
        sa.select(
            Entry.number,
            Town.ags,
            Town.name,
            Town.population,
            sa.func.coalesce(EntryTally.picks, 0),
            sa.func.coalesce(TownTally.ballots, 0),
            sa.func.coalesce(is_known, sa.false()),
        )
        .join(Town, Town.ags == Entry.town_ags)
        .outerjoin(EntryTally, EntryTally.entry_number == Entry.number)
        .outerjoin(
            TownTally,
            sa.and_(TownTally.contest_id == Entry.contest_id, TownTally.town_ags == Entry.town_ags),
        )
        .where(Entry.contest_id == contest.id, Entry.status == Status.APPROVED)
        .where(sa.or_(EntryTally.picks > 0, is_known))
    )
    return [EntryFigures(*row) for row in db.session.execute(query)]


def known_numbers(contest: Contest, now: datetime) -> set[int]:
    """Return the numbers of the entries that visitors know of."""
    return set(db.session.scalars(sa.select(Entry.number).where(Entry.contest_id == contest.id, *known(now))))


def picks_of(numbers: Sequence[int]) -> dict[int, int]:
    """Return the running counter of each of these entries; 0 for one that nobody has picked."""
    picks = dict.fromkeys(numbers, 0)
    for start in range(0, len(numbers), _PARAMETERS):
        some = numbers[start : start + _PARAMETERS]
        query = sa.select(EntryTally.entry_number, EntryTally.picks).where(EntryTally.entry_number.in_(some))
        picks |= dict(db.session.execute(query).all())
    return picks


def reasons_of(contest: Contest) -> dict[int, list[str]]:
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
    return {number: [reason] for number, reason in db.session.execute(query) if reason}


def all_entries(contest: Contest) -> Sequence[Entry]:
    """Return every entry of the contest with its town and picture, by number."""
    return db.session.scalars(loaded().where(Entry.contest_id == contest.id).order_by(Entry.number)).all()


def entries_of(numbers: Sequence[int]) -> dict[int, Entry]:
    """Return these entries with their towns and pictures, by number."""
    return {one.number: one for one in db.session.scalars(loaded().where(Entry.number.in_(numbers)))}


def picture_names(numbers: Sequence[int]) -> dict[int, str]:
    """Return the SHA-256 of the picture of each of these entries that shows one."""
    names: dict[int, str] = {}
    for start in range(0, len(numbers), _PARAMETERS):
        some = numbers[start : start + _PARAMETERS]
        query = sa.select(Entry.number, Picture.sha256).join(Picture, Picture.id == Entry.picture_id)
        names |= dict(db.session.execute(query.where(Entry.number.in_(some))).all())
    return names


def loaded() -> sa.Select[Entry]:
    """Return the query of entries with all that `entries.serialise` reads."""
    picture = joinedload(Entry.picture).selectinload(Picture.derivatives)
    return sa.select(Entry).options(joinedload(Entry.town), picture)


def ballots_by_status(contest: Contest) -> dict[str, int]:
    """Return how many ballots have each status; reads all ballots."""
    query = sa.select(Ballot.status, sa.func.count()).filter_by(contest_id=contest.id).group_by(Ballot.status)
    found = {status.value: count for status, count in db.session.execute(query)}
    return {status.value: found.get(status.value, 0) for status in BallotStatus}


def last_confirmation(contest: Contest, now: datetime) -> datetime | None:
    """Return until when a ballot that was asked for may still be confirmed; None: nobody can any more.

    The time of each request is that of `voting.rules`; one whose mail was refused for good has none.
    """
    query = (
        sa.select(sa.func.count(Ballot.id), sa.func.count(OutboxMail.sent_at), sa.func.max(OutboxMail.sent_at))
        .outerjoin(OutboxMail, OutboxMail.id == Ballot.mail_id)
        .where(
            Ballot.contest_id == contest.id,
            Ballot.status == BallotStatus.REQUESTED,
            Ballot.pin_tries < PIN_TRIES,
            sa.or_(OutboxMail.id.is_(None), OutboxMail.status != MailStatus.FAILED),
        )
    )
    requests, sent, last_sent = db.session.execute(query).one()
    if not requests:
        return None
    slowest = RequestFacts(BallotStatus.REQUESTED, 0, last_sent if sent == requests else None)
    until = confirmable_until(slowest, contest)
    return until if now < until else None
