"""What a pass asks for every post costs the same however many entries there are: each name has an index of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.incoming import IncomingMedia
from campaign.entries.known import known_posts
from campaign.entries.lifecycle import Source
from campaign.entries.services import receive
from campaign.extensions import db
from tests.factories import NOW

# PostgreSQL joins its indexes by itself.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POST = IncomingMedia("17900000000000001", "IMAGE", "Weimar", None, "C0000000001", NOW, None)


@contextmanager
def plans() -> Iterator[list[str]]:
    """Collect how SQLite answers every SELECT of entries."""
    found: list[str] = []

    def explain(cursor: object, statement: str, parameters: object) -> None:
        if statement.startswith("SELECT entry."):
            rows = db.session.connection().connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found.extend(row[3] for row in rows if " entry " in row[3])

    def before(_connection: object, cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        explain(cursor, statement, parameters)

    sa.event.listen(db.engine, "before_cursor_execute", before)
    try:
        yield found
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", before)


def test_a_post_is_looked_for_by_the_index_of_each_of_its_names(app: Flask) -> None:
    receive(current_contest(), POST, Source.HASHTAG, NOW)
    with plans() as found:
        receive(
            current_contest(), replace(POST, media_id="17900000000000002", shortcode="C0000000002"), Source.TAG, NOW
        )
    searches = {line.partition("(")[2] for line in found}
    assert {f"contest_id=? AND {name}=?)" for name in ("media_id", "shortcode", "taken_at")} <= searches
    assert "contest_id=?)" not in searches


def test_the_posts_of_a_page_are_looked_for_by_the_index_of_each_of_their_names(app: Flask) -> None:
    with plans() as found:
        known_posts(current_contest(), [POST])
    searches = [line.partition("(")[2] for line in found]
    assert searches == ["contest_id=? AND media_id=?)", "contest_id=? AND shortcode=?)", "rowid=?)"]
