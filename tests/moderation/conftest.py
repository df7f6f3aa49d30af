"""Requests of these tests run as they do on a server: each in a context of its own."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.staff.people import OwnContextClient


@pytest.fixture(autouse=True)
def _own_contexts(request: pytest.FixtureRequest) -> None:
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        app.test_client_class = OwnContextClient
