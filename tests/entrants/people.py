"""Photos whose senders have a mailbox."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.entrants.services import send_news
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.folder import StoredMail
from campaign.mail.services import send_due
from campaign.moderation import exclusions, services
from campaign.moderation.models import ExclusionKind
from campaign.moderation.reasons import Reason
from campaign.staff.actors import COMMAND_LINE, Actor
from campaign.staff.models import RoleName
from campaign.uploads.models import Upload
from tests.factories import NOW, SEEN
from tests.staff.people import make_staff
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


def excluded(number: int, reason: Reason, now: datetime) -> None:
    """Let two people of the staff exclude an entry."""
    first, second = (make_staff(RoleName.ORGANISER, f"{name}{number}@example.org") for name in ("eva", "udo"))
    exclusions.propose(number, ExclusionKind.EXCLUDE, Actor(first.id, first.email), now, reason=reason, text=None)
    exclusions.confirm(number, Actor(second.id, second.email), now)


def approve(entry: Entry, minutes: float = 0) -> int:
    """Approve a photo so many minutes after the beginning; returns the number of the decision."""
    return services.approve(entry.number, COMMAND_LINE, NOW + minutes * MINUTE, SEEN).id
