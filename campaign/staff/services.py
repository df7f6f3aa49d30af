"""Staff accounts, made and closed from the command line."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password
from sqlalchemy.exc import IntegrityError

from campaign.clock import utc_now
from campaign.errors import Conflict, InvalidInput, NotFound
from campaign.extensions import db
from campaign.staff.login import PASSWORD_LENGTH, datastore, init_security, security
from campaign.staff.models import Role, RoleName, Staff

__all__ = [
    "add_staff",
    "datastore",
    "disable_staff",
    "init_security",
    "list_staff",
    "security",
    "sync_roles",
]


def sync_roles() -> None:
    """Make sure that every role exists; commits."""
    known = set(db.session.scalars(sa.select(Role.name)))
    db.session.add_all(Role(name=name.value) for name in RoleName if name.value not in known)
    db.session.commit()


def add_staff(email: str, role: RoleName, password: str, now: datetime | None = None) -> Staff:
    """Make an account that may log in at once; commits.

    Raises:
        InvalidInput: the address is none, or the password is shorter than 12 characters.
        Conflict: the address has an account already.
    """
    address = _address(email)
    if len(password) < PASSWORD_LENGTH:
        raise InvalidInput("The password is too short. Use at least %(length)s characters.", length=PASSWORD_LENGTH)
    staff = Staff(
        email=address,
        password=hash_password(security.password_util.normalize(password)),
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        created_at=now or utc_now(),
        roles=[db.session.scalars(sa.select(Role).filter_by(name=role.value)).one()],
    )
    db.session.add(staff)
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Conflict("There is an account of %(email)s already.", email=address) from error
    return staff


def list_staff() -> Sequence[Staff]:
    """Return all accounts by address, closed ones included."""
    return db.session.scalars(sa.select(Staff).order_by(Staff.email)).all()


def disable_staff(email: str) -> Staff:
    """Close an account and end its sessions; commits.

    Raises:
        NotFound: there is no account of that address.
    """
    address = email.strip().casefold()
    staff = db.session.scalar(sa.select(Staff).filter_by(email=address).with_for_update())
    if staff is None:
        raise NotFound("There is no account of %(email)s. See: campaign staff list", email=address)
    staff.active = False
    # Sessions name the account by this word: a new one ends them all.
    staff.fs_uniquifier = uuid.uuid4().hex
    db.session.commit()
    return staff


def _address(email: str) -> str:
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidInput("%(email)s is not a mail address: %(why)s", email=email, why=str(error)) from error
    return found.normalized.casefold()
