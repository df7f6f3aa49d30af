"""A photo that its page sends ahead of the form, piece by piece; answers are for scripts."""

from __future__ import annotations

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import TooManyRequests

from campaign import codes
from campaign.clock import utc_now
from campaign.errors import CampaignError, InvalidInput, NotFound
from campaign.pictures.checks import PictureRefused
from campaign.throttle import count
from campaign.uploads import files, rules, throttle
from campaign.web import PublicBlueprint, row_number

bp = PublicBlueprint("pieces", __name__)


@bp.page("/mitmachen/datei/<attempt>", cached=False)
def state(attempt: str) -> ResponseReturnValue:
    """Tell how much of an attempt's photo is here."""
    return _told(files.file_state(_known(attempt)))


@bp.page("/mitmachen/datei/<attempt>", methods=("POST",), cached=False)
def add(attempt: str) -> ResponseReturnValue:
    """Add a piece to an attempt's photo."""
    try:
        count(throttle.PIECES, "pieces")
        data = request.get_data(cache=False)
        offset, announced = _announced()
        if offset == 0:
            count(throttle.FILES, "files")
        return _told(files.receive_piece(_known(attempt), announced, offset, data, utc_now()))
    except TooManyRequests as error:
        problem = gettext("Aus deinem Netz kommen gerade sehr viele Fotos.")
        return jsonify(problem=problem), 429, {"Retry-After": str(error.retry_after)}
    except CampaignError as error:
        return _told(files.file_state(attempt), error), error.status


def said(error: CampaignError) -> str:
    """Return an error in words, with what to do about a photo that will not do."""
    words = [str(gettext(error.message, **error.values))]
    if isinstance(error, PictureRefused):
        words.append(str(gettext("Wähl bitte ein anderes Foto.")))
    return " ".join(words)


def _known(attempt: str) -> str:
    if not codes.is_secret(attempt):
        raise NotFound(rules.NO_PIECE)
    return attempt


def _announced() -> tuple[int, rules.Announced]:
    try:
        offset, size = row_number(request.args["ab"]), row_number(request.args["groesse"])
        if offset < 0:
            raise ValueError("pieces begin in the file")
    except (KeyError, ValueError) as error:
        raise InvalidInput(rules.NO_PIECE) from error
    return offset, rules.Announced(request.args.get("pruefsumme", ""), size)


def _told(state: files.FileState, error: CampaignError | None = None) -> Response:
    problem = error or state.refusal
    return jsonify(
        digest=state.digest,
        size=state.size,
        received=state.received,
        done=state.is_here,
        refused=state.refusal is not None,
        small=state.is_small,
        problem=said(problem) if problem else None,
    )
