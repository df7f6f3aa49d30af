"""Requests of these tests run as they do on a server: each in a context of its own."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.staff.people import OwnContextClient


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    app.test_client_class = OwnContextClient
    return app.test_client()
