"""Mentions: written down as the webhook tells of them, looked up by the scheduler, comments kept as they were seen.

There is no list of mentions to ask for (Meta, Instagram Platform, Mentions): what is not written down is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.extensions import db
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.limits import GraphFault, Kind
from campaign.instagram.mention_rules import STUCK, is_about, next_wait
from campaign.instagram.mentioned import look_up
from campaign.instagram.models import EventStatus, IngestRun, WebhookEvent
from campaign.instagram.passes import run_pass
from campaign.instagram.runs import RunSource
from campaign.instagram.taking import Pass, Stopped, release
from campaign.instagram.webhooks import FIELD, Mention
from campaign.sections import InstagramSettings

PER_PASS = 200
# So many faults in a row are not about single mentions.
MOST_FAULTS = 3
# Another mention may fare better; after any other error the pass ends at once.
_GOES_ON = frozenset({Kind.TRANSIENT, Kind.UNREADABLE, Kind.REQUEST, Kind.MISSING, Kind.HASHTAG_UNKNOWN})
_NOT_ASKED = frozenset({Kind.PAUSED, Kind.LIMIT, Kind.TOKEN, Kind.UNCONFIGURED})


def keep_mentions(mentions: Sequence[Mention], now: datetime) -> None:
    """Write down the mentions of a delivery, each once however often it is told; commits.

    One that was given up is looked for anew.

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
    again = {"status": EventStatus.WAITING, "attempts": 0, "received_at": now, "next_attempt_at": now}
    db.session.execute(
        insert(table).on_conflict_do_update(
            index_elements=["field", "media_id", "comment_id"],
            set_={**again, "stuck_since": None},
            where=table.c.status == EventStatus.GONE,
        ),
        rows,
    )
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
    a few times over a day and a half; every other refusal, and a picture that does not come, is tried for a month. A
    limit or a dead token ends the pass at once and costs no mention a try.
    """
    return run_pass(contest, RunSource.MENTIONS, config, now, _walk, client=client, stop=stop, clock=clock)


def has_due_mentions(now: datetime) -> bool:
    """Return whether a mention waits to be looked up, so that no pass is written down for nothing."""
    due = sa.select(sa.exists().where(WebhookEvent.status == EventStatus.WAITING, WebhookEvent.next_attempt_at <= now))
    return db.session.scalar(due) or False


def stuck_since(now: datetime) -> datetime | None:
    """Return since when a mention cannot be looked up for hours, for a reason that is not its post's own."""
    query = sa.select(sa.func.min(WebhookEvent.stuck_since, type_=WebhookEvent.stuck_since.type))
    waits = (WebhookEvent.status == EventStatus.WAITING, WebhookEvent.stuck_since <= now - STUCK)
    return db.session.scalar(query.where(*waits))


def _walk(task: Pass) -> None:
    faults, read, last = 0, 0, None
    for number, mention in _due(task.clock()):
        if task.stop():
            raise Stopped
        try:
            is_whole = look_up(task, mention)
        except GraphError as error:
            if _put_off(task, number, mention, error.fault):
                faults = 0
                continue
            faults, last = faults + 1, error
            if faults >= MOST_FAULTS or error.fault.kind not in _GOES_ON:
                raise
        else:
            faults, read = 0, read + 1
            _close(task, number, is_whole=is_whole)
    if last is not None and not read:
        raise last


def _due(now: datetime) -> Sequence[tuple[int, Mention]]:
    columns = sa.select(WebhookEvent.id, WebhookEvent.media_id, WebhookEvent.comment_id)
    waiting = columns.where(WebhookEvent.status == EventStatus.WAITING, WebhookEvent.next_attempt_at <= now)
    rows = db.session.execute(waiting.order_by(WebhookEvent.next_attempt_at, WebhookEvent.id).limit(PER_PASS)).all()
    release()
    return [(number, Mention(media_id, comment_id)) for number, media_id, comment_id in rows]


def _close(task: Pass, number: int, *, is_whole: bool) -> None:
    """Note that a mention was looked up; it comes again while a picture of its post has not come."""
    now = task.clock()
    event = db.session.get_one(WebhookEvent, number)
    event.attempts, event.error, event.stuck_since = event.attempts + 1, None, None
    wait = None if is_whole else next_wait(event.attempts, now - event.received_at, about_post=False)
    if wait is None:
        event.status = EventStatus.DONE
    else:
        event.next_attempt_at = now + wait
    db.session.commit()


def _put_off(task: Pass, number: int, mention: Mention, fault: GraphFault) -> bool:
    """Let a mention wait for its next try, or give it up; returns whether the error is about the post.

    What was not even asked for has lost nothing.
    """
    if fault.kind in _NOT_ASKED:
        return False
    now, about_post = task.clock(), is_about(fault, (mention.media_id, mention.comment_id))
    event = db.session.get_one(WebhookEvent, number)
    # The tries of an outage are none of those after which a post is taken for gone.
    event.attempts = 1 if about_post and event.stuck_since else event.attempts + 1
    event.stuck_since = None if about_post else event.stuck_since or now
    event.error = str(fault)[:300]
    wait = next_wait(event.attempts, now - event.received_at, about_post=about_post)
    if wait is None:
        event.status = EventStatus.GONE
    else:
        event.next_attempt_at = now + wait
    db.session.commit()
    task.skipped += 1
    if not about_post:
        task.note(mention.media_id, str(fault))
    return about_post
