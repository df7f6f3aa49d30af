"""Photos that staff send with a form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.exceptions import RequestEntityTooLarge

from campaign.errors import CampaignError
from campaign.pictures.checks import TOO_LARGE, UPLOAD

# The largest photo, and the form around it.
FORM_BYTES = UPLOAD.max_bytes + 200_000


def admit_photos(bp: Blueprint) -> None:
    """Let the forms of a blueprint be as large as a photo; without that a request may be much smaller."""
    # Before anything reads the form, and whoever may not send it is turned away before that happens.
    bp.url_value_preprocessor(_admit)


def sent_photo(name: str) -> bytes | None:
    """Return the bytes of the file that a form brings, None where no file was chosen."""
    sent = request.files.get(name)
    if sent is None or not sent.filename:
        return None
    with sent.stream:
        return sent.stream.read()


def too_large(_error: RequestEntityTooLarge) -> CampaignError:
    """Return what to say about a form that was larger than that."""
    said = CampaignError(TOO_LARGE, limit=UPLOAD.max_bytes // 1_000_000)
    said.status = 413
    return said


def _admit(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    request.max_content_length = FORM_BYTES
