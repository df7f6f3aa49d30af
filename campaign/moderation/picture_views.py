"""Which picture stands for an entry: one of its album, or one that staff add."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.errors import N_, CampaignError, InvalidInput
from campaign.moderation import pictures
from campaign.moderation.entry_views import show_entry
from campaign.moderation.people import DECIDING, present_actor
from campaign.moderation.photos import admit_photos, sent_photo, too_large
from campaign.moderation.statements import read_statement

bp = Blueprint("stills", __name__)
admit_photos(bp)


@bp.post("/moderation/eintrag/<int:number>/standbild")
@staff_only(*DECIDING)
def add(number: int) -> ResponseReturnValue:
    """Let a picture that was sent stand for an entry."""
    try:
        data = sent_photo("bild")
        if data is None:
            raise InvalidInput(N_("Wähl zuerst eine Bilddatei aus."))
        pictures.add_picture(number, data, present_actor(), utc_now(), read_statement(request.form))
    except CampaignError as error:
        return show_entry(number, gettext(error.message, **error.values), error.status)
    return redirect(url_for("moderation.entries.show", number=number), 303)


@bp.errorhandler(RequestEntityTooLarge)
def refuse(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say on the page of the entry that the file is too large."""
    said = too_large(error)
    return show_entry((request.view_args or {})["number"], gettext(said.message, **said.values), said.status)
