"""What was published before anybody had to say who can be recognised waits for a moderator again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from flask_migrate import downgrade, upgrade

from campaign import create_app
from campaign.contests.services import sync_contest
from campaign.extensions import db
from campaign.paths import MIGRATIONS
from tests.factories import make_settings

BEFORE, REVISION = "0006", "0007"
ENTRIES = [
    (1, "approved", None, None),
    (2, "approved", "none", None),
    (3, "approved", "none", "Der Dom"),
    (4, "rejected", None, None),
]
INSERT = """
    INSERT INTO entry (number, status, people, alt_text, contest_id, source, media_type, picture_state,
                       town_confirmed, received_at, updated_at, evidence)
    VALUES (?, ?, ?, ?, 1, 'hashtag', 'IMAGE', 'missing', 1, '2026-06-01', '2026-06-01', '[]')
"""


def test_approved_entries_without_these_words_wait_again_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "campaign.sqlite3"

    def statuses() -> list[str]:
        with closing(sqlite3.connect(file)) as connection:
            return [status for (status,) in connection.execute("SELECT status FROM entry ORDER BY number")]

    settings = make_settings(tmp_path)
    with create_app(settings).app_context():
        upgrade(directory=str(MIGRATIONS), revision=BEFORE)
        sync_contest(settings)
        db.session.remove()
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.executemany(INSERT, ENTRIES)
        upgrade(directory=str(MIGRATIONS), revision=REVISION)
        assert statuses() == ["pending", "pending", "approved", "rejected"]
        downgrade(directory=str(MIGRATIONS), revision=BEFORE)
        assert statuses() == ["pending", "pending", "approved", "rejected"]
        db.session.remove()
        db.engine.dispose()
