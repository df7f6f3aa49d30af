"""Which of its pictures an entry shows: moving to another one, and back."""

from __future__ import annotations

from collections.abc import Sequence

from campaign.entries.albums import BLURRED, STILL, keep_shown, part_with, parts_of, standing_of
from campaign.entries.lifecycle import PictureState
from campaign.entries.models import AlbumPicture, Entry
from campaign.errors import N_, Conflict
from campaign.extensions import db
from campaign.moderation.models import Action, Decision
from campaign.pictures.models import Picture
from campaign.pictures.services import DeletedPictures, delete_pictures
from campaign.pictures.usage import unused_pictures
from campaign.rights.services import follow

MADE_HERE = (Action.ADD_PICTURE, Action.BLUR)
ABOUT_PICTURES = (Action.CHOOSE_PICTURE, *MADE_HERE)
TAKEN_AWAY = N_("Das Bild, das jemand hinzugefügt hatte, ist wieder weg. Es braucht ein neues.")


def show(entry: Entry, picture_id: int, decision: Decision) -> None:
    """Let an entry show another picture, keep the one before, and note both with the decision.

    The caller holds the entry's lock and commits.
    """
    keep_shown(entry)
    decision.picture_before, decision.picture_after = entry.picture_id, picture_id
    entry.picture_id = picture_id
    entry.picture_state, entry.picture_reason = PictureState.STORED, None
    follow(entry, decision.decided_at)


def show_again(entry: Entry, undone: Decision, decision: Decision) -> DeletedPictures:
    """Let an entry show what it showed before a decision about its picture; one that staff added or blurred goes.

    Does nothing for other decisions. The caller holds the entry's lock, commits, and then removes the files.

    Raises:
        Conflict: the picture before does not exist any more; nothing was changed.
    """
    nothing = DeletedPictures((), ())
    if undone.action not in ABOUT_PICTURES or undone.picture_after is None:
        return nothing
    before = undone.picture_before
    if before is not None and db.session.get(Picture, before) is None:
        raise Conflict(N_("Das Bild davor ist inzwischen gelöscht. Es lässt sich nicht wieder einsetzen."))
    decision.picture_before = entry.picture_id
    entry.picture_id = before
    if before is None:
        entry.picture_state, entry.picture_reason = PictureState.MISSING, TAKEN_AWAY
    left = _take_off(entry.number, undone.picture_after) if undone.action in MADE_HERE else nothing
    if before is None:
        _fall_back(entry, parts_of(entry.number))
    decision.picture_after = entry.picture_id
    follow(entry, decision.decided_at)
    return left


def _fall_back(entry: Entry, parts: Sequence[AlbumPicture]) -> None:
    """Let an entry show what has come of its post meanwhile, or say why nothing has."""
    come = next((part for part in parts if part.picture_id is not None), None)
    if come is not None:
        entry.picture_id, entry.picture_state, entry.picture_reason = come.picture_id, PictureState.STORED, None
    elif parts:
        entry.picture_state, entry.picture_reason = standing_of(parts)


def _take_off(number: int, picture_id: int) -> DeletedPictures:
    part = part_with(number, picture_id)
    if part is None or part.media_type not in (STILL, BLURRED):
        return DeletedPictures((), ())
    db.session.delete(part)
    db.session.flush()
    return delete_pictures(unused_pictures([picture_id]))
