"""Mentions: written down as the webhook tells of them, looked up by the scheduler."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from campaign.extensions import db
from campaign.instagram.models import EventStatus, WebhookEvent
from campaign.instagram.webhooks import FIELD, Mention


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
