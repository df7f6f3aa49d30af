"""How an entry stands, and who waits for news of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaign.entrants.rules import Kind, Standing
from campaign.entries.models import Entry
from campaign.entries.uses import Use, has_right, may_use
from campaign.extensions import db
from campaign.moderation.models import Decision
from campaign.moderation.queries import history_of
from campaign.moderation.reasons import Reason
from campaign.moderation.rules import UNDO
from campaign.moderation.taking_back import is_final
from campaign.reports.lifecycle import Outcome
from campaign.reports.models import Report
from campaign.reports.queries import last_statement, statement_about
from campaign.rights.models import RightsGrant
from campaign.staff.actors import CREATOR, PROGRAM
from campaign.uploads.models import Upload, UploadNews


@dataclass(frozen=True)
class Case:
    """A photo as a mail speaks of it: how it stands, the decision that brought it there, the report that led to it,
    and whether visitors see it."""

    upload: Upload
    entry: Entry
    standing: Standing
    decision: Decision | None
    report: Report | None
    told: str | None
    is_public: bool


def people_with_news(now: datetime) -> dict[str, list[datetime]]:
    """Return by the key of each person with due news when all their news are due."""
    due = sa.select(Upload.address_key).join(UploadNews, UploadNews.upload_id == Upload.id)
    query = sa.select(Upload.address_key, UploadNews.due_at).join(Upload, Upload.id == UploadNews.upload_id)
    waiting = query.where(UploadNews.due_at.is_not(None), Upload.address_key.in_(due.where(UploadNews.due_at <= now)))
    found: dict[str, list[datetime]] = {}
    for person, moment in db.session.execute(waiting.order_by(UploadNews.due_at, UploadNews.upload_id)):
        if moment is not None:
            found.setdefault(person, []).append(moment)
    return found


def due_news(person: str, now: datetime) -> Sequence[UploadNews]:
    """Return the news of a person that are due, locked, with upload and entry, in the order of the entries."""
    query = sa.select(UploadNews).join(Upload, Upload.id == UploadNews.upload_id)
    query = query.options(joinedload(UploadNews.upload).joinedload(Upload.entry).joinedload(Entry.town))
    query = query.where(Upload.address_key == person, UploadNews.due_at <= now).order_by(Upload.entry_number)
    return db.session.scalars(query.with_for_update(of=UploadNews).execution_options(populate_existing=True)).all()


def case_of(upload: Upload, entry: Entry, told: str | None, now: datetime) -> Case:
    """Return how a photo stands."""
    decision = _settling(entry)
    licensed = has_right(entry, Use.WEB, now)
    standing = Standing(
        entry.status, decision.id if decision else None, is_final(entry.number), licensed, _declined(decision)
    )
    report = statement_about(decision.id) if decision else None
    report = _revoking(entry.number) if standing.kind is Kind.NO_RIGHT else report
    return Case(upload, entry, standing, decision, report, told, may_use(entry, Use.WEB, now))


def _declined(decision: Decision | None) -> Literal[Kind.UNANSWERED, Kind.SAID_NO] | None:
    """Return how a question for rights ended an entry, None where staff decided: these refuse under their own names."""
    if decision is None or decision.reason != Reason.RIGHTS.value:
        return None
    ends: dict[str, Literal[Kind.UNANSWERED, Kind.SAID_NO]]
    ends = {PROGRAM.name: Kind.UNANSWERED, CREATOR.name: Kind.SAID_NO}
    return ends.get(decision.actor)


def _revoking(number: int) -> Report | None:
    """Return the report that took the right to show an entry, None where it ended otherwise, or anew since."""
    report = last_statement(number)
    if report is None or report.stands is not Outcome.REVOKE:
        return None
    since = RightsGrant.granted_at > (report.settled_at or report.decided_at)
    is_older = db.session.scalar(sa.select(sa.exists().where(RightsGrant.entry_number == number, since)))
    return None if is_older else report


def _settling(entry: Entry) -> Decision | None:
    """Return the decision by which an entry has its status; None: nobody decided, or it is as it was before."""
    history = history_of(entry.number)
    undone = {one.undoes_id for one in history}
    standing = [one for one in history if one.action != UNDO and one.id not in undone]
    moved = [one for one in standing if one.status_after is entry.status and one.status_before is not one.status_after]
    return moved[0] if moved else None
