"""Pictures that somebody sends us, or wants to be blurred, while they wait for the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from campaign.errors import N_, CampaignError, Conflict
from campaign.pictures.areas import Area
from campaign.pictures.checks import UPLOAD
from campaign.pictures.sandbox import SandboxUnavailable
from campaign.pictures.services import PreparedPicture, prepare_blurred, prepare_picture


class NotNow(CampaignError):
    """The photo cannot be checked at this moment; it is not to blame."""

    status = 503


def prepare_upload(data: bytes) -> PreparedPicture:
    """Decode a picture that was sent and write its files; touches no database.

    Raises:
        PictureRefused: it is no picture that we take.
        NotNow: it cannot be checked at this moment; nothing was written.
    """
    return _now_or_later(lambda: prepare_picture(data, UPLOAD))


def blur_stored(sha256: str, areas: Sequence[Area], made_from: str) -> PreparedPicture:
    """Make a picture out of a stored one in which these areas are unrecognisable, and write its files.

    Touches no database.

    Raises:
        Conflict: the stored picture's file is gone.
        PictureRefused: it cannot be read.
        NotNow: nothing can be decoded at this moment; nothing was written.
    """
    try:
        return _now_or_later(lambda: prepare_blurred(sha256, areas, made_from))
    except FileNotFoundError as error:
        raise Conflict(N_("Die Datei dieses Bildes fehlt gerade. Versuch es später noch einmal.")) from error


def _now_or_later(prepare: Callable[[], PreparedPicture]) -> PreparedPicture:
    try:
        return prepare()
    except SandboxUnavailable as error:
        raise NotNow(
            N_("Wir können das Foto gerade nicht prüfen. Versuch es in ein paar Minuten noch einmal.")
        ) from error
