"""Entries that show the same picture or nearly."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from campaign.demo.drawing import draw
from campaign.entries.lifecycle import PictureState
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.pictures.services import prepare_picture, store_picture
from tests.factories import NOW, make_entry


@cache
def photo(seed: int = 1, cut: float = 0, quality: int = 88, width: int = 480) -> bytes:
    """The JPEG of a drawn view, `cut` off each side."""
    drawn = draw(seed, width=width)
    left, top = round(drawn.width * cut), round(drawn.height * cut)
    stream = io.BytesIO()
    drawn.crop((left, top, drawn.width - left, drawn.height - top)).save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def make_shown(data: bytes, **values: Any) -> Entry:
    """A committed entry that shows this picture."""
    picture_id = store_picture(prepare_picture(data), NOW)
    entry = make_entry(**values)
    entry.picture_id, entry.picture_state = picture_id, PictureState.STORED
    db.session.commit()
    return entry
