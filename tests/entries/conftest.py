"""Fixtures of the tests of entries; the browser is that of the browser tests."""

from tests.browser.conftest import browser, page, phone

__all__ = ["browser", "page", "phone"]
