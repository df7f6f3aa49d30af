"""Asking people who mention us, by a comment under their post, for the right to show it.

A question is written down before it goes out. A crash in between leaves it at `sending` for ever: whether it was put
is unclear then, and asking again might be the second time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.extensions import db, settings
from campaign.instagram.answers import HOUR, is_account, may_ask, write_question
from campaign.instagram.budget import Action, Edge
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.credentials import open_client, state_key
from campaign.instagram.gate import standing_of
from campaign.instagram.limits import GraphFault, Kind
from campaign.instagram.models import AskStatus, PermissionAsk
from campaign.rights.models import RightsGrant

# So long after it a question that is still on its way never arrives any more.
SENDING = timedelta(minutes=10)
RULES_PATH = "/teilnahmebedingungen"
_ABOUT_THE_POST = (Kind.REQUEST, Kind.MISSING, Kind.HASHTAG_UNKNOWN)
_NEVER_SENT = (Kind.PAUSED, Kind.LIMIT, Kind.TOKEN, Kind.UNCONFIGURED)
_UNKNOWN_END = (Kind.TRANSIENT, Kind.UNREADABLE)

log = structlog.get_logger()


def ask_one(now: datetime, *, client: InstagramClient | None = None) -> PermissionAsk | None:
    """Put the question for one entry, if it is time for one and somebody is to be asked; commits.

    Returns the question as it stands afterwards, or None when none was put.
    """
    contest = current_contest()
    number = _next_number(contest) if _is_time(contest, now) else None
    entry = db.session.get(Entry, number) if number else None
    if entry is None or entry.media_id is None:
        db.session.rollback()
        return None
    ask = PermissionAsk(
        entry_number=entry.number,
        media_id=entry.media_id,
        username=entry.username,
        status=AskStatus.SENDING,
        asked_at=now,
    )
    db.session.rollback()
    try:
        asked = client or open_client(settings().instagram)
        ask.username, refused = _look(asked, ask)
    except GraphError as error:
        log.info("nobody was asked for a right", reason=str(error))
        return None
    ask.message = write_question(ask.entry_number, ask.username, contest.mention, _rules_address())
    if refused:
        ask.status, ask.error = AskStatus.FAILED, refused[:300]
    return _put(asked, ask) if _claim(contest, ask) else None


def asking_blocked() -> str | None:
    """Return why no question may go out until a person has looked; None while nothing holds them up."""
    config = settings().instagram
    if not config.ask_permission or config.access_token is None:
        return None
    standing = standing_of(state_key(config), Edge.COMMENT, utc_now())
    return standing.reason if standing.action is Action.STOP else None


def ask_of(entry_number: int) -> PermissionAsk | None:
    """Return the question for an entry's right, with what became of it."""
    return db.session.get(PermissionAsk, entry_number)


def is_unclear(ask: PermissionAsk, now: datetime) -> bool:
    """Return whether nobody knows if a question was put: it was on its way when something broke."""
    return ask.status is AskStatus.SENDING and now - ask.asked_at >= SENDING


def _is_time(contest: Contest, now: datetime) -> bool:
    config = settings().instagram
    if not config.ask_permission or not contest.mention or now >= contest.publish_at:
        return False
    query = sa.select(PermissionAsk.asked_at, PermissionAsk.status).where(PermissionAsk.asked_at > now - HOUR)
    recent = [(moment, status) for moment, status in db.session.execute(query.order_by(PermissionAsk.asked_at))]
    # What was lost on its way costs a question for ever: no hour may lose more than one.
    lost = bool(recent) and recent[-1][1] is AskStatus.SENDING
    return may_ask([moment for moment, _ in recent], now, 1 if lost else config.asks_per_hour)


def _next_number(contest: Contest, *among: int) -> int | None:
    """Return the first entry whose creator is to be asked, of some or of all."""
    mentioned = sa.exists().where(Sighting.entry_number == Entry.number, Sighting.source == Source.MENTION)
    asked = sa.or_(PermissionAsk.entry_number == Entry.number, PermissionAsk.media_id == Entry.media_id)
    conditions: tuple[sa.ColumnElement[bool], ...] = (
        Entry.contest_id == contest.id,
        Entry.status == Status.APPROVED,
        Entry.has_right.is_(False),
        Entry.gone_at.is_(None),
        Entry.media_id.is_not(None),
        Entry.username.is_not(None),
        Entry.username != contest.mention.casefold(),
        mentioned,
        ~sa.exists().where(asked),
        # Whoever has declined or taken back a right is not asked again.
        ~sa.exists().where(RightsGrant.entry_number == Entry.number),
    )
    query = sa.select(Entry.number).where(*conditions).order_by(Entry.number).limit(1)
    return db.session.scalar(query.where(Entry.number.in_(among)) if among else query)


def _look(client: InstagramClient, ask: PermissionAsk) -> tuple[str, str | None]:
    """Return the account that has the post now, and why it cannot be asked.

    It also shows that Instagram answers: a comment that is lost on its way cannot be told from one that was put.
    """
    try:
        username = client.mentioned_media(ask.media_id).username or ask.username
    except GraphError as error:
        if error.fault.kind not in _ABOUT_THE_POST:
            raise
        return ask.username, str(error.fault)
    return username, None if is_account(username) else "The account's name is none that can be written to."


def _claim(contest: Contest, ask: PermissionAsk) -> bool:
    """Write the question down before it goes out; False when another process has, or it is no longer needed."""
    if _next_number(contest, ask.entry_number) is None:
        db.session.rollback()
        return False
    db.session.add(ask)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return False
    return True


def _put(client: InstagramClient, ask: PermissionAsk) -> PermissionAsk | None:
    number, media_id, message, status = ask.entry_number, ask.media_id, ask.message, ask.status
    db.session.rollback()
    if status is AskStatus.FAILED:
        return ask
    try:
        comment_id = client.comment(media_id, message)
    except GraphError as error:
        return _note_fault(number, error.fault)
    asked = db.session.get_one(PermissionAsk, number)
    asked.status, asked.comment_id = AskStatus.ASKED, comment_id[:40] or None
    db.session.commit()
    return asked


def _note_fault(number: int, fault: GraphFault) -> PermissionAsk | None:
    ask = db.session.get_one(PermissionAsk, number)
    log.warning("a question for a right was not put", entry=number, reason=str(fault))
    if fault.kind in _NEVER_SENT:
        db.session.delete(ask)
        db.session.commit()
        return None
    ask.status = AskStatus.SENDING if fault.kind in _UNKNOWN_END else AskStatus.FAILED
    ask.error = str(fault)[:300]
    db.session.commit()
    return ask


def _rules_address() -> str:
    return settings().site.base_url.rstrip("/") + RULES_PATH
