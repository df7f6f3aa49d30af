"""Asking people who mention us, by a comment under their post, for the right to show it.

A question is written down before it goes out. A crash in between leaves it at `sending` for ever: whether it was put
is unclear then, and asking again might be the second time. A clear answer of the person shows that it came.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError

from campaign.contests.models import Contest
from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.entries.usable import without_right
from campaign.entries.uses import Use
from campaign.extensions import db, settings
from campaign.instagram.answers import HOUR, is_account, may_ask, write_question
from campaign.instagram.budget import Action, Edge, Standing
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.credentials import open_client, state_key
from campaign.instagram.gate import standing_of
from campaign.instagram.limits import GraphFault, Kind
from campaign.instagram.mention_rules import is_about
from campaign.instagram.models import AskStatus, PermissionAsk
from campaign.rights.models import RightsGrant

# So long after it a question that is still on its way never arrives any more.
SENDING = timedelta(minutes=10)
RULES_PATH = "/teilnahmebedingungen"
# A call that Instagram refused for a reason that is not the post's is tried again after so long.
PUT_OFF = timedelta(days=1)
_NEVER_SENT = (Kind.PAUSED, Kind.LIMIT, Kind.TOKEN, Kind.UNCONFIGURED, Kind.PERMISSION, Kind.BLOCKED)
_UNKNOWN_END = (Kind.TRANSIENT, Kind.UNREADABLE)
# Meta, Error Codes: these very words stand there already, and only we write them.
_DUPLICATE = 506

log = structlog.get_logger()


def ask_one(now: datetime, *, client: InstagramClient | None = None) -> PermissionAsk | None:
    """Put the question for one entry, if it is time for one and somebody is to be asked; commits.

    Returns the question as it stands afterwards, or None when none was put.
    """
    contest = current_contest()
    found = _next(contest, now) if _is_time(contest, now) else None
    db.session.rollback()
    if found is None:
        return None
    number, media_id, username = found
    values = {"entry_number": number, "media_id": media_id, "username": username}
    ask = PermissionAsk(**values, status=AskStatus.SENDING, asked_at=now)
    try:
        asked = client or open_client(settings().instagram)
        _look(asked, ask)
    except GraphError as error:
        log.info("nobody was asked for a right", reason=str(error))
        return None
    ask.message = write_question(ask.entry_number, ask.username, contest.mention, _rules_address())
    return _put(asked, ask) if _claim(contest, ask) else None


def is_unclear(ask: PermissionAsk, now: datetime) -> bool:
    """Return whether nobody knows if a question was put: it was on its way when something broke."""
    return ask.status is AskStatus.SENDING and now - ask.asked_at >= SENDING


def _standing(now: datetime) -> Standing:
    return standing_of(state_key(settings().instagram), Edge.COMMENT, now)


def _is_time(contest: Contest, now: datetime) -> bool:
    config = settings().instagram
    if not config.ask_permission or not contest.mention or now >= contest.publish_at:
        return False
    # Looking at a post that we may not comment on would be a call for nothing, every minute.
    if _standing(now).action in (Action.STOP, Action.PAUSE):
        return False
    query = sa.select(PermissionAsk.asked_at, PermissionAsk.status).where(PermissionAsk.asked_at > now - HOUR)
    recent = [(moment, status) for moment, status in db.session.execute(query.order_by(PermissionAsk.asked_at))]
    # What was lost on its way costs a question for ever: no hour may lose more than one.
    lost = bool(recent) and recent[-1][1] is AskStatus.SENDING
    return may_ask([moment for moment, _ in recent], now, 1 if lost else config.asks_per_hour)


def _next(contest: Contest, now: datetime, *among: int) -> sa.Row[int, str, str | None] | None:
    """Return the first entry whose creator is to be asked, of some or of all: number, media id, account.

    The id is the one by which we were told of the mention: under that Instagram takes our comment.
    """
    media_id = sa.func.coalesce(Sighting.media_id, Entry.media_id, type_=Entry.media_id.type)
    query = sa.select(Entry.number, media_id, Entry.username)
    query = query.join(Sighting, sa.and_(Sighting.entry_number == Entry.number, Sighting.source == Source.MENTION))
    asked = sa.or_(PermissionAsk.entry_number == Entry.number, PermissionAsk.media_id.in_((media_id, Entry.media_id)))
    stands = sa.or_(PermissionAsk.status != AskStatus.PUT_OFF, PermissionAsk.asked_at > now - PUT_OFF)
    conditions: tuple[sa.ColumnElement[bool], ...] = (
        Entry.contest_id == contest.id,
        Entry.status == Status.APPROVED,
        without_right(Use.WEB, now),
        Entry.gone_at.is_(None),
        media_id.is_not(None),
        Entry.username.is_not(None),
        Entry.username != contest.mention.casefold(),
        ~sa.exists().where(asked, stands),
        # Whoever has declined or taken back a right is not asked again.
        ~sa.exists().where(RightsGrant.entry_number == Entry.number),
    )
    query = query.where(*conditions).order_by(Entry.number).limit(1)
    return db.session.execute(query.where(Entry.number.in_(among)) if among else query).first()


def _look(client: InstagramClient, ask: PermissionAsk) -> None:
    """Write into a question the account that has the post now, or why it cannot be asked.

    It also shows that Instagram answers: a comment that is lost on its way cannot be told from one that was put.
    """
    try:
        ask.username = client.mentioned_media(ask.media_id).username or ask.username
    except GraphError as error:
        status = _refusal(error.fault, ask.media_id)
        if status is None:
            raise
        ask.status, ask.error = status, str(error.fault)[:300]
        return
    if not is_account(ask.username):
        ask.status, ask.error = AskStatus.FAILED, "The account's name is none that can be written to."


def _refusal(fault: GraphFault, media_id: str) -> AskStatus | None:
    """Return how a question stands whose call Instagram refused; None where the error is none about the call."""
    if is_about(fault, (media_id,)):
        return AskStatus.FAILED
    return AskStatus.PUT_OFF if fault.kind is Kind.REQUEST else None


def _claim(contest: Contest, ask: PermissionAsk) -> bool:
    """Write the question down before it goes out; False when another process has, or it is no longer needed."""
    if _next(contest, ask.asked_at, ask.entry_number) is None:
        db.session.rollback()
        return False
    put_off = sa.delete(PermissionAsk).filter_by(entry_number=ask.entry_number, status=AskStatus.PUT_OFF)
    db.session.execute(put_off)
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
    if status is not AskStatus.SENDING:
        return ask
    try:
        comment_id = client.comment(media_id, message)
    except GraphError as error:
        return _note_fault(number, error.fault)
    asked = _locked(number)
    asked.comment_id = comment_id[:40] or None
    if asked.status is AskStatus.SENDING:
        asked.status = AskStatus.ASKED
    db.session.commit()
    return asked


def _note_fault(number: int, fault: GraphFault) -> PermissionAsk | None:
    ask = _locked(number)
    log.warning("a question for a right was not put", entry=number, reason=str(fault))
    if ask.status is not AskStatus.SENDING:
        db.session.rollback()
        return ask
    if fault.kind in _NEVER_SENT:
        db.session.delete(ask)
        db.session.commit()
        return None
    if fault.kind not in _UNKNOWN_END and fault.code != _DUPLICATE:
        ask.status = _refusal(fault, ask.media_id) or AskStatus.FAILED
    ask.error = str(fault)[:300]
    db.session.commit()
    return ask


def _locked(number: int) -> PermissionAsk:
    """Return a question as it stands: its answer may have come before Instagram's to us."""
    return db.session.get_one(PermissionAsk, number, with_for_update=True, populate_existing=True)


def _rules_address() -> str:
    return settings().site.base_url.rstrip("/") + RULES_PATH
