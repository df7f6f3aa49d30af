"""What was allowed before there were uses is allowed afterwards, on both databases, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from campaign import create_app
from campaign.extensions import db
from campaign.paths import MIGRATIONS
from tests.factories import make_settings

BEFORE = "0004"
FOLDER = str(MIGRATIONS)
PUBLISHED, END = "2028-02-29 17:00:00", datetime(2033, 2, 28, 17, tzinfo=UTC)
ROWS = [
    "INSERT INTO contest (id, slug, title, hashtag, mention, collect_from, collect_until, vote_from, vote_until,"
    f" publish_at, votes_per_ballot, votes_per_town, entries_per_creator) VALUES (1, 'x', 'x', 'x', '', '{PUBLISHED}',"
    f" '{PUBLISHED}', '{PUBLISHED}', '{PUBLISHED}', '{PUBLISHED}', 3, 1, 3)",
    *(
        "INSERT INTO entry (number, contest_id, status, source, media_type, town_confirmed, evidence, picture_state,"
        f" has_right, received_at, updated_at) VALUES ({number}, 1, 'approved', 'hashtag', 'IMAGE', {{false}}, '[]',"
        f" 'waiting', {{{has_right}}}, '{PUBLISHED}', '{PUBLISHED}')"
        for number, has_right in ((1, "true"), (2, "false"))
    ),
    *(
        "INSERT INTO rights_grant (entry_number, status, granted_by, wording_version, wording, proof, recorded_by,"
        f" granted_at) VALUES ({number}, '{status}', 'Anna', '2026-1', 'x', 'Mail', 'eva', '{PUBLISHED}')"
        for number, status in ((1, "granted"), (2, "revoked"))
    ),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of its own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.sqlite3'}"
        return
    server: str = request.getfixturevalue("postgresql_url")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS before_uses"))
        connection.execute(sa.text("CREATE DATABASE before_uses"))
    yield sa.make_url(server).set(database="before_uses").render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text("DROP DATABASE before_uses WITH (FORCE)"))
    engine.dispose()


def read(query: str) -> list[tuple[object, ...]]:
    found = [tuple(row) for row in db.session.execute(sa.text(query))]
    db.session.rollback()
    return found


def test_rights_of_the_first_wording_are_carried_over_and_back(url: str, tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, database_url=url))
    truths = {"true": "1", "false": "0"} if url.startswith("sqlite") else {"true": "true", "false": "false"}
    with app.app_context():
        upgrade(FOLDER, BEFORE)
        for row in ROWS:
            db.session.execute(sa.text(row.format(**truths)))
        db.session.commit()
        upgrade(FOLDER)
        table = sa.Table("entry", sa.MetaData(), autoload_with=db.engine)
        names = ["web_until", "print_until", "press_until", "advertising_until"]
        rows = db.session.execute(sa.select(*(table.c[name] for name in names)).order_by(table.c.number)).all()
        db.session.rollback()
        ends = [[end.replace(tzinfo=UTC) if end else None for end in row] for row in rows]
        assert ends == [[END, END, END, None], [None] * 4]
        assert [row[0] for row in read("SELECT count(*) FROM rights_grant WHERE expires_at IS NOT NULL")] == [2]
        downgrade(FOLDER, revision=BEFORE)
        assert read("SELECT number FROM entry WHERE has_right ORDER BY number") == [(1,)]
        assert read("SELECT status FROM rights_grant ORDER BY id") == [("granted",), ("revoked",)]
        upgrade(FOLDER)
        db.session.remove()
        db.engine.dispose()
