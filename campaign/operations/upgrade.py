"""Bring the database up to date: migrations, municipalities, roles, the configured contest."""

from __future__ import annotations

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade

from campaign.contests.services import sync_contest
from campaign.errors import CampaignError
from campaign.extensions import db, settings
from campaign.paths import MIGRATIONS
from campaign.staff.services import sync_roles
from campaign.towns.services import sync_towns


def upgrade_database() -> None:
    """Create or migrate the database and carry the configuration over; safe to run again."""
    settings().site.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(directory=str(MIGRATIONS))
    sync_towns()
    sync_roles()
    sync_contest(settings().contest)


def pending_migrations() -> bool:
    """Return whether the database is older than the code (or empty)."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() != head


def require_database() -> None:
    """Raise CampaignError unless the database has all migrations."""
    url = db.engine.url
    missing = url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()
    if missing or pending_migrations():
        raise CampaignError("The database is not up to date. Run: campaign db upgrade")
