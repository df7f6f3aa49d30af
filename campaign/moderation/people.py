"""Who is at the desk, and what they may do there."""

from __future__ import annotations

from flask_login import current_user

from campaign.staff.actors import Actor

READING = ("moderator", "organiser", "scrutineer")
DECIDING = ("moderator", "organiser")
EXCLUDING = ("organiser",)
OVERSEEING = ("organiser", "scrutineer")


def present_actor() -> Actor:
    """Return the person of the staff who sent this request."""
    return Actor(current_user.id, current_user.email)


def may(roles: tuple[str, ...]) -> bool:
    """Return whether that person has one of the roles; an admin has them all."""
    return any(current_user.has_role(role) for role in (*roles, "admin"))
