"""Staff accounts, made and closed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password
from sqlalchemy.exc import IntegrityError

from campaign.clock import utc_now
from campaign.errors import N_, Conflict, InvalidInput, NotFound
from campaign.extensions import db
from campaign.staff import audit, sessions
from campaign.staff.actors import COMMAND_LINE, Actor
from campaign.staff.ends import SessionEnd
from campaign.staff.factors import void_links
from campaign.staff.letters import Change, tell_owner
from campaign.staff.login import datastore, init_security, security
from campaign.staff.models import Role, RoleName, Staff
from campaign.staff.password_rules import check_password
from campaign.staff.team_rules import check_roles

__all__ = [
    "add_staff",
    "change_password",
    "datastore",
    "disable_staff",
    "init_security",
    "list_staff",
    "new_account",
    "roles_of",
    "security",
    "staff_of",
    "sync_roles",
]


def sync_roles() -> None:
    """Make sure that every role exists; commits."""
    known = set(db.session.scalars(sa.select(Role.name)))
    db.session.add_all(Role(name=name.value) for name in RoleName if name.value not in known)
    db.session.commit()


def add_staff(email: str, roles: RoleName | Collection[RoleName], password: str, now: datetime | None = None) -> Staff:
    """Make an account that may log in at once and sets up its second factor then; commits.

    Raises:
        InvalidInput: the address is none, or neither roles nor password may be taken.
        Conflict: the address has an account already.
    """
    now = now or utc_now()
    hashed = _hashed(password, email)
    staff = new_account(email, [roles] if isinstance(roles, RoleName) else roles, now)
    staff.password = hashed
    audit.record(COMMAND_LINE, "staff.add", f"staff:{staff.id}", now, after=_facts(staff))
    db.session.commit()
    return staff


def new_account(email: str, roles: Collection[RoleName], now: datetime) -> Staff:
    """Make an account without a password; flushed.

    Raises:
        InvalidInput: the address is none, or no account may have these roles.
        Conflict: the address has an account already.
    """
    address = _address(email)
    check_roles([role.value for role in roles])
    found = db.session.scalars(sa.select(Role).where(Role.name.in_([role.value for role in roles]))).all()
    staff = Staff(email=address, active=True, fs_uniquifier=uuid.uuid4().hex, created_at=now, roles=list(found))
    db.session.add(staff)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise Conflict(N_("Für %(email)s gibt es schon ein Konto."), email=address) from error
    return staff


def change_password(staff: Staff, password: str, actor: Actor, now: datetime, *, but: int | None = None) -> None:
    """Give an account another password and end its sessions, except one if it is named; commits.

    Links that were mailed are void; the second factor stays. The owner gets a mail about it.

    Raises:
        InvalidInput: the password may not be taken.
    """
    hashed = _hashed(password, staff.email)
    if staff.password is not None:
        tell_owner(staff, Change.PASSWORD, now)
    staff.password = hashed
    void_links(staff.id)
    sessions.end_all(staff, SessionEnd.PASSWORD, actor, now, but=but)
    audit.record(actor, "staff.password", f"staff:{staff.id}", now)
    db.session.commit()


def list_staff() -> Sequence[Staff]:
    """Return all accounts by address, closed ones included."""
    return db.session.scalars(sa.select(Staff).order_by(Staff.email)).all()


def staff_of(email: str) -> Staff:
    """Return the account of an address, locked until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    address = email.strip().casefold()
    staff = db.session.scalar(sa.select(Staff).filter_by(email=address).with_for_update())
    if staff is None:
        raise NotFound("There is no account of %(email)s. See: campaign staff list", email=address)
    return staff


def roles_of(staff: Staff) -> list[str]:
    """Return the names of an account's roles in their order."""
    return sorted(role.name for role in staff.roles)


def disable_staff(email: str, actor: Actor = COMMAND_LINE, now: datetime | None = None) -> Staff:
    """Close an account, end its sessions and make its mailed links void; commits.

    Raises:
        NotFound: there is no account of that address.
    """
    staff, now = staff_of(email), now or utc_now()
    staff.active = False
    # The library names the account by this word in the browser's cookie: a new one makes all of them void.
    staff.fs_uniquifier = uuid.uuid4().hex
    void_links(staff.id)
    sessions.end_all(staff, SessionEnd.CLOSED, actor, now)
    audit.record(actor, "staff.close", f"staff:{staff.id}", now, after=_facts(staff))
    db.session.commit()
    return staff


def _hashed(password: str, email: str) -> str:
    plain = security.password_util.normalize(password)
    check_password(plain, email.strip())
    return str(hash_password(plain))


def _facts(staff: Staff) -> dict[str, object]:
    return {"email": staff.email, "roles": roles_of(staff)}


def _address(email: str) -> str:
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        message = N_("„%(email)s“ ist keine E-Mail-Adresse. Prüf bitte die Schreibweise.")
        raise InvalidInput(message, email=email) from error
    return found.normalized.casefold()
