"""The outbox: mails are written with what they tell, and sent once their transaction is committed."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
import structlog

from campaign.errors import CampaignError
from campaign.extensions import db, keyring, settings
from campaign.mail.errors import Delayed, DeliveryError, Refused, ServerDown
from campaign.mail.message import Content, build_message
from campaign.mail.models import MailStatus, OutboxMail
from campaign.mail.transport import Transport, open_transport

SEAL = "outbox mail"
WITHHELD = "withheld: too many mails to this address"
RECALLED = "recalled: it would no longer have been true"
# Longer than any mail takes: after it the process that claimed the mail is known to be dead.
CLAIM = timedelta(minutes=3)
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(minutes=30)
# RFC 5321, 4.5.4.1: give up after four to five days.
GIVE_UP = timedelta(days=5)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SendReport:
    """What one pass over the outbox did."""

    sent: int = 0
    delayed: int = 0
    failed: int = 0


@dataclass(frozen=True)
class _Claimed:
    id: int
    attempt: int
    sealed: bytes
    created_at: datetime


def enqueue(purpose: str, content: Content, now: datetime) -> OutboxMail:
    """Write a mail into the outbox; flushed, and sent once the caller's transaction is committed."""
    mail = _written(purpose, content, now)
    db.session.add(mail)
    db.session.flush()
    return mail


def withhold(purpose: str, content: Content, now: datetime) -> OutboxMail:
    """Note a mail that is not sent, without its content; flushed. Takes the time that `enqueue` takes."""
    mail = _written(purpose, content, now)
    mail.status, mail.sealed, mail.error = MailStatus.FAILED, None, WITHHELD
    db.session.add(mail)
    db.session.flush()
    return mail


def recipient_key(address: str) -> str:
    """Return what a mail's row keeps of its recipient."""
    return keyring().fingerprint("mail recipient", address.lower())


def recall(mail_id: int) -> bool:
    """Stop a mail that has not left; returns whether it will stay here. The caller commits."""
    waiting = sa.update(OutboxMail).where(OutboxMail.id == mail_id, OutboxMail.status == MailStatus.WAITING)
    stopped = waiting.values(status=MailStatus.FAILED, sealed=None, error=RECALLED).returning(OutboxMail.id)
    return db.session.scalar(stopped) is not None


def not_withheld(mails: sa.Select[int | None]) -> int:
    """Return how many of these mails, given by their ids, were to be sent."""
    query = sa.select(sa.func.count()).select_from(OutboxMail).where(OutboxMail.id.in_(mails))
    return db.session.scalar(query.where(OutboxMail.error.is_distinct_from(WITHHELD))) or 0


def _written(purpose: str, content: Content, now: datetime) -> OutboxMail:
    return OutboxMail(
        purpose=purpose,
        recipient_key=recipient_key(content.address),
        sealed=keyring().seal(SEAL, json.dumps(asdict(content), ensure_ascii=False)),
        status=MailStatus.WAITING,
        attempts=0,
        created_at=now,
        next_attempt_at=now,
    )


def send_due(now: datetime, limit: int = 50, *, should_stop: Callable[[], bool] = lambda: False) -> SendReport:
    """Send the mails that are due, at most `limit`, each in transactions of its own; commits.

    Ends early when no mail passes (the rest waits for the next call) or when `should_stop` says so between two mails.
    """
    started = time.monotonic()
    done: Counter[str] = Counter()
    with closing(open_transport(settings())) as transport:
        for mail_id in _due(now, limit):
            moment = now + timedelta(seconds=time.monotonic() - started)
            claimed = None if should_stop() else _claim(mail_id, moment)
            if claimed is None:
                continue
            error = _deliver(transport, claimed)
            moment = now + timedelta(seconds=time.monotonic() - started)
            done[_mark(claimed, error, moment)] += 1
            if isinstance(error, ServerDown):
                break
    return SendReport(**done)


def _due(now: datetime, limit: int) -> list[int]:
    # A mail that is being sent is due again when its claim has run out.
    query = sa.select(OutboxMail.id).where(
        OutboxMail.status.in_((MailStatus.WAITING, MailStatus.SENDING)), OutboxMail.next_attempt_at <= now
    )
    found = list(db.session.scalars(query.order_by(OutboxMail.next_attempt_at, OutboxMail.id).limit(limit)))
    db.session.commit()
    return found


def _claim(mail_id: int, now: datetime) -> _Claimed | None:
    change = (
        sa.update(OutboxMail)
        .where(
            OutboxMail.id == mail_id,
            OutboxMail.status.in_((MailStatus.WAITING, MailStatus.SENDING)),
            OutboxMail.next_attempt_at <= now,
        )
        .values(status=MailStatus.SENDING, attempts=OutboxMail.attempts + 1, next_attempt_at=now + CLAIM)
        .returning(OutboxMail.id, OutboxMail.attempts, OutboxMail.sealed, OutboxMail.created_at)
    )
    row = db.session.execute(change, execution_options={"synchronize_session": False}).one_or_none()
    db.session.commit()
    return _Claimed(row[0], row[1], row[2] or b"", row[3]) if row else None


def _deliver(transport: Transport, mail: _Claimed) -> DeliveryError | None:
    key = keyring().fingerprint("message id", str(mail.id))[:40]
    try:
        content = Content(**json.loads(keyring().unseal(SEAL, mail.sealed)))
        message = build_message(content, settings().mail.sender, key, mail.created_at)
        transport.send(message)
    except DeliveryError as error:
        return error
    except CampaignError:
        return Delayed("cannot be decrypted; put back the site.secret_key it was written with")
    except ValueError:
        return Refused("not a mail that could be sent")
    return None


def _mark(mail: _Claimed, error: DeliveryError | None, now: datetime) -> str:
    outcome = _outcome(mail, error, now)
    change = sa.update(OutboxMail).where(
        # Whoever claimed it again in the meantime marks it.
        OutboxMail.id == mail.id,
        OutboxMail.status == MailStatus.SENDING,
        OutboxMail.attempts == mail.attempt,
    )
    db.session.execute(change.values(**outcome), execution_options={"synchronize_session": False})
    db.session.commit()
    if error is None:
        return "sent"
    log.warning("mail not sent", mail=mail.id, attempt=mail.attempt, reason=error.reason)
    return "failed" if outcome["status"] is MailStatus.FAILED else "delayed"


def _outcome(mail: _Claimed, error: DeliveryError | None, now: datetime) -> dict[str, Any]:
    if error is None:
        return {"status": MailStatus.SENT, "sent_at": now, "sealed": None, "error": None}
    given_up = not isinstance(error, ServerDown) and now - mail.created_at >= GIVE_UP
    if isinstance(error, Refused) or given_up:
        return {"status": MailStatus.FAILED, "sealed": None, "error": error.reason[:300]}
    return {"status": MailStatus.WAITING, "next_attempt_at": now + delay(mail.attempt), "error": error.reason[:300]}


def delay(attempts: int) -> timedelta:
    """Return how long a mail waits after so many attempts: 1, 2, 4 … at most 30 minutes."""
    doubled = FIRST_DELAY * 2 ** min(attempts - 1, 10)
    return min(cast(timedelta, doubled), LONGEST_DELAY)
