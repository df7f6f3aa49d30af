"""Entries whose creators are known, what they write under their posts, and what they hand in themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.contests.services import current_contest
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.instagram.models import SeenComment
from campaign.rights.services import grant
from campaign.staff.actors import Actor
from campaign.uploads.models import People, Upload, UploadStatus
from tests.factories import NOW, make_entry

HOUR = timedelta(hours=1)


def shown(**values: object) -> Entry:
    """A shown entry of anna.sieht with a picture and a right."""
    entry = make_entry(**{"picture": True, "username": "anna.sieht", "has_right": False, **values})  # type: ignore[arg-type]
    grant(entry.number, "Anna", "Mail", Actor(None, "team"), NOW)
    return entry


def comment(
    entry: Entry,
    text: str,
    username: str = "anna.sieht",
    at: datetime = NOW + HOUR,
    media_id: str | None = None,
    owner: str | None = None,
) -> None:
    """A comment under an entry's post that mentions us; `owner` is whose post it was then, if Instagram told it."""
    made = db.session.scalar(sa.select(sa.func.count()).select_from(SeenComment)) or 0
    values = {"username": username, "owner": owner, "text": text, "commented_at": at, "seen_at": at}
    db.session.add(SeenComment(comment_id=str(made), media_id=media_id or entry.media_id, **values))
    db.session.commit()


def make_upload(entry: Entry | None, picture_id: int | None, code: str = "7K3M-9QWT-C4XD-R02H") -> Upload:
    """A committed upload; one with an entry is confirmed."""
    upload = Upload(
        contest_id=current_contest().id,
        status=UploadStatus.CONFIRMED if entry else UploadStatus.REQUESTED,
        attempt=f"attempt-{code}",
        request_code=f"request-{code}",
        code=code,
        language="de",
        name="Anna",
        alt_text="Der Dom",
        people=People.NONE,
        wording_version="1",
        address_key="a",
        network_key="n",
        pin_key="p",
        link_key="l",
        picture_id=picture_id,
        entry_number=entry.number if entry else None,
        requested_at=NOW,
    )
    db.session.add(upload)
    db.session.commit()
    return upload
