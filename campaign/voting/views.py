"""Pages of this room."""

from __future__ import annotations

from campaign.web import PublicBlueprint

bp = PublicBlueprint("voting", __name__)
