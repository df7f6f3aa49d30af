"""Mailed links with which somebody of the staff sets a password: invitations, and for whoever forgot theirs."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.codes import new_secret
from campaign.errors import N_, CampaignError, Gone
from campaign.extensions import db, keyring
from campaign.mail.services import enqueue
from campaign.staff import audit
from campaign.staff.actors import Actor
from campaign.staff.letters import letter
from campaign.staff.models import LinkPurpose, ResetWish, Staff, StaffLink
from campaign.staff.services import change_password

LIFETIMES = {LinkPurpose.INVITATION: timedelta(hours=72), LinkPurpose.RESET: timedelta(hours=1)}
ADDRESS_LENGTH = 254
_SEAL, _BATCH = "wish for a new password", 50


def send_link(staff: Staff, purpose: LinkPurpose, now: datetime) -> None:
    """Mail a new link; earlier ones of the purpose are void. Flushed."""
    db.session.execute(sa.delete(StaffLink).where(StaffLink.staff_id == staff.id, StaffLink.purpose == purpose))
    code = new_secret()
    link = StaffLink(
        staff_id=staff.id,
        purpose=purpose,
        token_hash=_hash(code),
        created_at=now,
        expires_at=now + LIFETIMES[purpose],
    )
    db.session.add(link)
    enqueue("staff", letter(staff.email, purpose, code), now)


def ask_reset(email: str, now: datetime) -> None:
    """Take somebody's wish for a new password; commits.

    Whether there is such an account is looked up later: the time to the answer cannot tell.
    """
    db.session.add(ResetWish(sealed=keyring().seal(_SEAL, email[:ADDRESS_LENGTH]), created_at=now))
    db.session.commit()


def answer_resets(now: datetime) -> int:
    """Mail a link to each account whose owner asked for one; commits; returns how many."""
    sent = 0
    for wish in db.session.scalars(sa.select(ResetWish).order_by(ResetWish.id).limit(_BATCH)).all():
        staff = _owner(wish)
        if staff is not None and staff.active and staff.password is not None:
            send_link(staff, LinkPurpose.RESET, now)
            sent += 1
        db.session.delete(wish)
        db.session.commit()
    return sent


def open_link(code: str, now: datetime) -> StaffLink:
    """Return the link of a code.

    Raises:
        Gone: it was used, is too old, was replaced, or the account is closed.
    """
    query = sa.select(StaffLink).join(Staff, Staff.id == StaffLink.staff_id).where(Staff.active)
    link = db.session.scalar(query.where(StaffLink.token_hash == _hash(code)))
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise Gone(N_("Dieser Link gilt nicht mehr. Lass dir einen neuen schicken."))
    return link


def use_link(code: str, password: str, now: datetime) -> Staff:
    """Set the password of a link's account and end its sessions; commits. The link is void afterwards.

    Raises:
        Gone: the link is void.
        InvalidInput: the password may not be taken; the link stays.
    """
    link = open_link(code, now)
    unused = sa.update(StaffLink).where(StaffLink.id == link.id, StaffLink.used_at.is_(None)).values(used_at=now)
    if db.session.execute(unused, execution_options={"synchronize_session": False}).rowcount != 1:  # type: ignore[attr-defined]
        raise Gone(N_("Dieser Link gilt nicht mehr. Lass dir einen neuen schicken."))
    staff = db.session.get_one(Staff, link.staff_id, with_for_update=True)
    actor = Actor(staff.id, staff.email)
    if link.purpose is LinkPurpose.INVITATION:
        audit.record(actor, "staff.accept", f"staff:{staff.id}", now)
    change_password(staff, password, actor, now)
    return staff


def _owner(wish: ResetWish) -> Staff | None:
    try:
        address = keyring().unseal(_SEAL, wish.sealed)
    except CampaignError:
        # The key of the configuration was changed meanwhile; whoever still wants a link asks again.
        return None
    return db.session.scalar(sa.select(Staff).filter_by(email=address.strip().casefold()).with_for_update())


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
