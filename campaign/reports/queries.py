"""Questions about reports: how one stands, what is open, how many there were."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from campaign.codes import read_receipt_code
from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.entries.queries import public_entry
from campaign.entries.tombstones import entry_or_tombstone
from campaign.entries.usable import known
from campaign.errors import N_, InvalidInput, NotFound
from campaign.extensions import db
from campaign.moderation.models import Decision
from campaign.moderation.queries import blurred_since
from campaign.pictures.models import Derivative, Picture
from campaign.reports.lifecycle import OPEN, Kind, Outcome, Party, urgency
from campaign.reports.models import Report, ReportEvent, ReportWord
from campaign.reports.naming import PROBLEMS, read_picture
from campaign.reports.naming import Kind as NamedKind
from campaign.reports.rules import Record

UNKNOWN = N_("Zu diesem Code gibt es keine Meldung. Vergleich ihn Zeichen für Zeichen.")


@dataclass(frozen=True)
class Reported:
    """A picture with its reports, the most urgent first; `records` tells what else their senders have reported."""

    entry: Entry
    reports: Sequence[Report]
    records: dict[int, Record]

    @property
    def urgency(self) -> int:
        """Return how urgent the most urgent report is, 0 most of all."""
        return min(urgency(report.kind) for report in self.reports)

    @property
    def since(self) -> datetime:
        """Return when the oldest of the reports came."""
        return min(report.objected_at or report.received_at for report in self.reports)


@dataclass(frozen=True)
class Figures:
    """Numbers for transparency: `ended` counts by kind and by how it ended, `time` is the median until a decision."""

    open: int
    objections: int
    ended: dict[tuple[Kind, Outcome], int]
    time: timedelta | None

    def of(self, kind: Kind) -> int:
        """Return how many reports of a kind are decided."""
        return sum(count for (known, _), count in self.ended.items() if known is kind)


def named_picture(contest: Contest, typed: str, site: str, now: datetime) -> Entry:
    """Return the public (or hidden) picture that somebody named by number or address.

    Raises:
        InvalidInput: the text names no picture.
        NotFound: there is none that visitors may see.
    """
    named = read_picture(typed, site)
    if named.kind in PROBLEMS:
        raise InvalidInput(PROBLEMS[named.kind])
    if named.kind is NamedKind.NUMBER:
        return entry_or_tombstone(contest, named.number, now)
    where = Entry.shortcode == named.name if named.kind is NamedKind.POST else _shows(named.name)
    found = db.session.scalar(
        sa.select(Entry.number).where(Entry.contest_id == contest.id, where).order_by(Entry.number)
    )
    return public_entry(contest, found or 0, now)


def report_by_code(typed: str) -> tuple[Report, Party]:
    """Return a report by the code of its reporter or of the person whose picture it is, and which of both it is.

    Raises:
        NotFound: no report has that code.
    """
    code = read_receipt_code(typed)
    query = sa.select(Report).where(sa.or_(Report.code == code, Report.creator_code == code))
    report = db.session.scalar(query.options(joinedload(Report.entry))) if code else None
    if report is None:
        raise NotFound(UNKNOWN)
    return report, Party.REPORTER if report.code == code else Party.CREATOR


def words_of(reports: Collection[Report]) -> Sequence[ReportWord]:
    """Return what was added to reports, in order."""
    query = sa.select(ReportWord).where(ReportWord.report_id.in_([report.id for report in reports]))
    return db.session.scalars(query.order_by(ReportWord.id)).all()


def events_of(reports: Collection[Report]) -> Sequence[ReportEvent]:
    """Return everything that happened to reports, the latest first."""
    query = sa.select(ReportEvent).where(ReportEvent.report_id.in_([report.id for report in reports]))
    return db.session.scalars(query.order_by(ReportEvent.id.desc())).all()


def open_reports(contest: Contest) -> int:
    """Return how many reports wait for a decision."""
    query = sa.select(sa.func.count()).select_from(Report)
    return db.session.scalar(query.where(Report.contest_id == contest.id, Report.status.in_(OPEN))) or 0


def reported_pictures(contest: Contest, *, are_open: bool = True, limit: int = 200) -> list[Reported]:
    """Return the pictures with open reports, most urgent first, then longest waiting, or the ended, latest first."""
    state = Report.status.in_(OPEN) if are_open else Report.status.not_in(OPEN)
    picture = joinedload(Report.entry).selectinload(Entry.picture).selectinload(Picture.derivatives)
    query = sa.select(Report).where(Report.contest_id == contest.id, state)
    query = query.options(picture, joinedload(Report.entry).joinedload(Entry.town))
    order = Report.received_at if are_open else sa.func.coalesce(Report.settled_at, Report.decided_at).desc()
    found = db.session.scalars(query.order_by(order, Report.id).limit(limit)).all()
    grouped: dict[int, list[Report]] = {}
    for report in found:
        grouped.setdefault(report.entry_number, []).append(report)
    records = records_of(found)
    pictures = [Reported(reports[0].entry, _sorted(reports), records) for reports in grouped.values()]
    return sorted(pictures, key=lambda one: (one.urgency, one.since)) if are_open else pictures


def reports_of(number: int) -> Reported:
    """Return all reports of a picture.

    Raises:
        NotFound: nobody has reported it.
    """
    picture = selectinload(Entry.picture).selectinload(Picture.derivatives)
    query = sa.select(Entry).filter_by(number=number).options(picture, joinedload(Entry.town))
    reports = db.session.scalars(sa.select(Report).filter_by(entry_number=number)).all()
    entry = db.session.scalar(query)
    if entry is None or not reports:
        raise NotFound(N_("Zu Bild %(number)s gibt es keine Meldung."), number=number)
    return Reported(entry, _sorted(reports), records_of(reports))


def records_of(reports: Collection[Report]) -> dict[int, Record]:
    """Return, by the id of each report, what its sender has reported in all; nothing where that is erased."""
    keys = {report.reporter_key for report in reports if report.reporter_key}
    stands = sa.func.coalesce(Report.settled_outcome, Report.outcome)
    counts = sa.select(
        Report.reporter_key,
        sa.func.count(),
        sa.func.count(stands),
        sa.func.count().filter(stands == Outcome.KEEP.value),
    )
    rows = db.session.execute(counts.where(Report.reporter_key.in_(keys)).group_by(Report.reporter_key))
    found = {key: Record(sent, decided, kept) for key, sent, decided, kept in rows}
    return {report.id: found[report.reporter_key] for report in reports if report.reporter_key in found}


def shown_again(contest: Contest, now: datetime) -> Sequence[int]:
    """Return the pictures that a report took out, and that are public all the same.

    Among them are those on which people were to be made unrecognisable, and are not.
    """
    stands = sa.func.coalesce(Report.settled_outcome, Report.outcome)
    unblurred = sa.and_(stands == Outcome.BLUR.value, ~blurred_since(Report.entry_number, Report.received_at))
    taken_out = (Report.contest_id == contest.id, sa.or_(stands == Outcome.HIDE.value, unblurred))
    query = sa.select(Report.entry_number).join(Entry, Entry.number == Report.entry_number).distinct()
    return db.session.scalars(query.where(*taken_out, *known(now)).order_by(Report.entry_number)).all()


def statement_about(decision_id: int) -> Report | None:
    """Return the report that a decision about an entry came of: its reasons are the statement to the creator."""
    query = sa.select(Report).filter_by(decision_id=decision_id).order_by(Report.creator_code.is_(None), Report.id)
    return db.session.scalar(query.limit(1))


def last_statement(number: int) -> Report | None:
    """Return the report by which an entry is not shown now: its reasons are what its creator may read."""
    stands = sa.func.coalesce(Report.settled_outcome, Report.outcome)
    later = aliased(Decision)
    moved = sa.exists().where(
        later.entry_number == number, later.id > Report.decision_id, later.status_before != later.status_after
    )
    against = (Report.entry_number == number, stands != Outcome.KEEP.value, ~moved)
    query = (
        sa.select(Report).where(*against).order_by(Report.decided_at.desc(), Report.creator_code.is_(None), Report.id)
    )
    return db.session.scalar(query.limit(1))


def figures(contest: Contest) -> Figures:
    """Return the numbers of all reports of a contest."""
    rows = db.session.execute(
        sa.select(
            Report.kind,
            sa.func.coalesce(Report.settled_outcome, Report.outcome, type_=Report.outcome.type),
            Report.received_at,
            Report.decided_at,
            Report.objected_at,
        ).where(Report.contest_id == contest.id)
    ).all()
    ended: dict[tuple[Kind, Outcome], int] = {}
    for kind, outcome, *_ in rows:
        if outcome is not None:
            ended[kind, outcome] = ended.get((kind, outcome), 0) + 1
    times = [(decided - received).total_seconds() for _, _, received, decided, _ in rows if decided is not None]
    objections = sum(objected is not None for *_, objected in rows)
    return Figures(open_reports(contest), objections, ended, timedelta(seconds=median(times)) if times else None)


def _sorted(reports: Collection[Report]) -> list[Report]:
    return sorted(reports, key=lambda one: (one.status not in OPEN, urgency(one.kind), one.received_at, one.id))


def _shows(name: str) -> sa.ColumnElement[bool]:
    return Entry.picture_id.in_(sa.select(Derivative.picture_id).where(Derivative.name == name))
