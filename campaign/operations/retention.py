"""Personal data goes when its time is over, as the privacy page promises; no result changes by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.models import AlbumPicture, Entry
from campaign.entries.usable import without_any_right
from campaign.errors import N_
from campaign.extensions import db
from campaign.instagram.models import EventStatus, SeenComment, WebhookEvent
from campaign.mail.models import MailStatus, OutboxMail
from campaign.moderation.declining import decline_unanswered
from campaign.reports.erasure import erase_reports
from campaign.rights.expiry import expire_due
from campaign.staff import audit
from campaign.staff.actors import PROGRAM, Actor
from campaign.uploads.dropping import drop_pictures
from campaign.uploads.erasure import erase_uploads
from campaign.uploads.news import note_change
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.models import Ballot, Pick

UNCONFIRMED = timedelta(hours=48)
ADDRESSES = timedelta(days=30)
PICTURES = timedelta(days=30)
COMMENTS = timedelta(days=30)
BATCH = 500
TOO_LATE = "too late: the vote closed more than 30 days ago"
NO_RIGHT = N_("Das Bild wurde gelöscht, weil niemand uns erlaubt hat, es zu zeigen.")


@dataclass(frozen=True)
class ErasureReport:
    """How many ballots, addresses, pictures, uploads (with their pieces), comments and mentions, and reports went.

    `requests` for rights went unanswered, `grants` came to their end.
    """

    ballots: int
    addresses: int
    pictures: int
    uploads: int
    mentions: int
    reports: int = 0
    requests: int = 0
    grants: int = 0


def erase_due(now: datetime, by: Actor = PROGRAM) -> ErasureReport:
    """Erase what is due; commits after every few hundred rows; safe to run again.

    Unconfirmed ballots go with their mails 48 hours after the mail was sent (or the ballot was written, if there is no
    mail to wait for), addresses 30 days after the close (mails that never left among them), pictures without a right
    30 days after the results' date, comments that mention us after 30 days, what reporters of pictures said of
    themselves 30 days after nobody can object any more. Pictures go, too, whose creators were asked for a right and did
    not answer in time.
    """
    _give_up_mails(now)
    ballots, addresses = _all(_erase_ballots, now), _erase_addresses(now)
    settled = decline_unanswered(now), expire_due(now, tell=note_change)
    pictures = _all(partial(_erase_pictures, by), now)
    uploads, mentions = erase_uploads(now), _erase_mentions(now)
    report = ErasureReport(ballots, addresses, pictures, uploads, mentions, erase_reports(now), *settled)
    _note(report, by, now)
    return report


def _note(report: ErasureReport, by: Actor, now: datetime) -> None:
    counts = {what: count for what, count in asdict(report).items() if count}
    if counts:
        audit.record(by, "erase.due", "contest:all", now, after=counts)
        db.session.commit()


def _all(erase: Callable[[datetime], tuple[int, int]], now: datetime) -> int:
    # Databases limit the values of a statement, and ballots must not wait for a long one.
    erased = 0
    while True:
        found, gone = erase(now)
        erased += gone
        if found < BATCH:
            return erased


def _erase_ballots(now: datetime) -> tuple[int, int]:
    on_its_way = (MailStatus.WAITING, MailStatus.SENDING)
    last_moment = sa.func.coalesce(OutboxMail.sent_at, Ballot.requested_at, type_=Ballot.requested_at.type)
    due = (
        sa.select(Ballot.id, Ballot.mail_id)
        .outerjoin(OutboxMail, OutboxMail.id == Ballot.mail_id)
        .where(Ballot.status == BallotStatus.REQUESTED, last_moment <= now - UNCONFIRMED)
        .where(sa.or_(OutboxMail.id.is_(None), OutboxMail.status.not_in(on_its_way)))
    )
    found = db.session.execute(due.order_by(Ballot.id).limit(BATCH).with_for_update(of=Ballot)).all()
    ballots, mails = [row[0] for row in found], [row[1] for row in found]
    db.session.execute(sa.delete(Pick).where(Pick.ballot_id.in_(ballots)))
    db.session.execute(sa.delete(Ballot).where(Ballot.id.in_(ballots)))
    # A mail's row holds a key of the address, too.
    db.session.execute(sa.delete(OutboxMail).where(OutboxMail.id.in_(mails)))
    db.session.commit()
    return len(found), len(found)


def _erase_mentions(now: datetime) -> int:
    """Erase comments that mention us, whose answers have long been read, and what the webhook told of them."""
    comments = sa.delete(SeenComment).where(SeenComment.seen_at <= now - COMMENTS).returning(SeenComment.comment_id)
    closed = (WebhookEvent.status != EventStatus.WAITING, WebhookEvent.received_at <= now - COMMENTS)
    events = sa.delete(WebhookEvent).where(*closed).returning(WebhookEvent.id)
    gone = len(list(db.session.scalars(comments))) + len(list(db.session.scalars(events)))
    db.session.commit()
    return gone


def _give_up_mails(now: datetime) -> None:
    # Nobody could confirm by them any more, whatever kept them from leaving.
    late = sa.select(Ballot.mail_id).where(Ballot.contest_id.in_(_closed_long_ago(now)))
    due = sa.update(OutboxMail).where(OutboxMail.id.in_(late), OutboxMail.sealed.is_not(None))
    db.session.execute(due.values(status=MailStatus.FAILED, sealed=None, error=TOO_LATE))
    db.session.commit()


def _closed_long_ago(now: datetime) -> sa.Select[int]:
    return sa.select(Contest.id).where(Contest.vote_until <= now - ADDRESSES)


def _erase_addresses(now: datetime) -> int:
    due = sa.update(Ballot).where(Ballot.contest_id.in_(_closed_long_ago(now)), Ballot.sealed_address.is_not(None))
    found = list(db.session.scalars(due.values(sealed_address=None).returning(Ballot.id)))
    db.session.commit()
    return len(found)


def _erase_pictures(by: Actor, now: datetime) -> tuple[int, int]:
    over = sa.select(Contest.id).where(Contest.publish_at <= now - PICTURES)
    album = sa.select(AlbumPicture.entry_number).where(AlbumPicture.picture_id.is_not(None))
    holds_one = sa.or_(Entry.picture_id.is_not(None), Entry.number.in_(album))
    unlicensed = (Entry.contest_id.in_(over), without_any_right(now), holds_one)
    # Locked, so that no right is granted for a picture that is going.
    query = sa.select(Entry).where(*unlicensed).order_by(Entry.number).limit(BATCH).with_for_update()
    entries = db.session.scalars(query.execution_options(populate_existing=True)).all()
    deleted = drop_pictures(entries, NO_RIGHT)
    for entry in entries:
        audit.record(by, "entry.erase_picture", f"entry:{entry.number}", now)
    db.session.commit()
    deleted.remove_files()
    return len(entries), len(deleted.pictures.originals)
