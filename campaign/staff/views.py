"""The pages around accounts of the staff."""

from __future__ import annotations

from flask import Blueprint

from campaign.staff import account_views, factor_views, link_views, log_in_views, team_views
from campaign.staff.login import security

bp = Blueprint("staff", __name__)
for part in (log_in_views, factor_views, link_views, account_views, team_views):
    bp.register_blueprint(part.bp)
security.login_context_processor(log_in_views.log_in_page)
