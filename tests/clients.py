"""A browser for tests."""

from __future__ import annotations

import contextvars
from typing import Any

from flask.testing import FlaskClient

from campaign.extensions import db


class OwnContextClient(FlaskClient):
    """A browser whose requests share nothing with the test: neither its session nor who is logged in.

    Within the test's application context Flask would reuse that context for each request.
    """

    def open(self, *args: Any, **values: Any) -> Any:
        """Send a request in a context of its own."""
        # A transaction that the test left open would keep SQLite from writing.
        db.session.rollback()
        return contextvars.Context().run(super().open, *args, **values)
