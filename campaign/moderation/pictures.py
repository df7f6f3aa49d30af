"""Decisions about the picture of an entry: one of its album, or one that staff add where the post brought none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from campaign.entries.albums import add_still, part_with
from campaign.entries.lifecycle import PictureState
from campaign.entries.models import AlbumPicture, Entry
from campaign.errors import N_, Conflict, NotFound
from campaign.extensions import db
from campaign.moderation.acts import begin, finish
from campaign.moderation.claims import check_free
from campaign.moderation.declining import check_not_declined
from campaign.moderation.models import Action, Decision
from campaign.moderation.rules import check_picture_change, check_still
from campaign.moderation.showing import show
from campaign.moderation.statements import NOTHING_SAID, Statement
from campaign.moderation.taking_back import check_not_final
from campaign.moderation.wording import describe, said_of_new_picture
from campaign.pictures.services import PreparedPicture, store_picture
from campaign.pictures.uploaded import prepare_upload
from campaign.staff.actors import Actor

SHOWN = N_("Dieses Bild steht schon für den Beitrag.")


def choose_picture(number: int, part_id: int, actor: Actor, now: datetime, said: Statement = NOTHING_SAID) -> Decision:
    """Let another one of its pictures stand for an entry; commits.

    Raises:
        NotFound: there is no such entry, or it has no such part.
        Conflict: that part has no picture or shows already, the entry is out of the contest, or it is public
            and nothing is said of that part.
        InvalidInput: consent comes without a word about its proof, or a text is too long.
    """
    entry, decision = begin(number, Action.CHOOSE_PICTURE, actor, now)
    check_picture_change(entry.status)
    part = db.session.get(AlbumPicture, part_id)
    if part is None or part.entry_number != entry.number:
        raise NotFound(N_("Dieses Bild gehört nicht zu dem Beitrag."))
    if part.picture_id is None or part.state is not PictureState.STORED:
        raise Conflict(N_("Von diesem Teil des Albums gibt es kein Bild."))
    if part.picture_id == entry.picture_id:
        raise Conflict(SHOWN)
    after = said_of_new_picture(entry, part.picture_id, said)
    show(entry, part.picture_id, decision)
    describe(entry, decision, after)
    return finish(entry, decision)


def add_picture(number: int, data: bytes, actor: Actor, now: datetime, said: Statement = NOTHING_SAID) -> Decision:
    """Let a picture that staff send stand for an entry whose post brought none; commits.

    A picture that is a part of the entry already is chosen.

    Raises:
        NotFound: there is no such entry.
        Conflict: the entry has its own picture or shows this one, is out of the contest, was taken back for good, or is
            public and nothing is said of the picture.
        InvalidInput: consent comes without a word about its proof, or a text is too long.
        PictureRefused: the bytes are no picture that we take.
        NotNow: they cannot be checked at this moment.
    """
    _check(check_free(number, actor, now))
    # No transaction stays open while a picture is decoded: ballots must not wait for that.
    db.session.rollback()
    prepared = prepare_upload(data)
    try:
        return _add(number, prepared, actor, now, said)
    except IntegrityError:
        # The same picture was stored at the same moment: its row is there now.
        db.session.rollback()
        return _add(number, prepared, actor, now, said)


def _add(number: int, prepared: PreparedPicture, actor: Actor, now: datetime, said: Statement) -> Decision:
    entry, decision = begin(number, Action.ADD_PICTURE, actor, now)
    _check(entry)
    picture_id = store_picture(prepared, now)
    if picture_id == entry.picture_id:
        raise Conflict(SHOWN)
    after = said_of_new_picture(entry, picture_id, said)
    if part_with(number, picture_id) is None:
        add_still(entry, picture_id)
    else:
        decision.action = Action.CHOOSE_PICTURE
    show(entry, picture_id, decision)
    describe(entry, decision, after)
    return finish(entry, decision)


def _check(entry: Entry) -> None:
    check_picture_change(entry.status)
    check_not_final(entry.number)
    check_not_declined(entry.number)
    check_still(entry.source, entry.media_type, entry.picture_state)
