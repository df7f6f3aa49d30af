"""Fixtures of the page tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from campaign.extensions import set_read_only


@pytest.fixture(autouse=True)
def _writable() -> Iterator[None]:
    """A GET request leaves its context read-only; the next test writes again."""
    set_read_only(False)
    yield
    set_read_only(False)
