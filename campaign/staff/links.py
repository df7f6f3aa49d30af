"""Mailed links with which somebody of the staff sets a password: invitations, and for whoever forgot theirs."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.codes import new_secret
from campaign.errors import N_, Gone
from campaign.extensions import db
from campaign.mail.services import enqueue, withhold
from campaign.staff import audit
from campaign.staff.actors import Actor
from campaign.staff.letters import letter
from campaign.staff.models import LinkPurpose, Staff, StaffLink
from campaign.staff.services import change_password

LIFETIMES = {LinkPurpose.INVITATION: timedelta(hours=72), LinkPurpose.RESET: timedelta(hours=1)}
_NOBODY = 0


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


def send_reset(email: str, now: datetime) -> None:
    """Mail a link to whoever forgot the password; does as much where there is no such account. Commits."""
    staff = db.session.scalar(sa.select(Staff).filter_by(email=email.strip().casefold()).with_for_update())
    if staff is not None and staff.active and staff.password is not None:
        send_link(staff, LinkPurpose.RESET, now)
    else:
        _make_no_link()
        withhold("staff", letter("nobody@example.org", LinkPurpose.RESET, new_secret()), now)
    db.session.commit()


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


def _make_no_link() -> None:
    # The same statements as for an account, or the time to the answer would tell who has one.
    of_nobody = StaffLink.staff_id == _NOBODY
    columns = (StaffLink.staff_id, StaffLink.purpose, StaffLink.token_hash, StaffLink.created_at, StaffLink.expires_at)
    db.session.execute(sa.delete(StaffLink).where(of_nobody, StaffLink.purpose == LinkPurpose.RESET))
    db.session.execute(
        sa.insert(StaffLink).from_select([one.key for one in columns], sa.select(*columns).where(of_nobody))
    )


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
