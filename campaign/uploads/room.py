"""How much is kept of what nobody has confirmed: photos may lie beside the database, whose disk must not fill up."""

from __future__ import annotations

import shutil
from typing import Final

import sqlalchemy as sa
import structlog

from campaign.errors import N_
from campaign.extensions import db, settings
from campaign.pictures.models import Picture
from campaign.uploads.assembly import NotNow
from campaign.uploads.models import Upload, UploadFile, UploadStatus

# Some thousand photos: more than a television report brings within the hours until they are confirmed or erased.
WAITING_BYTES: Final = 10_000_000_000
FREE_BYTES: Final = 1_000_000_000
FULL = N_("Gerade können wir keine weiteren Fotos annehmen. Versuch es in einer Stunde noch einmal.")

log = structlog.get_logger(__name__)


def check_room(size: int) -> None:
    """Raise NotNow unless so many bytes more may be kept before anybody confirms them."""
    waiting = waiting_bytes()
    if waiting + size > WAITING_BYTES or free_bytes() - size < FREE_BYTES:
        log.warning("no room for photos", waiting=waiting, free=free_bytes())
        raise NotNow(FULL)


def waiting_bytes() -> int:
    """Return how many bytes are kept of photos that no confirmed upload stands behind."""
    settled = sa.or_(Upload.status == UploadStatus.CONFIRMED, Upload.picture_id == UploadFile.picture_id)
    told_of = sa.exists().where(Upload.attempt == UploadFile.attempt, settled)
    ahead = sa.select(sa.func.sum(UploadFile.received)).where(UploadFile.refusal.is_(None), ~told_of)
    requested = sa.select(sa.func.sum(Picture.size)).join(Upload, Upload.picture_id == Picture.id)
    requested = requested.where(Upload.status == UploadStatus.REQUESTED)
    return int(db.session.scalar(ahead) or 0) + int(db.session.scalar(requested) or 0)


def free_bytes() -> int:
    """Return how much room the disk of the data folder has; where photos lie elsewhere, as much as anybody needs."""
    site = settings().site
    return shutil.disk_usage(site.data_dir).free if site.storage_url is None else 2 * FREE_BYTES
