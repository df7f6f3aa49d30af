"""Which picture stands for an entry: one of its album, or one that staff add."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from campaign.access import staff_only
from campaign.errors import N_, InvalidInput
from campaign.moderation import pictures
from campaign.moderation.entry_views import act_at_entry, show_entry
from campaign.moderation.people import DECIDING
from campaign.moderation.photos import admit_photos, sent_photo, too_large
from campaign.moderation.statements import read_statement
from campaign.staff.actors import Actor

bp = Blueprint("stills", __name__)
admit_photos(bp)


@bp.post("/moderation/eintrag/<int:number>/standbild")
@staff_only(*DECIDING)
def add(number: int) -> ResponseReturnValue:
    """Let a picture that was sent stand for an entry."""
    return act_at_entry(number, lambda actor, now: _add(number, actor, now))


def _add(number: int, actor: Actor, now: datetime) -> None:
    data = sent_photo("bild")
    if data is None:
        raise InvalidInput(N_("Wähl zuerst eine Bilddatei aus."))
    pictures.add_picture(number, data, actor, now, read_statement(request.form))


@bp.errorhandler(RequestEntityTooLarge)
def refuse(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say on the page of the entry that the file is too large."""
    said = too_large(error)
    return show_entry((request.view_args or {})["number"], gettext(said.message, **said.values), said.status)
