"""What we know already of the posts on a page: one look at the database for all of them, without a lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.admission import IntakeReason, is_kept_out, is_undecided, needs_picture
from campaign.entries.albums import MAX_CHILDREN
from campaign.entries.incoming import IncomingMedia
from campaign.entries.intake import JUDGED, reasons_of_post
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import AlbumPicture, Entry, Sighting
from campaign.entries.sameness import changes, is_due
from campaign.extensions import db

# What the account of a post decides; all other reasons follow from the post itself.
_OF_ACCOUNT = frozenset({IntakeReason.BLOCKED_ACCOUNT, IntakeReason.TOO_MANY})


@dataclass(frozen=True)
class KnownPost:
    """An entry as it stands, with the ways by which it came and the states of an album's parts by media id.

    `names` are all media ids that the ways call it by.
    """

    number: int
    source: Source
    status: Status
    media_id: str | None
    shortcode: str | None
    permalink: str | None
    caption: str | None
    media_type: str
    taken_at: datetime | None
    username: str | None
    intake_reasons: Sequence[str]
    picture_state: PictureState
    received_at: datetime
    ways: set[Source] = field(default_factory=set)
    names: set[str | None] = field(default_factory=set)
    children: dict[str, PictureState] = field(default_factory=dict)

    @property
    def is_kept_out(self) -> bool:
        """Return whether a rule keeps the post out."""
        return is_kept_out(self.status, self.intake_reasons)

    @property
    def waits_for_picture(self) -> bool:
        """Return whether staff cannot decide about the post before its picture has come."""
        return self.status is Status.PENDING and self.picture_state is PictureState.WAITING

    def is_settled(self, contest: Contest, media: IncomingMedia, source: Source, now: datetime) -> bool:
        """Return whether there is nothing to write and nothing to fetch when the post comes again."""
        if source not in self.ways or changes(self, media) or self._stands_otherwise(contest):
            return False
        return not self.wants_pictures(media, now)

    def wants_pictures(self, media: IncomingMedia, now: datetime) -> bool:
        """Return whether the entry may still take part and a picture of it may still come."""
        return needs_picture(self.status, self.intake_reasons) and self._lacks_pictures(media, now)

    def _stands_otherwise(self, contest: Contest) -> bool:
        if self.source not in JUDGED or not is_undecided(self.status, self.intake_reasons):
            return False
        reasons = reasons_of_post(contest, self.source, self.taken_at, self.media_type)
        return set(reasons) != set(self.intake_reasons) - _OF_ACCOUNT

    def _lacks_pictures(self, media: IncomingMedia, now: datetime) -> bool:
        age = now - self.received_at
        if not media.children:
            return is_due(self.picture_state, media.picture_url, age)
        children = media.children[:MAX_CHILDREN]
        states = [(self.children.get(child.media_id, PictureState.WAITING), child.url) for child in children]
        return any(is_due(state, url, age) for state, url in states)


def known_posts(contest: Contest, posts: Sequence[IncomingMedia]) -> Mapping[str, KnownPost]:
    """Return what is known of these posts, by their media ids; posts that nobody has seen before are absent."""
    ids = {post.media_id for post in posts}
    codes = {post.shortcode for post in posts if post.shortcode}
    found = _load(contest, ids, codes)
    by_id = {name: one for one in found for name in one.names} | {one.media_id: one for one in found}
    by_code = {one.shortcode: one for one in found if one.shortcode}
    known = {post.media_id: by_code.get(post.shortcode or "") or by_id.get(post.media_id) for post in posts}
    return {media_id: one for media_id, one in known.items() if one is not None}


def ids_of(numbers: sa.Select[int]) -> sa.Subquery:
    """Return the media ids of entries, as many as the ways call each by: columns `entry_number` and `media_id`."""
    own = sa.select(Entry.number.label("entry_number"), Entry.media_id.label("media_id"))
    own = own.where(Entry.number.in_(numbers), Entry.media_id.is_not(None))
    told = sa.select(Sighting.entry_number, Sighting.media_id)
    told = told.where(Sighting.entry_number.in_(numbers), Sighting.media_id.is_not(None))
    return own.union(told).subquery()


def _load(contest: Contest, ids: set[str], codes: set[str]) -> list[KnownPost]:
    columns = (
        Entry.number, Entry.source, Entry.status, Entry.media_id, Entry.shortcode, Entry.permalink, Entry.caption,
        Entry.media_type, Entry.taken_at, Entry.username, Entry.intake_reasons, Entry.picture_state, Entry.received_at,
    )  # fmt: skip
    of_contest = sa.select(*columns).where(Entry.contest_id == contest.id)
    # Asked apart, each by its own index: as one condition it would read every entry of the contest.
    searches = (
        of_contest.where(Entry.media_id.in_(ids)),
        of_contest.where(Entry.shortcode.in_(codes)),
        of_contest.join(Sighting, Sighting.entry_number == Entry.number).where(Sighting.media_id.in_(ids)),
    )
    rows = (row for search in searches for row in db.session.execute(search))
    found = {row.number: KnownPost(**row._asdict()) for row in rows}
    ways = sa.select(Sighting.entry_number, Sighting.source, Sighting.media_id)
    for number, way, media_id in db.session.execute(ways.where(Sighting.entry_number.in_(found))):
        found[number].ways.add(way)
        found[number].names.add(media_id)
    parts = sa.select(AlbumPicture.entry_number, AlbumPicture.media_id, AlbumPicture.state)
    for number, media_id, state in db.session.execute(parts.where(AlbumPicture.entry_number.in_(found))):
        found[number].children[media_id] = state
    return list(found.values())
