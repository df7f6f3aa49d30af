"""How many processes serve the web site, and whether what they count is one count."""

from __future__ import annotations

import os

from campaign.sections import Site

COUNTING_APART = "each web process counts tries and limits alone, so that they hold for none of them together."
REMEDY = "Set site.redis_url."


def web_workers(site: Site) -> int:
    """Return how many processes the web server starts: SQLite wants one that writes, PostgreSQL takes all cores."""
    return 1 if _is_sqlite(site) else max(1, os.cpu_count() or 1)


def count_apart(site: Site) -> bool:
    """Return whether several web processes or machines may serve the site that know nothing of each other's counts."""
    return not _is_sqlite(site) and not site.redis_url


def _is_sqlite(site: Site) -> bool:
    return site.database.startswith("sqlite")
