"""A simulated Instagram on which people are asked for their permission and answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from campaign.clock import utc_now
from campaign.config import Settings
from campaign.demo.graph_api import USER_ID, RunningGraphApi
from campaign.entries.lifecycle import Source
from campaign.entries.models import Entry, Sighting
from campaign.entries.uses import Use, has_right
from campaign.extensions import db
from campaign.instagram.asking import ask_one
from campaign.instagram.budget import Action, Edge
from campaign.instagram.client import InstagramClient
from campaign.instagram.consent import settle_answers
from campaign.instagram.credentials import open_client, state_key
from campaign.instagram.gate import standing_of
from campaign.instagram.models import AskStatus, PermissionAsk, SeenComment
from campaign.outbound import Outbound
from tests.factories import make_entry

START = datetime.fromisoformat("2026-06-15T12:00:00+00:00")
MENTIONS = f"/{USER_ID}/mentions"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


@dataclass
class World:
    """The simulated Instagram and what a test does there."""

    graph: RunningGraphApi
    clock: Clock
    settings: Settings
    posts: dict[int, str] = field(default_factory=dict)

    def entry(self, username: str = "lichtbild.anna", *, mentioned: bool = True, **values: Any) -> Entry:
        """An approved entry without a right whose post mentions us."""
        caption = "Der Dom am Abend @schoenster.blick #schoensterblick" if mentioned else "Der Dom #schoensterblick"
        post = self.graph.api.stream.add({"caption": caption, "username": username}, self.clock())
        shown = {"media_id": post.media_id, "shortcode": post.shortcode, "permalink": post.permalink}
        entry = make_entry(**{"has_right": False, "username": username, "creator": username, **shown, **values})
        db.session.add(Sighting(entry_number=entry.number, source=Source.MENTION, first_seen_at=START))
        db.session.commit()
        self.posts[entry.number] = post.media_id
        return entry

    def client(self) -> InstagramClient:
        outbound = Outbound(seconds=5, size=100_000, backoff=0, retries=0)
        return open_client(self.settings.instagram, clock=self.clock, sleep=lambda _: None, outbound=outbound)

    def ask(self, **step: float) -> PermissionAsk | None:
        """Let time pass and the scheduler ask."""
        return ask_one(self.clock.move(**step), client=self.client())

    def comments(self) -> list[tuple[str, str]]:
        """What our account has written: media and text."""
        ours = [one for one in self.graph.api.comments.under() if one.username == "schoenster.blick"]
        return [(one.media_id, one.text) for one in ours]

    def answer(self, entry: Entry, text: str, username: str = "lichtbild.anna", **step: float) -> SeenComment:
        """Let somebody comment under an entry's post after a while (or before), and us see it."""
        moment = self.clock.now + timedelta(**(step or {"minutes": 1}))
        self.clock.now = max(moment, self.clock.now)
        made = self.graph.api.comment(self.posts[entry.number], text, username)
        seen = SeenComment(
            comment_id=made.comment_id,
            media_id=made.media_id,
            username=username,
            text=text,
            commented_at=moment,
            seen_at=moment + timedelta(seconds=5),
        )
        db.session.add(seen)
        db.session.commit()
        return seen

    def stopped(self) -> str | None:
        """Why no question goes out until a person has looked."""
        standing = standing_of(state_key(self.settings.instagram), Edge.COMMENT, utc_now())
        return standing.reason if standing.action is Action.STOP else None

    def settle(self) -> int:
        return settle_answers(self.clock.move(seconds=30))


def ask_of(entry_number: int) -> PermissionAsk | None:
    """The question for an entry's right, with what became of it."""
    return db.session.get(PermissionAsk, entry_number)


def asked(entry: Entry) -> tuple[AskStatus, str | None] | None:
    db.session.expire_all()
    ask = ask_of(entry.number)
    return (ask.status, ask.comment_id) if ask else None


def standing(entry: Entry) -> tuple[AskStatus | None, bool]:
    db.session.expire_all()
    ask = ask_of(entry.number)
    return ask.status if ask else None, has_right(db.session.get_one(Entry, entry.number), Use.WEB, START)
