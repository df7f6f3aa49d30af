"""Who is at the desk, and what they may do there."""

from __future__ import annotations

from flask_login import current_user

from campaign.staff.presence import present_actor

__all__ = ["DECIDING", "EXCLUDING", "OVERSEEING", "READING", "may", "present_actor"]

READING = ("moderator", "organiser", "scrutineer")
DECIDING = ("moderator", "organiser")
EXCLUDING = ("organiser",)
OVERSEEING = ("organiser", "scrutineer")


def may(roles: tuple[str, ...]) -> bool:
    """Return whether the person of the staff who sent this request has one of the roles."""
    return any(current_user.has_role(role) for role in roles)
