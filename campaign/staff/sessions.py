"""Log-ins as the database knows them: each can be ended from here, whatever its browser keeps."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.staff import audit
from campaign.staff.actors import PROGRAM, Actor
from campaign.staff.ends import Proof, SessionEnd
from campaign.staff.letters import Change, tell_owner
from campaign.staff.models import Passkey, Staff, StaffSession
from campaign.staff.session_rules import ABSOLUTE, IDLE, TOUCH, end_of, lapse

# Older log-ins help nobody, and say when people worked.
KEPT = timedelta(days=90)
_BATCH = 200


@dataclass(frozen=True)
class Visit:
    """Where a log-in comes from: browser, system, whether the device is known, tries that failed before."""

    browser: str
    system: str
    known_device: bool
    failed_before: int = 0


def begin(staff: Staff, visit: Visit, now: datetime) -> tuple[StaffSession, str]:
    """Write down that somebody knows the password; returns the session and its token. Flushed."""
    token = secrets.token_urlsafe(32)
    session = StaffSession(
        staff_id=staff.id,
        token_hash=_hash(token),
        created_at=now,
        last_seen_at=now,
        browser=visit.browser,
        system=visit.system,
        known_device=visit.known_device,
        failed_before=visit.failed_before,
    )
    db.session.add(session)
    db.session.flush()
    return session, token


def prove(session_id: int, proof: Proof, now: datetime) -> str:
    """Write down that a second factor was shown; returns the session's new token. Flushed.

    The first time the log-in is complete: the audit log says so, and a mail to the owner if the device is new.
    Later it names each recovery code that was used.
    """
    session = db.session.get_one(StaffSession, session_id, with_for_update=True)
    first, token = session.proven_at is None, secrets.token_urlsafe(32)
    # Who saw the token before the proof has nothing from it afterwards.
    session.token_hash = _hash(token)
    session.proven_at, session.proof, session.last_seen_at = now, proof, now
    if first:
        if not session.known_device:
            device = ", ".join(word for word in (session.browser, session.system) if word)
            tell_owner(db.session.get_one(Staff, session.staff_id), Change.DEVICE, now, where=device)
        where = {"browser": session.browser, "system": session.system, "known_device": session.known_device}
        audit.record(_actor(session), "login.start", _subject(session), now, after={"proof": proof.value, **where})
    elif proof is Proof.RECOVERY:
        # A code on paper is used up by it, and its owner should see when.
        audit.record(_actor(session), "login.proof", _subject(session), now, after={"proof": proof.value})
    db.session.flush()
    return token


def find(token: str, now: datetime) -> tuple[Staff, StaffSession, bool] | None:
    """Return the account and the session of a token if it holds, and whether there is a second factor."""
    passkey = sa.exists().where(Passkey.staff_id == StaffSession.staff_id)
    query = (
        sa.select(Staff, StaffSession, sa.or_(Staff.totp_secret.is_not(None), passkey))
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .options(joinedload(Staff.roles))
        .where(StaffSession.token_hash == _hash(token), StaffSession.ended_at.is_(None), Staff.active)
    )
    found = db.session.execute(query).unique().one_or_none()
    if found is None or lapse(found[1].created_at, found[1].last_seen_at, now) is not None:
        return None
    return found[0], found[1], bool(found[2])


def ended(token: str, now: datetime) -> SessionEnd | None:
    """Return why the session of a token is over; None when it holds, or was never there."""
    session = db.session.scalar(sa.select(StaffSession).filter_by(token_hash=_hash(token)))
    if session is None:
        return None
    return session.ended_why or lapse(session.created_at, session.last_seen_at, now)


def touch(session_id: int, now: datetime) -> None:
    """Write down that somebody is there, at most once a minute; commits."""
    seen = sa.update(StaffSession).where(StaffSession.id == session_id, StaffSession.last_seen_at <= now - TOUCH)
    db.session.execute(seen.values(last_seen_at=now), execution_options={"synchronize_session": False})
    db.session.commit()


def end(session_id: int, staff_id: int, why: SessionEnd, actor: Actor, now: datetime) -> None:
    """End one session of an account; commits. One that is over already stays as it is.

    Raises:
        NotFound: the account has no such session.
    """
    session = db.session.get(StaffSession, session_id, with_for_update=True)
    if session is None or session.staff_id != staff_id:
        raise NotFound(N_("Diese Anmeldung gibt es nicht."))
    if session.ended_at is None:
        _end(session, why, actor, now)
    db.session.commit()


def end_all(staff: Staff, why: SessionEnd, actor: Actor, now: datetime, *, but: int | None = None) -> int:
    """End all sessions of an account, except one if it is named; returns how many. Flushed."""
    query = sa.select(StaffSession).filter_by(staff_id=staff.id, ended_at=None).with_for_update()
    open_ones = [session for session in db.session.scalars(query) if session.id != but]
    for session in open_ones:
        _end(session, why, actor, now)
    db.session.flush()
    return len(open_ones)


def of_account(staff_id: int, limit: int = 30) -> Sequence[StaffSession]:
    """Return the log-ins of an account, the latest first."""
    query = sa.select(StaffSession).filter_by(staff_id=staff_id).order_by(StaffSession.id.desc())
    return db.session.scalars(query.limit(limit)).all()


def close_lapsed(now: datetime) -> int:
    """Write down the end of sessions that are over by themselves, and forget old ones; commits; returns how many."""
    closed = 0
    while sessions := _lapsed(now):
        for session in sessions:
            why = lapse(session.created_at, session.last_seen_at, now) or SessionEnd.IDLE
            _end(session, why, PROGRAM, now)
            session.ended_at = end_of(session.created_at, session.last_seen_at)
        db.session.commit()
        closed += len(sessions)
    db.session.execute(sa.delete(StaffSession).where(StaffSession.ended_at < now - KEPT))
    db.session.commit()
    return closed


def _lapsed(now: datetime) -> Sequence[StaffSession]:
    over = sa.or_(StaffSession.created_at <= now - ABSOLUTE, StaffSession.last_seen_at <= now - IDLE)
    query = sa.select(StaffSession).where(StaffSession.ended_at.is_(None), over).order_by(StaffSession.id)
    return db.session.scalars(query.limit(_BATCH).with_for_update()).all()


def _end(session: StaffSession, why: SessionEnd, actor: Actor, at: datetime) -> None:
    session.ended_at, session.ended_why = at, why
    # Who only knew a password was never logged in.
    if session.proven_at is not None:
        audit.record(actor, "login.end", _subject(session), at, after={"why": why.value})


def _actor(session: StaffSession) -> Actor:
    return Actor(session.staff_id, db.session.get_one(Staff, session.staff_id).email)


def _subject(session: StaffSession) -> str:
    return f"staff:{session.staff_id}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
