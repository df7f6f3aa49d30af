"""The second factor: codes from an app (TOTP, RFC 6238) and codes on paper for the day the app is lost."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_security import Totp

from campaign.codes import ALPHABET
from campaign.errors import N_, InvalidInput
from campaign.extensions import db, keyring
from campaign.staff import audit, sessions
from campaign.staff.actors import Actor
from campaign.staff.ends import SessionEnd
from campaign.staff.letters import Change, tell_owner
from campaign.staff.models import Passkey, RecoveryCode, Staff, StaffLink

ISSUER = "Der schönste Blick der Stadt"
# One step earlier and later: clocks of phones are a little off.
WINDOW_SECONDS = 30
RECOVERY_CODES = 10
WRONG = N_("Dieser Code stimmt nicht, oder er wurde schon benutzt. Warte auf den nächsten und gib ihn ein.")
WRONG_RECOVERY = N_("Dieser Wiederherstellungscode stimmt nicht, oder er wurde schon benutzt.")


class OneTimeCodes(Totp):
    """The library's codes, each time step taken once (RFC 6238, 5.2)."""

    def get_last_counter(self, user: Any) -> int | None:
        """Return the last step that was used."""
        return getattr(user, "totp_step", None)

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Leave that to `check_code`, which does it so that two requests cannot use one step."""
        user.step_found = tmatch.counter


def one_time_codes() -> OneTimeCodes:
    """Return what makes and checks codes; secrets are encrypted with a key that is not in the database."""
    return OneTimeCodes({"1": keyring().derive("one-time codes").hex()}, ISSUER)


def new_secret() -> str:
    """Return the encrypted secret of an app that is being set up."""
    return one_time_codes().generate_totp_secret()


def lock_account(staff: Staff) -> bool:
    """Lock an account until the transaction ends; return whether it has a second factor by now."""
    found = db.session.get_one(Staff, staff.id, with_for_update=True, populate_existing=True)
    return has_factor(found)


def use_app(staff: Staff, secret: str, code: str, actor: Actor, now: datetime) -> None:
    """Make an app the second factor, once it shows the right code; in the place of another one. Flushed.

    Raises:
        InvalidInput: the code is not the one of that secret.
    """
    found: Any = _Step()
    if not one_time_codes().verify_totp(_digits(code), secret, found, WINDOW_SECONDS):
        raise InvalidInput(WRONG)
    tell_of_change(staff, now)
    had = staff.totp_secret is not None
    staff.totp_secret, staff.totp_step = secret, found.step_found
    audit.record(actor, "staff.app", f"staff:{staff.id}", now, before={"app": had}, after={"app": True})


def check_code(staff: Staff, code: str) -> None:
    """Use a code of the app; flushed.

    Raises:
        InvalidInput: it is wrong or was used, or there is no app.
    """
    found: Any = _Step(staff.totp_step)
    secret = staff.totp_secret
    if secret is None or not one_time_codes().verify_totp(_digits(code), secret, found, WINDOW_SECONDS):
        raise InvalidInput(WRONG)
    unused = sa.or_(Staff.totp_step.is_(None), Staff.totp_step < found.step_found)
    used = sa.update(Staff).where(Staff.id == staff.id, unused).values(totp_step=found.step_found)
    if db.session.execute(used, execution_options={"synchronize_session": False}).rowcount != 1:  # type: ignore[attr-defined]
        raise InvalidInput(WRONG)


def new_recovery_codes(staff: Staff, actor: Actor, now: datetime) -> list[str]:
    """Return ten new codes, which take the place of all earlier ones; only their hashes are kept. Flushed."""
    lock_account(staff)
    codes = ["-".join(_letters() for _ in range(3)) for _ in range(RECOVERY_CODES)]
    had = db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id)).rowcount  # type: ignore[attr-defined]
    if had:
        tell_of_change(staff, now)
    db.session.add_all(RecoveryCode(hash=_hash(staff.id, code), staff_id=staff.id) for code in codes)
    audit.record(actor, "staff.recovery_codes", f"staff:{staff.id}", now)
    return codes


def check_recovery_code(staff: Staff, typed: str, now: datetime) -> None:
    """Use a recovery code, which is void afterwards; flushed.

    Raises:
        InvalidInput: it is wrong or was used.
    """
    unused = sa.update(RecoveryCode).where(
        RecoveryCode.hash == _hash(staff.id, typed), RecoveryCode.staff_id == staff.id, RecoveryCode.used_at.is_(None)
    )
    used = db.session.execute(unused.values(used_at=now), execution_options={"synchronize_session": False})
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise InvalidInput(WRONG_RECOVERY)


def recovery_codes_left(staff_id: int) -> int:
    """Return how many recovery codes of an account are unused."""
    query = sa.select(sa.func.count()).select_from(RecoveryCode)
    return db.session.scalar(query.where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))) or 0


def passkeys_of(staff_id: int) -> Sequence[Passkey]:
    """Return the passkeys of an account, the oldest first."""
    return db.session.scalars(sa.select(Passkey).filter_by(staff_id=staff_id).order_by(Passkey.id)).all()


def reset_factor(staff: Staff, actor: Actor, now: datetime) -> None:
    """Take app, passkeys and recovery codes from an account whose owner lost them, and end its sessions; commits.

    The next log-in leads to setting up a new second factor.
    """
    before = {"app": staff.totp_secret is not None, "passkeys": len(passkeys_of(staff.id))}
    tell_of_change(staff, now)
    staff.totp_secret = staff.totp_step = None
    for kind in (Passkey, RecoveryCode):
        db.session.execute(sa.delete(kind).where(kind.staff_id == staff.id))
    void_links(staff.id)
    sessions.end_all(staff, SessionEnd.FACTOR, actor, now)
    audit.record(actor, "staff.reset_factor", f"staff:{staff.id}", now, before=before)
    db.session.commit()


def tell_of_change(staff: Staff, now: datetime) -> None:
    """Mail the owner of an account that its second factor changes, if it has one; flushed."""
    if has_factor(staff):
        tell_owner(staff, Change.FACTOR, now)


def has_factor(staff: Staff) -> bool:
    """Return whether an account has a second factor."""
    return staff.totp_secret is not None or bool(passkeys_of(staff.id))


def void_links(staff_id: int) -> None:
    """Make the mailed links of an account void that nobody has used; flushed."""
    unused = sa.delete(StaffLink).where(StaffLink.staff_id == staff_id, StaffLink.used_at.is_(None))
    db.session.execute(unused, execution_options={"synchronize_session": False})


class _Step:
    """What the library asks about an account: the step that was used last, and which one a code belongs to."""

    def __init__(self, totp_step: int | None = None) -> None:
        self.totp_step, self.step_found = totp_step, 0


def _digits(typed: str) -> str:
    return "".join(char for char in typed if not char.isspace())[:20]


def _letters() -> str:
    # 20 bits a group, 60 a code: more than anybody tries within the waits of the throttle.
    return "".join(secrets.choice(ALPHABET) for _ in range(4))


def _hash(staff_id: int, typed: str) -> str:
    plain = "".join(char for char in typed.upper() if char.isalnum()).translate(str.maketrans("OIL", "011"))
    return keyring().fingerprint("recovery code", f"{staff_id}|{plain}")
