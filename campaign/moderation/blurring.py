"""Making people in a picture unrecognisable: a new picture stands for the entry, the one before stays as a part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from campaign.entries.albums import add_blurred, part_with
from campaign.entries.models import Entry
from campaign.errors import N_, Conflict
from campaign.extensions import db
from campaign.moderation.acts import begin, finish
from campaign.moderation.claims import check_free
from campaign.moderation.models import Action, Decision
from campaign.moderation.rules import check_picture_change
from campaign.moderation.showing import show
from campaign.moderation.taking_back import check_not_final
from campaign.moderation.wording import ask_anew
from campaign.pictures.areas import Area
from campaign.pictures.models import Picture
from campaign.pictures.services import PreparedPicture, store_picture
from campaign.pictures.uploaded import blur_stored
from campaign.staff.actors import Actor

MOVED_ON = N_("Für den Beitrag steht inzwischen ein anderes Bild. Sieh es dir an und zeichne die Flächen neu.")


def blur_picture(number: int, picture_id: int, areas: Sequence[Area], actor: Actor, now: datetime) -> Decision:
    """Let a copy of the picture that an entry shows, with these areas blurred for good, stand for it; commits.

    `picture_id` is the picture in which the areas were drawn. What is blurred in it already stays blurred.
    Undoing the decision deletes the copy.

    Raises:
        NotFound: there is no such entry.
        Conflict: the entry shows another picture, its file is gone, it is out of the contest or taken back for good, or
            somebody else works on it.
        PictureRefused: the picture cannot be made anew.
        NotNow: that is not possible at this moment.
    """
    _check(check_free(number, actor, now), picture_id)
    picture = db.session.get_one(Picture, picture_id)
    sha256, made_from, drone = picture.sha256, picture.made_from or picture.sha256, picture.drone
    # No transaction stays open while a picture is made: ballots must not wait for that.
    db.session.rollback()
    prepared = blur_stored(sha256, areas, made_from)
    # The copy has no metadata, but it was taken from the air as much as the picture before.
    prepared = replace(prepared, decoded=replace(prepared.decoded, drone=drone))
    try:
        return _show(number, picture_id, prepared, actor, now)
    except IntegrityError:
        # The same picture was stored at the same moment: its row is there now.
        db.session.rollback()
        return _show(number, picture_id, prepared, actor, now)


def _show(number: int, before: int, prepared: PreparedPicture, actor: Actor, now: datetime) -> Decision:
    entry, decision = begin(number, Action.BLUR, actor, now)
    _check(entry, before)
    picture_id = store_picture(prepared, now)
    show(entry, picture_id, decision)
    if part_with(number, picture_id) is None:
        add_blurred(entry, picture_id)
    ask_anew(entry, decision)
    return finish(entry, decision)


def _check(entry: Entry, picture_id: int) -> None:
    check_picture_change(entry.status)
    check_not_final(entry.number)
    if entry.picture_id is None or entry.picture_id != picture_id:
        raise Conflict(MOVED_ON)
