"""Fixtures of the uploads' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.factories import NOW
from tests.uploads.people import Sender


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the tests: stands in the middle of collecting until it is moved."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def anna(app: Flask, clock: time_machine.Traveller) -> Sender:
    """Somebody without Instagram."""
    return Sender(app)
