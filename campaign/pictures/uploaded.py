"""Pictures that somebody sends us while they wait for the answer."""

from __future__ import annotations

from campaign.errors import N_, CampaignError
from campaign.pictures.checks import UPLOAD
from campaign.pictures.sandbox import SandboxUnavailable
from campaign.pictures.services import PreparedPicture, prepare_picture


class NotNow(CampaignError):
    """The photo cannot be checked at this moment; it is not to blame."""

    status = 503


def prepare_upload(data: bytes) -> PreparedPicture:
    """Decode a picture that was sent and write its files; touches no database.

    Raises:
        PictureRefused: it is no picture that we take.
        NotNow: it cannot be checked at this moment; nothing was written.
    """
    try:
        return prepare_picture(data, UPLOAD)
    except SandboxUnavailable as error:
        raise NotNow(
            N_("Wir können das Foto gerade nicht prüfen. Versuch es in ein paar Minuten noch einmal.")
        ) from error
