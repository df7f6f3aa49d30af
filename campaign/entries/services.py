"""What happens to entries before anybody decides about them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.contests.models import Contest
from campaign.entries.admission import is_kept_out, is_undecided
from campaign.entries.albums import keep_late, note_parts, part_of, parts_of, standing_of
from campaign.entries.incoming import IncomingMedia
from campaign.entries.intake import admit, one_at_a_time
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.entries.sameness import changes, is_same_post
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.pictures.checks import PictureRefused
from campaign.pictures.services import PreparedPicture, prepare_picture, store_picture
from campaign.towns.gazetteer import load_gazetteer
from campaign.towns.resolver import Resolution, build_index, resolve

_ENTRIES, _SIGHTINGS = Entry.metadata.tables["entry"], Sighting.metadata.tables["sighting"]


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
    picture_state: PictureState
    received_at: datetime


def receive(contest: Contest, media: IncomingMedia, source: Source, now: datetime) -> tuple[Entry, Receipt]:
    """Write a post as an entry, once, whichever ways it comes; commits. Returns the entry and what was done."""
    taken = take_in(contest, media, source, now)
    return db.session.get_one(Entry, taken.number), taken.receipt


def take_in(contest: Contest, media: IncomingMedia, source: Source, now: datetime) -> Taken:
    """Write a post as an entry, once, whichever ways it comes; commits.

    The same media id or shortcode updates what is there, and so does a mention without a shortcode that was posted at
    the same second with the same words. What keeps a post out is written as `intake_reasons`; while nobody has
    decided it is judged anew with each change. A moderator's town stays; a changed caption is resolved anew while
    nobody has confirmed the town.
    """
    try:
        return _take_in(contest, media, source, now)
    except IntegrityError:
        # Another process was faster with the same post: the row is there now.
        db.session.rollback()
        return _take_in(contest, media, source, now)


def attach_picture(number: int, data: bytes, now: datetime, *, part: str | None = None) -> PictureState:
    """Keep the bytes of an entry's picture, or mark the entry with the reason why not; commits.

    `part` is the media id of an album's part. The entry shows the first picture that comes, and keeps showing it
    until somebody chooses another one. A withdrawn entry gets none.

    Raises:
        SandboxUnavailable: decoding is not possible now; nothing was written.
    """
    status, state = db.session.execute(sa.select(Entry.status, Entry.picture_state).filter_by(number=number)).one()
    # No transaction stays open while the picture is decoded. One of an entry that is withdrawn meanwhile goes with the
    # next look at withdrawals.
    db.session.rollback()
    if status is Status.WITHDRAWN:
        return state
    try:
        prepared = prepare_picture(data)
    except PictureRefused as error:
        return mark_picture(number, PictureState.REFUSED, str(error), now, part=part)
    try:
        return _attach(number, prepared, part, now)
    except IntegrityError:
        # The same picture was stored at the same moment: its row is there now.
        db.session.rollback()
        return _attach(number, prepared, part, now)


def _attach(number: int, prepared: PreparedPicture, part: str | None, now: datetime) -> PictureState:
    # Only the column that is asked about: this runs for every picture of a pass.
    locked = sa.select(Entry.picture_state).filter_by(number=number).with_for_update()
    shows_one = db.session.scalars(locked).one() is PictureState.STORED
    picture_id = store_picture(prepared, now)
    if part is not None:
        piece = part_of(number, part)
        piece.picture_id, piece.state, piece.reason = picture_id, PictureState.STORED, None
    elif shows_one:
        # Somebody added a picture while this one was on its way: both are kept, for somebody to choose.
        keep_late(get_entry(number, lock=True), picture_id)
    if not shows_one:
        stored = {"picture_id": picture_id, "picture_state": PictureState.STORED, "picture_reason": None}
        db.session.execute(sa.update(_ENTRIES).where(_ENTRIES.c.number == number), {**stored, "updated_at": now})
    db.session.commit()
    return PictureState.STORED


def mark_picture(
    number: int, state: PictureState, reason: str, now: datetime, *, part: str | None = None
) -> PictureState:
    """Write why an entry has no picture, or why an album lacks the part of that media id; commits."""
    entry = get_entry(number, lock=True)
    stands: tuple[PictureState, str | None] = (state, reason[:300])
    if part is not None:
        piece = part_of(number, part)
        piece.state, piece.reason = stands
        stands = standing_of(parts_of(number))
    if entry.picture_state is not PictureState.STORED and (entry.picture_state, entry.picture_reason) != stands:
        entry.picture_state, entry.picture_reason = stands
        entry.updated_at = now
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


def _take_in(
    contest: Contest, media: IncomingMedia, source: Source, now: datetime, account: str | None = None
) -> Taken:
    one_at_a_time(contest, media.username or account, media.taken_at)
    entry = _find(contest, media)
    if entry is not None and entry.username and not (media.username or account):
        # Accounts wait for each other before they lock an entry: begin again, now that the account is known.
        account = entry.username
        db.session.rollback()
        return _take_in(contest, media, source, now, account)
    receipt = Receipt.UNCHANGED
    if entry is None:
        entry, receipt = _add(contest, media, source, now), Receipt.NEW
    else:
        if _update(entry, media, contest.hashtag):
            entry.updated_at, receipt = now, Receipt.UPDATED
        _note_way(entry, source, now)
    note_parts(entry, media.children)
    admit(contest, entry, now)
    kept_out = is_kept_out(entry.status, entry.intake_reasons)
    taken = Taken(entry.number, receipt, entry.status, kept_out, entry.picture_state, entry.received_at)
    db.session.commit()
    return taken


def _note_way(entry: Entry, source: Source, now: datetime) -> None:
    if db.session.get(Sighting, (entry.number, source)) is None:
        _add_way(entry.number, source, now)


def _add_way(number: int, source: Source, now: datetime) -> None:
    # As a plain row: a second round of writing objects would cost more than the rest of a new post.
    values = {"entry_number": number, "source": source, "first_seen_at": now}
    db.session.execute(sa.insert(_SIGHTINGS), values)


def _find(contest: Contest, media: IncomingMedia) -> Entry | None:
    """Return the entry of a post, locked: who approves it meanwhile must not find the town changed underneath."""
    named = [Entry.media_id == media.media_id]
    if media.shortcode:
        named.append(Entry.shortcode == media.shortcode)
    if media.taken_at is not None and media.caption:
        named.append(Entry.taken_at == media.taken_at)
    # Looked for without a lock: most posts are new, and of those of the same second most are others.
    columns = (Entry.number, Entry.media_id, Entry.shortcode, Entry.username, Entry.taken_at, Entry.caption)
    query = sa.select(*columns).where(Entry.contest_id == contest.id, sa.or_(*named)).order_by(Entry.number)
    rows = db.session.execute(query).all()
    # The shortcode is the name that every way knows.
    found = [row for row in rows if media.shortcode and row.shortcode == media.shortcode]
    found += [row for row in rows if row.media_id == media.media_id]
    found += [row for row in rows if is_same_post(row, media)]
    return get_entry(found[0].number, lock=True) if found else None


def _add(contest: Contest, media: IncomingMedia, source: Source, now: datetime) -> Entry:
    entry = Entry(
        contest_id=contest.id,
        source=source,
        status=Status.PENDING,
        intake_reasons=[],
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
    db.session.flush()
    _add_way(entry.number, source, now)
    return entry


def _update(entry: Entry, media: IncomingMedia, hashtag: str) -> bool:
    changed = changes(entry, media)
    for name, value in changed.items():
        setattr(entry, name, value)
    entry.creator = entry.creator or media.username
    if "caption" in changed and not entry.town_confirmed and is_undecided(entry.status, entry.intake_reasons):
        _set_town(entry, hashtag)
    return bool(changed)


def _set_town(entry: Entry, hashtag: str) -> None:
    found = resolve_town(entry.caption, hashtag)
    entry.town_ags = found.ags
    entry.evidence = [{"words": one.words, "matched": one.matched, "kind": one.kind} for one in found.evidence]


def resolve_town(caption: str | None, hashtag: str) -> Resolution:
    """Return the town that a caption speaks of, with the words that decided."""
    return resolve(caption, build_index(load_gazetteer()), hashtag)
