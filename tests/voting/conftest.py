"""Fixtures of the ballots' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from campaign.voting import rules
from tests.factories import ERFURT, JENA, NOW, WEIMAR, make_entry
from tests.voting.people import Person


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the tests: stands in the middle of the vote until it is moved."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def anna(app: Flask, clock: time_machine.Traveller) -> Person:
    """Somebody who votes."""
    return Person(app)


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    """Three public entries of three towns."""
    return [make_entry(town=town).number for town in (ERFURT, WEIMAR, JENA)]


@pytest.fixture
def many_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    """People may be written to as often as they like."""
    monkeypatch.setattr(rules, "MAILS_PER_DAY", 1000)
    monkeypatch.setattr(rules, "MAILS_PER_ROUND", 1000)
