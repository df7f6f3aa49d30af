"""Nobody asks about rights but the door itself: what pages and exports show goes through `entries.uses`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from campaign.paths import ROOT, TEMPLATES

COLUMNS = re.compile(r"\b(?:web|print|press|advertising)_until\b|\bRightsGrant\b")
APPROVED = re.compile(r"\bStatus\.APPROVED\b|[\"']approved[\"']")
# The columns themselves, the door, and the room that fills them.
MAY_READ_COLUMNS = {
    "campaign/entries/models.py",
    "campaign/entries/uses.py",
    "campaign/entries/usable.py",
}
ROOM_OF_RIGHTS = "campaign/rights/"
# Who was asked already is not asked again; what staff see of grants, and what follows from a no or a withdrawal.
MAY_READ_GRANTS = {
    "campaign/entrants/asking.py",
    "campaign/entrants/queries.py",
    "campaign/instagram/asking.py",
    "campaign/moderation/declining.py",
    "campaign/moderation/rights_sheet.py",
    "campaign/moderation/taking_back.py",
}
# Decisions, counting and lists for the staff; nothing of these chooses what the public sees.
MAY_READ_STATUS = {
    "campaign/entrants/rules.py",
    "campaign/entries/accounts.py",
    "campaign/entries/intake.py",
    "campaign/entries/lifecycle.py",
    "campaign/entries/models.py",
    "campaign/entries/usable.py",
    "campaign/entries/uses.py",
    "campaign/instagram/asking.py",
    "campaign/instagram/existence_queries.py",
    "campaign/instagram/replies.py",
    "campaign/moderation/",
    "campaign/ledger/publishing.py",
    "campaign/operations/",
    "campaign/results/export.py",
    "campaign/results/figures.py",
    "campaign/results/photos.py",
    "campaign/rights/request_rules.py",
    "campaign/uploads/services.py",
    "campaign/voting/tally.py",
    "templates/moderation/",
    "templates/operations/",
}


def sources() -> list[Path]:
    return sorted([*(ROOT / "campaign").rglob("*.py"), *TEMPLATES.rglob("*.html")])


def readers(pattern: re.Pattern[str], allowed: Iterable[str]) -> list[str]:
    names = [str(path.relative_to(ROOT)) for path in sources() if pattern.search(path.read_text(encoding="utf-8"))]
    return [name for name in names if not name.startswith(tuple(allowed))]


def test_nobody_reads_the_columns_of_rights_but_the_door() -> None:
    assert readers(COLUMNS, {*MAY_READ_COLUMNS, *MAY_READ_GRANTS, ROOM_OF_RIGHTS}) == []


def test_nothing_public_asks_for_approval_beside_the_door() -> None:
    assert readers(APPROVED, MAY_READ_STATUS) == []


@pytest.mark.parametrize("line", ["Entry.web_until > now", "entry.press_until", "sa.select(RightsGrant)"])
def test_the_check_finds_who_reads_them(line: str) -> None:
    assert COLUMNS.search(line) is not None
