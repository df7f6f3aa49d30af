"""What the web server loads: the application of `$CAMPAIGN_CONFIG`."""

from __future__ import annotations

from flask import Flask

from campaign import create_app
from campaign.arrivals import Arrivals
from campaign.config import load_settings
from campaign.logs import configure_logging
from campaign.operations.lifeline import end_with_parent


def create() -> Flask:
    """Return the application within a worker of the web server."""
    end_with_parent()
    configure_logging()
    app = create_app(load_settings())
    app.wsgi_app = Arrivals(app.wsgi_app)  # type: ignore[method-assign]
    return app
