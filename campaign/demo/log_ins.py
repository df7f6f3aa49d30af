"""The demo's accounts: a password for all of them, and an app with one-time codes that everybody may look at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from campaign.clock import utc_now
from campaign.demo.stage import ACCOUNTS
from campaign.extensions import db
from campaign.staff.factors import new_secret, one_time_codes
from campaign.staff.models import Staff
from campaign.staff.services import add_staff, roles_of

STEP_SECONDS = 30


@dataclass(frozen=True)
class LogIn:
    """How to log in as somebody: address, roles, the code of this half minute (None: no app is set up)."""

    email: str
    roles: list[str]
    code: str | None


def prepare_accounts(password: str, now: datetime | None = None) -> None:
    """Make the accounts that there are not yet; commits. What somebody changed in the demo stays."""
    known = set(db.session.scalars(sa.select(Staff.email)))
    for email, roles in ACCOUNTS.items():
        if email not in known:
            add_staff(email, roles, password, now or utc_now()).totp_secret = new_secret()
            db.session.commit()


def log_ins() -> Iterator[LogIn]:
    """Yield the accounts with the codes that their apps show now, or next where this one was used already."""
    codes = one_time_codes()
    for staff in db.session.scalars(sa.select(Staff).where(Staff.active).order_by(Staff.id)):
        secret = staff.totp_secret if staff.email in ACCOUNTS else None
        yield LogIn(staff.email, roles_of(staff), codes.generate_totp_password(secret) if secret else None)


def seconds_left() -> int:
    """Return how long the codes are shown before others come."""
    return STEP_SECONDS - int(time.time()) % STEP_SECONDS
