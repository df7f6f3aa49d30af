"""What must hold for the team as a whole. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from campaign.errors import N_, Conflict, InvalidInput


@dataclass(frozen=True)
class Member:
    """An account as the rules see it."""

    number: int
    roles: frozenset[str]
    active: bool
    invited: bool


def check_roles(roles: Collection[str]) -> None:
    """Raise unless an account may have these roles.

    Raises:
        InvalidInput: there is none.
    """
    if not roles:
        raise InvalidInput(N_("Wähl mindestens eine Rolle aus."))


def check_own_roles(before: Collection[str], wanted: Collection[str]) -> None:
    """Raise when somebody would give themselves a role.

    Raises:
        Conflict: somebody else has to.
    """
    if set(wanted) - set(before):
        raise Conflict(
            N_("Du kannst dir keine Rolle selbst geben. Bitte jemand anderen mit der Rolle „Technik“ darum.")
        )


def check_an_admin_stays(team: Iterable[Member], number: int) -> None:
    """Raise when the account is the last one that can look after accounts and is in use.

    Raises:
        Conflict: without it nobody could let anybody in.
    """
    others = [one for one in team if one.number != number and one.active and not one.invited and "admin" in one.roles]
    if not others:
        raise Conflict(N_("Das ist das letzte Konto, das Konten verwalten darf. Gib die Rolle vorher jemand anderem."))
