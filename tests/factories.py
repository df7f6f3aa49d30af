"""Things that tests need, made in one line each."""

from __future__ import annotations

import hashlib
import io
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image

from campaign.config import Settings
from campaign.contests.models import Contest
from campaign.entries.lifecycle import People, PictureState, Source, Status
from campaign.entries.models import Entry
from campaign.entries.uses import NO_END
from campaign.extensions import db
from campaign.moderation.statements import Statement
from campaign.pictures.models import Picture
from campaign.pictures.services import prepare_picture, store_picture
from campaign.rights import wording
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.rules import USUAL_USES

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
SECRET_KEY = "a-secret-of-the-tests-with-forty-characters"
_numbers = itertools.count(1)

# What whoever approves says of a picture.
SEEN = Statement(People.NONE, alt_text="Abendlicht über den Dächern der Altstadt")
ERFURT, WEIMAR, JENA, GERA = "16051000", "16055000", "16053000", "16052000"


def make_settings(data_dir: Path, *, database_url: str | None = None, **sections: dict[str, Any]) -> Settings:
    """A valid configuration; the contest collects and votes from 2026-06-01 to 2026-06-30 (Berlin)."""
    values: dict[str, dict[str, Any]] = {
        "site": {
            "secret_key": SECRET_KEY,
            "data_dir": str(data_dir),
            "database_url": database_url,
        },
        "contest": {
            "slug": "blick-2026",
            "title": "Der schönste Blick der Stadt",
            "hashtag": "schoensterblick",
            "mention": "schoenster.blick",
            "collect_from": "2026-06-01T00:00:00",
            "collect_until": "2026-06-30T00:00:00",
            "vote_from": "2026-06-01T00:00:00",
            "vote_until": "2026-06-30T00:00:00",
            "publish_at": "2026-07-07T18:00:00",
        },
        "results": {"minimum_ballots": 2},
    }
    for name, section in sections.items():
        values[name] = {**values.get(name, {}), **section}
    return Settings.model_validate(values)


def jpeg(width: int = 60, height: int = 40, colour: str | None = None) -> bytes:
    """A small JPEG; each call without a colour gives other bytes."""
    shade = colour or "#" + hashlib.sha256(str(next(_numbers)).encode()).hexdigest()[:6]
    stream = io.BytesIO()
    Image.new("RGB", (width, height), shade).save(stream, "JPEG")
    return stream.getvalue()


def make_picture(**size: int) -> Picture:
    """A stored picture with its derivatives; flushed, not committed."""
    return db.session.get_one(Picture, store_picture(prepare_picture(jpeg(**size)), NOW))


def make_entry(*, town: str | None = ERFURT, public: bool = True, picture: bool = False, **values: Any) -> Entry:
    """A committed entry of the current contest; public ones are approved and have a right.

    Somebody has looked at it: nobody can be recognised, and it is described.
    """
    number = next(_numbers)
    stored = make_picture() if picture else None
    has_right = bool(values.pop("has_right", public))
    entry = Entry(
        **{
            "contest_id": db.session.scalars(sa.select(Contest.id)).one(),
            "source": Source.HASHTAG,
            "status": Status.APPROVED if public else Status.PENDING,
            **_allowed(has_right),
            "media_id": f"1790000000000{number:04}",
            "shortcode": f"C{number:010}",
            "permalink": f"https://www.instagram.com/p/C{number:010}/",
            "caption": "Abendlicht über den Dächern",
            "people": SEEN.people,
            "alt_text": SEEN.alt_text,
            "town_ags": town,
            "picture": stored,
            "picture_state": PictureState.STORED if stored else PictureState.WAITING,
            "taken_at": NOW - timedelta(hours=2),
            "received_at": NOW - timedelta(hours=1),
            "updated_at": NOW - timedelta(hours=1),
            **values,
        }
    )
    db.session.add(entry)
    db.session.flush()
    if has_right:
        db.session.add(_given(entry.number))
    db.session.commit()
    return entry


def set_right(entry: Entry, *, has_right: bool) -> None:
    """Let an entry have the usual rights without an end, or none; the caller commits."""
    db.session.execute(sa.delete(RightsGrant).filter_by(entry_number=entry.number))
    for name, until in _allowed(has_right).items():
        setattr(entry, name, until)
    if has_right:
        db.session.add(_given(entry.number))


def _allowed(has_right: bool) -> dict[str, datetime | None]:
    return {f"{use}_until": NO_END if has_right else None for use in USUAL_USES}


def _given(number: int) -> RightsGrant:
    return RightsGrant(
        entry_number=number,
        status=GrantStatus.GRANTED,
        uses=list(USUAL_USES),
        granted_by="Anna Beispiel",
        wording_version=wording.VERSION,
        wording=wording.full_text(),
        proof="Mail",
        recorded_by="tests",
        granted_at=NOW - timedelta(hours=1),
    )
