"""Entries whose posts are on the simulated Instagram, and posts that vanish from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from campaign.demo.graph_api import RunningGraphApi
from campaign.entries.lifecycle import Source
from campaign.entries.models import Entry, Sighting
from campaign.extensions import db
from campaign.instagram.existence import ExistenceReport
from campaign.instagram.models import Existence
from tests.factories import NOW, make_entry

HOUR = timedelta(hours=1)
Look = Callable[..., ExistenceReport]


def posted(graph: RunningGraphApi, *, due: float = 0, **values: Any) -> int:
    """An entry whose post is on Instagram; it is due so many hours after the start."""
    post = graph.api.stream.add({"timestamp": (NOW - HOUR).isoformat()}, NOW)
    entry = make_entry(shortcode=post.shortcode, permalink=post.permalink, **values)
    db.session.add(Existence(entry_number=entry.number, next_check_at=NOW + due * HOUR))
    db.session.commit()
    return entry.number


def remove(graph: RunningGraphApi, number: int) -> None:
    graph.api.stream.remove(str(entry_of(number).shortcode), NOW)


def restore(graph: RunningGraphApi, number: int) -> None:
    graph.api.stream.restore(str(entry_of(number).shortcode), NOW)


def entry_of(number: int) -> Entry:
    db.session.expire_all()
    return db.session.get_one(Entry, number)


def row_of(number: int) -> Existence:
    db.session.expire_all()
    return db.session.get_one(Existence, number)


def asked(graph: RunningGraphApi) -> list[str]:
    return [call["path"] for call in graph.api.log.listed() if call["path"].endswith("/instagram_oembed")]


def hide(graph: RunningGraphApi, look: Look, number: int) -> datetime:
    """Remove a post and look until it is hidden."""
    remove(graph, number)
    for hours in range(0, 60, 4):
        if number in look(hours).hidden:
            return NOW + hours * HOUR
    raise AssertionError("never hidden")


def mentioned(graph: RunningGraphApi, *, due: float = 0, caption: str | None = None) -> int:
    """An entry whose post mentioned us (and still does, unless it has another caption) without telling its address."""
    words = caption or f"Der Dom @{graph.api.account.username}"
    post = graph.api.stream.add({"timestamp": (NOW - HOUR).isoformat(), "caption": words}, NOW)
    entry = make_entry(source=Source.MENTION, media_id=post.media_id, shortcode=None, permalink=None)
    db.session.add(
        Sighting(entry_number=entry.number, source=Source.MENTION, media_id=entry.media_id, first_seen_at=NOW)
    )
    db.session.add(Existence(entry_number=entry.number, next_check_at=NOW + due * HOUR))
    db.session.commit()
    return entry.number
