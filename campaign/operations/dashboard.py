"""The figures of the organisers' page: entries by day and town, waiting times, mails, what is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.config import Settings
from campaign.contests.models import Contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.models import MailStatus, OutboxMail
from campaign.mail.services import RECALLED, WITHHELD
from campaign.moderation.exclusions import open_proposals
from campaign.moderation.models import Decision, Exclusion
from campaign.moderation.queries import approved_without_right, counts_by_status
from campaign.operations.audit_check import last_check
from campaign.operations.dashboard_rules import DAYS, Day, Slow, Tally, last_days, middle, slow_towns
from campaign.operations.intake import Intake, read_intake
from campaign.operations.models import AuditCheck
from campaign.operations.retention import TOO_LATE
from campaign.reports.queries import open_reports
from campaign.rights.queries import Listing, rights_counts
from campaign.staff.stored import as_stored, moment
from campaign.towns.models import Town

RECENT = timedelta(days=DAYS)
# So many decisions say enough about how long people wait.
LATEST = 5000


@dataclass(frozen=True)
class TownFigures:
    """The entries of a town, and how long those that wait have been waiting; `ags` is None where no town is known."""

    ags: str | None
    name: str
    tally: Tally
    median: timedelta | None
    oldest: timedelta | None


@dataclass(frozen=True)
class Mails:
    """How many mails wait and since when the oldest one, and how many of the last 14 days failed for good."""

    waiting: int
    oldest: datetime | None
    failed: int


@dataclass(frozen=True)
class Dashboard:
    """Everything that the page shows. `days` are the last 14, `earlier` is all before them."""

    contest: Contest
    now: datetime
    counts: Mapping[Status, int]
    days: Sequence[tuple[Day, Tally]]
    earlier: Tally
    towns: Sequence[TownFigures]
    slow: Sequence[tuple[str, Slow]]
    without_right: int
    rights: Mapping[Listing, int]
    proposals: Sequence[tuple[Exclusion, Entry]]
    reports: int
    mails: Mails
    intake: Intake
    check: AuditCheck | None


def read_dashboard(contest: Contest, config: Settings, now: datetime) -> Dashboard:
    """Return the figures as they stand; a fixed number of statements, whatever there is."""
    days, earlier = _by_day(contest, now)
    grouped = _by_town(contest)
    waiting = _waiting(contest, now)
    named = sa.select(Town.ags, Town.name).where(Town.ags.in_([ags for ags in grouped if ags]))
    names = dict(db.session.execute(named).all())
    slow = slow_towns(_with_decided(contest, now, waiting))
    return Dashboard(
        contest,
        now,
        counts_by_status(contest),
        days,
        earlier,
        [_town(ags, names, tally, waiting.get(ags, [])) for ags, tally in grouped.items()],
        [(names.get(one.town, one.town), one) for one in slow],
        approved_without_right(contest, now),
        rights_counts(contest, now),
        open_proposals(contest),
        open_reports(contest),
        _mails(now),
        read_intake(contest, config, now),
        last_check(),
    )


def _by_day(contest: Contest, now: datetime) -> tuple[list[tuple[Day, Tally]], Tally]:
    """Return the last days with the entries that came in on each, and those from before.

    The clocks of machines differ: what came in a moment from now counts for today.
    """
    days = last_days(now)
    latest_first = reversed(list(enumerate(days)))
    place = sa.case(*((Entry.received_at >= day.begin, index) for index, day in latest_first), else_=-1)
    query = sa.select(place, Entry.status, sa.func.count()).where(Entry.contest_id == contest.id)
    found: defaultdict[int, Tally] = defaultdict(Tally)
    for index, status, count in db.session.execute(query.group_by(sa.literal_column("1"), Entry.status)):
        found[index] += _tally(status, count)
    return [(day, found[index]) for index, day in enumerate(days)], found[-1]


def _by_town(contest: Contest) -> dict[str | None, Tally]:
    query = sa.select(Entry.town_ags, Entry.status, sa.func.count()).where(Entry.contest_id == contest.id)
    found: defaultdict[str | None, Tally] = defaultdict(Tally)
    for ags, status, count in db.session.execute(query.group_by(Entry.town_ags, Entry.status)):
        found[ags] += _tally(status, count)
    return dict(sorted(found.items(), key=lambda one: (-one[1].pending, -one[1].new, one[0] or "")))


def _tally(status: Status, count: int) -> Tally:
    if status is Status.APPROVED:
        return Tally(count, approved=count)
    return Tally(count, pending=count) if status is Status.PENDING else Tally(count, out=count)


def _waiting(contest: Contest, now: datetime) -> dict[str | None, list[timedelta]]:
    """Return how long the entries of each town wait that wait now, the longest first."""
    # As the driver gives it: thousands of moments go a long way through the types of the models.
    query = sa.select(Entry.town_ags, as_stored(Entry.received_at)).where(Entry.contest_id == contest.id)
    found: defaultdict[str | None, list[timedelta]] = defaultdict(list)
    for ags, received in db.session.execute(query.where(Entry.status == Status.PENDING).order_by(Entry.received_at)):
        found[ags].append(max(now - moment(received), timedelta()))
    return found


def _with_decided(
    contest: Contest, now: datetime, waiting: Mapping[str | None, list[timedelta]]
) -> dict[str, list[timedelta]]:
    """Return the waits by town, with those that ended lately: a town may be served late every time."""
    waits = {ags: list(own) for ags, own in waiting.items() if ags}
    decided = sa.func.min(Decision.decided_at, type_=Decision.decided_at.type)
    query = (
        sa.select(Entry.town_ags, Entry.received_at, decided)
        .join(Decision, Decision.entry_number == Entry.number)
        .where(Entry.contest_id == contest.id, Entry.town_ags.is_not(None), Decision.decided_at >= now - RECENT)
        .where(Decision.id > sa.select(sa.func.max(Decision.id)).scalar_subquery() - LATEST)
        .where(Decision.status_before == Status.PENDING, Decision.status_after != Status.PENDING)
        .group_by(Entry.number, Entry.town_ags, Entry.received_at)
    )
    for ags, received, ended in db.session.execute(query):
        waits.setdefault(str(ags), []).append(max(ended - received, timedelta()))
    return waits


def _town(ags: str | None, names: Mapping[str, str], tally: Tally, waits: Sequence[timedelta]) -> TownFigures:
    name = names.get(ags, ags) if ags else ""
    return TownFigures(ags, name, tally, middle(waits), max(waits, default=None))


def _mails(now: datetime) -> Mails:
    waits = OutboxMail.status.in_((MailStatus.WAITING, MailStatus.SENDING))
    oldest = sa.func.min(OutboxMail.created_at, type_=OutboxMail.created_at.type)
    waiting, since = db.session.execute(sa.select(sa.func.count(), oldest).select_from(OutboxMail).where(waits)).one()
    failed = (OutboxMail.status == MailStatus.FAILED, OutboxMail.created_at >= now - RECENT)
    # Nobody need look after mails that were not to be sent.
    return Mails(waiting, since, _count(*failed, OutboxMail.error.not_in((WITHHELD, RECALLED, TOO_LATE))))


def _count(*where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail).where(*where)) or 0
