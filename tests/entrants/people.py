"""Photos whose senders have a mailbox."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.entrants.services import send_news
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.folder import StoredMail
from campaign.mail.services import send_due
from campaign.uploads.models import Upload
from tests.factories import NOW
from tests.uploads.people import entered
from tests.voting.people import mails

MINUTE = timedelta(minutes=1)


def handed_in(email: str = "anna@example.com", language: str = "de") -> Entry:
    """A photo that waits for a moderator, its sender's mails of before thrown away."""
    entry = entered(email)
    db.session.execute(sa.update(Upload).filter_by(entry_number=entry.number).values(language=language))
    db.session.commit()
    return entry


def told(minutes: float) -> list[StoredMail]:
    """Write and send what is due so long after the beginning; returns the mails of it, newest first."""
    moment: datetime = NOW + minutes * MINUTE
    send_due(moment)
    before = {mail.name for mail in mails()}
    send_news(moment)
    send_due(moment)
    return [mail for mail in mails() if mail.name not in before]


def plain(mail: StoredMail) -> str:
    """Return what a mail says in one line, without the marks of quotes."""
    return " ".join(mail.text.replace("\n> ", " ").split())
