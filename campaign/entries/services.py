"""What happens to entries before anybody decides about them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.contests.models import Contest
from campaign.entries.admission import is_kept_out, is_undecided, needs_picture
from campaign.entries.albums import note_parts
from campaign.entries.hints import kinds_of
from campaign.entries.incoming import IncomingMedia
from campaign.entries.intake import admit, one_at_a_time, reasons_of_post
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.entries.sameness import changes, is_same_post
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.towns.gazetteer import load_gazetteer
from campaign.towns.resolver import Resolution, build_index, resolve

# Built once: a pass asks them for every post.
_ENTRIES = Entry.metadata.tables["entry"]
_INSERT = sa.insert(_ENTRIES).returning(_ENTRIES.c.number)
_SIGHTINGS = Sighting.metadata.tables["sighting"]
_SIGHT = sa.insert(_SIGHTINGS)
_COLUMNS = [_ENTRIES.c[name] for name in ("number", "media_id", "shortcode", "username", "taken_at", "caption")]
_OF_CONTEST = _ENTRIES.c.contest_id == sa.bindparam("contest")
_SAME = [_ENTRIES.c[name] == sa.bindparam(name) for name in ("media_id", "shortcode", "taken_at")]
# One search for each name: as one condition SQLite, or over both tables PostgreSQL, would read the whole contest.
_NAMESAKES = sa.union_all(
    *(sa.select(*_COLUMNS, sa.false().label("is_seen")).where(_OF_CONTEST, same) for same in _SAME),
    sa.select(*_COLUMNS, sa.true())
    .join(_SIGHTINGS, _SIGHTINGS.c.entry_number == _ENTRIES.c.number)
    .where(_OF_CONTEST, _SIGHTINGS.c.media_id == sa.bindparam("media_id")),
).order_by("number")


class Receipt(enum.StrEnum):
    """What receiving a post did."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Taken:
    """A received post as it stands: what a pass asks next, without another look at the database."""

    number: int
    receipt: Receipt
    status: Status
    is_kept_out: bool
    needs_picture: bool
    picture_state: PictureState
    received_at: datetime


def receive(contest: Contest, media: IncomingMedia, source: Source, now: datetime) -> tuple[Entry, Receipt]:
    """Write a post as an entry, once, whichever ways it comes; commits. Returns the entry and what was done."""
    taken = take_in(contest, media, source, now)
    return db.session.get_one(Entry, taken.number), taken.receipt


def take_in(contest: Contest, media: IncomingMedia, source: Source, now: datetime) -> Taken:
    """Write a post as an entry, once, whichever ways it comes; commits.

    The same media id (by whichever way it was told) or shortcode updates what is there, and so does a mention without
    a shortcode that was posted at the same second with the same words. What keeps a post out is written as
    `intake_reasons`; while nobody has decided it is judged anew with each change. A moderator's town stays; a changed
    caption is resolved anew while nobody has confirmed the town.
    """
    try:
        return _take_in(contest, media, source, now)
    except IntegrityError:
        # Another process was faster with the same post: the row is there now.
        db.session.rollback()
        return _take_in(contest, media, source, now)


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


def _take_in(
    contest: Contest, media: IncomingMedia, source: Source, now: datetime, account: str | None = None
) -> Taken:
    one_at_a_time(contest, media.username or account, media.taken_at)
    entry = _find(contest, media)
    if entry is None:
        return _add(contest, media, source, now)
    if entry.username and not (media.username or account):
        # Accounts wait for each other before they lock an entry: begin again, now that the account is known.
        account = entry.username
        db.session.rollback()
        return _take_in(contest, media, source, now, account)
    receipt = Receipt.UNCHANGED
    if _update(entry, media, contest.hashtag):
        entry.updated_at, receipt = now, Receipt.UPDATED
    _note_way(entry, media.media_id, source, now)
    note_parts(entry.number, media.children)
    admit(contest, entry, now)
    return _keep(entry, receipt)


def _keep(entry: Entry, receipt: Receipt) -> Taken:
    kept_out = is_kept_out(entry.status, entry.intake_reasons)
    needed = needs_picture(entry.status, entry.intake_reasons)
    taken = Taken(entry.number, receipt, entry.status, kept_out, needed, entry.picture_state, entry.received_at)
    db.session.commit()
    return taken


