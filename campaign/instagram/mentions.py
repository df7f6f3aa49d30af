"""Mentions: written down as the webhook tells of them, looked up by the scheduler, comments kept as they were seen.

There is no list of mentions to ask for (Meta, Instagram Platform, Mentions): what is not written down is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.entries.lifecycle import Source
from campaign.entries.models import Entry, Sighting
from campaign.extensions import db
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.limits import GraphFault, Kind
from campaign.instagram.models import EventStatus, IngestRun, SeenComment, WebhookEvent
from campaign.instagram.passes import run_pass
from campaign.instagram.runs import RunSource
from campaign.instagram.taking import Pass, Stopped, release, take_media
from campaign.instagram.webhooks import FIELD, Mention
from campaign.sections import InstagramSettings

PER_PASS = 200
# So many faults in a row are not about single mentions.
MOST_FAULTS = 3
TEXT_LENGTH = 5000
# After so many tries there is nothing: deleted, private, comments closed, a test of the dashboard.
GONE_AFTER = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=12), timedelta(hours=24))
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
GIVE_UP = timedelta(days=30)
_ABOUT_THE_POST = frozenset({Kind.REQUEST, Kind.MISSING, Kind.HASHTAG_UNKNOWN})
_OF_THE_MOMENT = frozenset({Kind.TRANSIENT, Kind.UNREADABLE})
_NOT_ASKED = frozenset({Kind.PAUSED, Kind.LIMIT, Kind.TOKEN, Kind.UNCONFIGURED})


def keep_mentions(mentions: Sequence[Mention], now: datetime) -> None:
    """Write down the mentions of a delivery, each once however often it is told; commits.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: nothing was written.
    """
    if not mentions:
        return
    shared = {"field": FIELD, "status": EventStatus.WAITING, "attempts": 0, "received_at": now, "next_attempt_at": now}
    # In one order everywhere: two deliveries that overlap must not wait for each other.
    ordered = sorted(mentions, key=lambda mention: (mention.media_id, mention.comment_id))
    rows = [{**shared, "media_id": one.media_id, "comment_id": one.comment_id} for one in ordered]
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # The table, not the model: a thousand rows in half the time.
    table = cast(sa.Table, WebhookEvent.__table__)
    db.session.execute(insert(table).on_conflict_do_nothing(), rows)
    db.session.commit()


def ingest_mentions(
    contest: Contest,
    config: InstagramSettings,
    now: datetime,
    *,
    client: InstagramClient | None = None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = utc_now,
) -> IngestRun:
    """Look up the mentions that wait and are due, at most 200; returns the written record of the pass.

    A post becomes an entry, a comment is kept for `consent` and for withdrawals. What Instagram does not show is tried
    a few times over a day and a half; a limit or a dead token ends the pass at once and costs no mention a try.
    """
    return run_pass(contest, RunSource.MENTIONS, config, now, _walk, client=client, stop=stop, clock=clock)


def has_due_mentions(now: datetime) -> bool:
    """Return whether a mention waits to be looked up, so that no pass is written down for nothing."""
    due = sa.select(sa.exists().where(WebhookEvent.status == EventStatus.WAITING, WebhookEvent.next_attempt_at <= now))
    return db.session.scalar(due) or False


def next_wait(kind: Kind, attempts: int, age: timedelta) -> timedelta | None:
    """Return how long a mention waits after its try number `attempts` (from 1), or None when it is given up."""
    if kind in _ABOUT_THE_POST:
        return GONE_AFTER[attempts - 1] if attempts <= len(GONE_AFTER) else None
    doubled = FIRST_WAIT * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_WAIT) if age < GIVE_UP else None


def _walk(task: Pass) -> None:
    faults = 0
    for number, mention in _due(task.clock()):
        if task.stop():
            raise Stopped
        try:
            _look_up(task, mention)
        except GraphError as error:
            faults = faults + 1 if error.fault.kind in _OF_THE_MOMENT else 0
            _put_off(task, number, error.fault)
            if faults >= MOST_FAULTS or error.fault.kind not in _OF_THE_MOMENT | _ABOUT_THE_POST:
                raise
        else:
            faults = 0
            _close(number)


def _due(now: datetime) -> Sequence[tuple[int, Mention]]:
    columns = sa.select(WebhookEvent.id, WebhookEvent.media_id, WebhookEvent.comment_id)
    waiting = columns.where(WebhookEvent.status == EventStatus.WAITING, WebhookEvent.next_attempt_at <= now)
    rows = db.session.execute(waiting.order_by(WebhookEvent.next_attempt_at, WebhookEvent.id).limit(PER_PASS)).all()
    release()
    return [(number, Mention(media_id, comment_id)) for number, media_id, comment_id in rows]


def _look_up(task: Pass, mention: Mention) -> None:
    if mention.comment_id and (not _is_foreign(task, mention.comment_id) or _is_known(task, mention.media_id)):
        return
    try:
        media = task.client.mentioned_media(mention.media_id)
    except GraphError as error:
        if mention.comment_id and error.fault.kind in _ABOUT_THE_POST:
            # The comment mentions us and the caption does not: that makes no entry.
            return
        raise
    failed = task.failed
    take_media(task, media)
    if task.failed > failed:
        raise GraphError(GraphFault(Kind.UNREADABLE, "the post could not be written"))


def _is_foreign(task: Pass, comment_id: str) -> bool:
    """Keep a comment, once; returns whether it is somebody else's: our own questions mention us as well."""
    ours = task.contest.mention.casefold()
    known = db.session.get(SeenComment, comment_id) is not None
    release()
    if known:
        return True
    comment = task.client.mentioned_comment(comment_id)
    if comment.username == ours:
        return False
    seen = SeenComment(
        comment_id=comment_id,
        media_id=comment.media_id,
        username=comment.username,
        text=comment.text[:TEXT_LENGTH],
        commented_at=comment.commented_at,
        seen_at=task.clock(),
    )
    db.session.merge(seen)
    db.session.commit()
    return True


def _is_known(task: Pass, media_id: str) -> bool:
    """Return whether the post came by a mention before, so that its caption need not be asked for again."""
    query = sa.select(Entry.number).join(Sighting, Sighting.entry_number == Entry.number)
    query = query.where(Entry.contest_id == task.contest.id, Entry.media_id == media_id)
    known = db.session.scalar(query.where(Sighting.source == Source.MENTION)) is not None
    release()
    return known


def _close(number: int) -> None:
    event = db.session.get_one(WebhookEvent, number)
    event.status, event.error, event.attempts = EventStatus.DONE, None, event.attempts + 1
    db.session.commit()


def _put_off(task: Pass, number: int, fault: GraphFault) -> None:
    """Let a mention wait for its next try, or give it up; what was not even asked for has lost nothing."""
    if fault.kind in _NOT_ASKED:
        return
    now = task.clock()
    event = db.session.get_one(WebhookEvent, number)
    event.attempts, event.error = event.attempts + 1, str(fault)[:300]
    wait = next_wait(fault.kind, event.attempts, now - event.received_at)
    if wait is None:
        event.status = EventStatus.GONE
    else:
        event.next_attempt_at = now + wait
    media_id = event.media_id
    db.session.commit()
    task.skipped += 1
    if fault.kind not in _ABOUT_THE_POST:
        task.note(media_id, str(fault))
