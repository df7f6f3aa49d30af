"""What happens to entries before anybody decides about them."""

from __future__ import annotations

import enum
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.contests.models import Contest
from campaign.entries.incoming import IncomingMedia
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.pictures.checks import PictureRefused
from campaign.pictures.services import prepare_picture, store_picture
from campaign.towns.gazetteer import load_gazetteer
from campaign.towns.resolver import Resolution, build_index, resolve


class Receipt(enum.StrEnum):
    """What receiving a post did."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def receive(contest: Contest, media: IncomingMedia, source: Source, now: datetime) -> tuple[Entry, Receipt]:
    """Write a post as an entry, once: the same media id or shortcode updates what is there; commits.

    A moderator's town stays; a changed caption is resolved anew while nobody has confirmed the town.
    """
    entry = _find(contest, media)
    if entry is None:
        try:
            return _add(contest, media, source, now), Receipt.NEW
        except IntegrityError:
            # Another process was faster with the same post: take its row.
            db.session.rollback()
            entry = _find(contest, media)
            if entry is None:
                raise
    changed = _update(entry, media, contest.hashtag)
    if changed:
        entry.updated_at = now
    db.session.commit()
    return entry, Receipt.UPDATED if changed else Receipt.UNCHANGED


def attach_picture(number: int, data: bytes, now: datetime) -> PictureState:
    """Keep the bytes of an entry's picture, or mark the entry with the reason why not; commits."""
    try:
        prepared = prepare_picture(data)
    except PictureRefused as error:
        return mark_picture(number, PictureState.REFUSED, str(error), now)
    entry = get_entry(number, lock=True)
    entry.picture = store_picture(prepared, now)
    entry.picture_state, entry.picture_reason, entry.updated_at = PictureState.STORED, None, now
    db.session.commit()
    return entry.picture_state


def mark_picture(number: int, state: PictureState, reason: str, now: datetime) -> PictureState:
    """Write why an entry has no picture; commits."""
    entry = get_entry(number)
    if (entry.picture_state, entry.picture_reason) != (state, reason[:300]):
        entry.picture_state, entry.picture_reason, entry.updated_at = state, reason[:300], now
    db.session.commit()
    return state


def get_entry(number: int, *, lock: bool = False) -> Entry:
    """Return an entry by its number.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(Entry).filter_by(number=number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    entry = db.session.scalar(query)
    if entry is None:
        raise NotFound(N_("Das Bild %(number)s gibt es nicht."), number=number)
    return entry


def _find(contest: Contest, media: IncomingMedia) -> Entry | None:
    same = Entry.media_id == media.media_id
    if media.shortcode:
        same = sa.or_(same, Entry.shortcode == media.shortcode)
    query = sa.select(Entry).where(Entry.contest_id == contest.id, same).order_by(Entry.number).limit(1)
    # Locked: a moderator who approves meanwhile must not find the town changed underneath.
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _add(contest: Contest, media: IncomingMedia, source: Source, now: datetime) -> Entry:
    entry = Entry(
        contest_id=contest.id,
        source=source,
        status=Status.PENDING,
        media_id=media.media_id,
        shortcode=media.shortcode,
        permalink=media.permalink,
        media_type=media.media_type,
        caption=media.caption,
        creator=media.username,
        username=media.username,
        taken_at=media.taken_at,
        received_at=now,
        updated_at=now,
    )
    _set_town(entry, contest.hashtag)
    db.session.add(entry)
    db.session.commit()
    return entry


def _update(entry: Entry, media: IncomingMedia, hashtag: str) -> bool:
    changed = False
    for name in ("caption", "permalink", "shortcode", "media_type", "taken_at", "username"):
        value = getattr(media, name)
        if value is not None and getattr(entry, name) != value:
            setattr(entry, name, value)
            changed = True
    entry.creator = entry.creator or media.username
    if changed and not entry.town_confirmed and entry.status is Status.PENDING:
        _set_town(entry, hashtag)
    return changed


def _set_town(entry: Entry, hashtag: str) -> None:
    found = resolve_town(entry.caption, hashtag)
    entry.town_ags = found.ags
    entry.evidence = [asdict(item) for item in found.evidence]


def resolve_town(caption: str | None, hashtag: str) -> Resolution:
    """Return the town that a caption speaks of, with the words that decided."""
    return resolve(caption, build_index(load_gazetteer()), hashtag)