def _note_way(entry: Entry, media_id: str, source: Source, now: datetime) -> None:
    """Write by which way and under which id a post came; an entry that has no id yet takes it as its own."""
    sighting = db.session.get(Sighting, (entry.number, source))
    if sighting is None:
        _add_way(entry.number, media_id, source, now)
    elif sighting.media_id is None:
        sighting.media_id = media_id
    if entry.media_id is None and not _is_taken(entry.contest_id, media_id):
        entry.media_id = media_id


def _add_way(number: int, media_id: str, source: Source, now: datetime) -> None:
    values = {"entry_number": number, "source": source, "media_id": media_id, "first_seen_at": now}
    db.session.connection().execute(_SIGHT, values)


def _is_taken(contest_id: int, media_id: str) -> bool:
    """Return whether another entry of the contest has an id: two may turn out to be one post."""
    named = sa.exists().where(Entry.contest_id == contest_id, Entry.media_id == media_id)
    return db.session.scalar(sa.select(named)) or False


def _find(contest: Contest, media: IncomingMedia) -> Entry | None:
    """Return the entry of a post, locked: who approves it meanwhile must not find the town changed underneath."""
    # Looked for without a lock: most posts are new, and of those of the same second most are others.
    names = {"contest": contest.id, "media_id": media.media_id, "shortcode": media.shortcode or None}
    moment = media.taken_at if media.caption else None
    rows = db.session.connection().execute(_NAMESAKES, {**names, "taken_at": moment}).all()
    # The shortcode is the name that every way knows.
    found = [row for row in rows if media.shortcode and row.shortcode == media.shortcode]
    found += [row for row in rows if row.media_id == media.media_id or row.is_seen]
    found += [row for row in rows if is_same_post(row, media)]
    return get_entry(found[0].number, lock=True) if found else None


def _add(contest: Contest, media: IncomingMedia, source: Source, now: datetime) -> Taken:
    """Write a new post as plain rows: objects would cost a pass more than all its other writing."""
    reasons = reasons_of_post(contest, source, media.taken_at, media.media_type)
    status = Status.REJECTED if reasons else Status.PENDING
    values = {
        "contest_id": contest.id,
        "source": source,
        "status": status,
        "intake_reasons": reasons,
        "media_id": media.media_id,
        "shortcode": media.shortcode,
        "permalink": media.permalink,
        "media_type": media.media_type,
        "caption": media.caption,
        "creator": media.username,
        "username": media.username,
        "picture_state": PictureState.WAITING,
        "taken_at": media.taken_at,
        "received_at": now,
        "updated_at": now,
        "hints": kinds_of(media.caption),
        **_town(media.caption, contest.hashtag),
    }
    number = db.session.connection().execute(_INSERT, values).scalar_one()
    _add_way(number, media.media_id, source, now)
    note_parts(number, media.children)
    if media.username:
        entry = get_entry(number, lock=True)
        admit(contest, entry, now)
        return _keep(entry, Receipt.NEW)
    db.session.commit()
    return Taken(number, Receipt.NEW, status, bool(reasons), not reasons, PictureState.WAITING, now)


def _update(entry: Entry, media: IncomingMedia, hashtag: str) -> bool:
    changed = changes(entry, media)
    for name, value in changed.items():
        setattr(entry, name, value)
    entry.creator = entry.creator or media.username
    if "caption" in changed:
        entry.hints = kinds_of(entry.caption)
    if "caption" in changed and not entry.town_confirmed and is_undecided(entry.status, entry.intake_reasons):
        for name, value in _town(entry.caption, hashtag).items():
            setattr(entry, name, value)
    return bool(changed)


def _town(caption: str | None, hashtag: str) -> dict[str, Any]:
    """Return the fields of an entry that say which town its caption speaks of."""
    found = resolve_town(caption, hashtag)
    evidence = [{"words": one.words, "matched": one.matched, "kind": one.kind} for one in found.evidence]
    return {"town_ags": found.ags, "evidence": evidence}


def resolve_town(caption: str | None, hashtag: str) -> Resolution:
    """Return the town that a caption speaks of, with the words that decided."""
    return resolve(caption, build_index(load_gazetteer()), hashtag)
