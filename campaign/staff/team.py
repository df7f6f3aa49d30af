"""What an admin does with accounts: invite, change roles, close, end sessions. Each act is one commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaign.errors import N_, Conflict, NotFound
from campaign.extensions import db
from campaign.staff import audit, factors, sessions
from campaign.staff.actors import Actor
from campaign.staff.ends import SessionEnd
from campaign.staff.links import send_link
from campaign.staff.models import LinkPurpose, Passkey, Role, RoleName, Staff, StaffLink, StaffSession
from campaign.staff.services import disable_staff, new_account, roles_of
from campaign.staff.team_rules import Member, check_an_admin_stays, check_own_roles, check_roles


@dataclass(frozen=True)
class Colleague:
    """One line of the list of accounts."""

    staff: Staff
    roles: list[str]
    invited_until: datetime | None
    last_log_in: datetime | None
    sessions: int
    has_app: bool
    passkeys: int


def invite(email: str, roles: Collection[RoleName], actor: Actor, now: datetime) -> Staff:
    """Make an account and mail the link with which its owner sets the password; commits.

    Raises:
        InvalidInput: the address is none, or no account may have these roles.
        Conflict: the address has an account already.
    """
    staff = new_account(email, roles, now)
    send_link(staff, LinkPurpose.INVITATION, now)
    audit.record(actor, "staff.invite", _subject(staff), now, after={"email": staff.email, "roles": roles_of(staff)})
    db.session.commit()
    return staff


def invite_again(number: int, actor: Actor, now: datetime) -> None:
    """Mail a new invitation; the old link is void. Commits.

    Raises:
        NotFound: there is no such account.
        Conflict: it has a password already.
    """
    staff = _invited(number)
    send_link(staff, LinkPurpose.INVITATION, now)
    audit.record(actor, "staff.invite_again", _subject(staff), now)
    db.session.commit()


def withdraw(number: int, actor: Actor, now: datetime) -> None:
    """Take an invitation back; the account goes with it. Commits.

    Raises:
        NotFound: there is no such account.
        Conflict: it has a password already.
    """
    staff = _invited(number)
    before = {"email": staff.email, "roles": roles_of(staff)}
    db.session.delete(staff)
    audit.record(actor, "staff.withdraw", _subject(staff), now, before=before)
    db.session.commit()


def change_roles(number: int, roles: Collection[RoleName], actor: Actor, now: datetime) -> None:
    """Give an account other roles and end its sessions; commits. The same roles change nothing.

    Raises:
        NotFound: there is no such account.
        InvalidInput: no account may have these roles.
        Conflict: somebody would give themselves a role, or nobody could look after accounts afterwards.
    """
    everybody, staff, wanted = _team(), account(number), sorted(role.value for role in roles)
    check_roles(wanted)
    before = roles_of(staff)
    if wanted == before:
        return
    if "admin" in before and "admin" not in wanted:
        check_an_admin_stays(everybody, number)
    if number == actor.staff_id:
        check_own_roles(before, wanted)
    staff.roles = list(db.session.scalars(sa.select(Role).where(Role.name.in_(wanted))))
    sessions.end_all(staff, SessionEnd.ROLES, actor, now)
    audit.record(actor, "staff.roles", _subject(staff), now, before={"roles": before}, after={"roles": wanted})
    db.session.commit()


def close(number: int, actor: Actor, now: datetime) -> None:
    """Close an account and end its sessions; commits.

    Raises:
        NotFound: there is no such account.
        Conflict: nobody could look after accounts afterwards.
    """
    everybody, staff = _team(), account(number)
    if "admin" in roles_of(staff):
        check_an_admin_stays(everybody, number)
    disable_staff(staff.email, actor, now)


def reopen(number: int, actor: Actor, now: datetime) -> None:
    """Open a closed account; password, second factor and roles are as they were. Commits.

    Raises:
        NotFound: there is no such account.
    """
    staff = account(number)
    staff.active = True
    audit.record(actor, "staff.reopen", _subject(staff), now, after={"roles": roles_of(staff)})
    db.session.commit()


def end_sessions(number: int, actor: Actor, now: datetime) -> int:
    """End all sessions of an account; commits; returns how many.

    Raises:
        NotFound: there is no such account.
    """
    staff = account(number)
    ended = sessions.end_all(staff, SessionEnd.REVOKED, actor, now)
    audit.record(actor, "staff.end_sessions", _subject(staff), now, after={"sessions": ended})
    db.session.commit()
    return ended


def reset_factor(number: int, actor: Actor, now: datetime) -> None:
    """Take the second factor from an account whose owner lost it; commits.

    Raises:
        NotFound: there is no such account.
        Conflict: it is one's own: whoever is here has it.
    """
    if number == actor.staff_id:
        raise Conflict(N_("Deinen eigenen zweiten Faktor änderst du unter „Mein Konto“."))
    factors.reset_factor(account(number), actor, now)


def account(number: int) -> Staff:
    """Return an account, locked until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    staff = db.session.get(Staff, number, with_for_update=True)
    if staff is None:
        raise NotFound(N_("Dieses Konto gibt es nicht."))
    return staff


def colleagues() -> list[Colleague]:
    """Return all accounts by address with what an admin needs to know of them."""
    staff = db.session.scalars(sa.select(Staff).order_by(Staff.active.desc(), Staff.email)).all()
    invited = _by_staff(sa.func.max(StaffLink.expires_at), StaffLink, StaffLink.purpose == LinkPurpose.INVITATION)
    last = _by_staff(sa.func.max(StaffSession.created_at), StaffSession, StaffSession.proven_at.is_not(None))
    running = _by_staff(sa.func.count(), StaffSession, StaffSession.ended_at.is_(None))
    keys = _by_staff(sa.func.count(), Passkey, sa.true())
    return [
        Colleague(
            staff=one,
            roles=roles_of(one),
            invited_until=invited.get(one.id) if one.password is None else None,
            last_log_in=last.get(one.id),
            sessions=running.get(one.id, 0),
            has_app=one.totp_secret is not None,
            passkeys=keys.get(one.id, 0),
        )
        for one in staff
    ]


def _by_staff(
    what: sa.ColumnElement[Any],
    kind: type[StaffLink] | type[StaffSession] | type[Passkey],
    only: sa.ColumnElement[bool],
) -> dict[int, Any]:
    rows = db.session.execute(sa.select(kind.staff_id, what).where(only).group_by(kind.staff_id))
    return {row[0]: row[1] for row in rows}


def _team() -> Sequence[Member]:
    # Locked in one order before anything else: two admins that close each other at once must not both succeed.
    query = sa.select(Staff).order_by(Staff.id).with_for_update()
    # Whoever acts was read before the locks were there.
    people = db.session.scalars(query, execution_options={"populate_existing": True}).all()
    return [Member(one.id, frozenset(roles_of(one)), one.active, one.password is None) for one in people]


def _invited(number: int) -> Staff:
    staff = account(number)
    if staff.password is not None:
        raise Conflict(N_("Dieses Konto ist schon eingerichtet."))
    return staff


def _subject(staff: Staff) -> str:
    return f"staff:{staff.id}"
