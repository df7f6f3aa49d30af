"""A browser whose requests share nothing with the test: no session of the database, no context."""

from __future__ import annotations

import contextvars
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign.extensions import db


class SeparateClient(FlaskClient):
    """Sends each request in an empty context, as a server's thread would."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request; ends the transaction of the test first, or SQLite would wait for it."""
        db.session.rollback()
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    app.test_client_class = SeparateClient
    return app.test_client()
