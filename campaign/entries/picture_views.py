"""Bytes of pictures: only those of public entries, and only derivatives."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from campaign.access import public
from campaign.clock import utc_now
from campaign.entries.picture_queries import public_derivative
from campaign.errors import N_, NotFound
from campaign.pictures.storage import DERIVATIVES, storage
from campaign.web import PICTURE_CACHING

bp = Blueprint("pictures", __name__)


@bp.get("/bilder/<name>")
@public
def show(name: str) -> ResponseReturnValue:
    """Send a derivative of a public entry's picture."""
    derivative = public_derivative(name, utc_now())
    try:
        data = storage.get(DERIVATIVES, derivative.name)
    except FileNotFoundError:
        current_app.logger.error("a picture's file is missing: %s", derivative.name)
        raise NotFound(N_("Dieses Bild fehlt gerade.")) from None
    response = Response(data, mimetype=derivative.type)
    response.headers["Cache-Control"] = PICTURE_CACHING
    return response
