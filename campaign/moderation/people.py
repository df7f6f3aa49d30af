"""Who is at the desk."""

from __future__ import annotations

from flask_login import current_user

from campaign.moderation.services import Actor


def present_actor() -> Actor:
    """Return the person of the staff who sent this request."""
    return Actor(current_user.id, current_user.email)
