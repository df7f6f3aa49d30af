"""Pictures for the demo: towns in layered paper, drawn from a number, the same every time."""

from campaign.demo.drawing.photo import Shot, photo_bytes
from campaign.demo.drawing.views import SUBJECTS, View, choose_view, draw, paint

__all__ = ["SUBJECTS", "Shot", "View", "choose_view", "draw", "paint", "photo_bytes"]
