"""Bytes of pictures: only those of public entries, and only derivatives."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from campaign.access import public
from campaign.entries.picture_queries import public_derivative
from campaign.pictures.storage import DERIVATIVES, storage

bp = Blueprint("pictures", __name__)

# Short enough that a withdrawn picture is gone from caches within a minute.
MAX_AGE = 60


@bp.get("/bilder/<name>")
@public
def show(name: str) -> ResponseReturnValue:
    """Send a derivative of a public entry's picture."""
    derivative = public_derivative(name)
    response = Response(storage.get(DERIVATIVES, derivative.name), mimetype=derivative.type)
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response
