"""Bring the database up to date: migrations, municipalities, roles, the configured contest."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade

from campaign.clock import utc_now
from campaign.contests.services import sync_contest
from campaign.errors import CampaignError
from campaign.extensions import db, settings
from campaign.moderation.recorded import adopt_decisions
from campaign.paths import MIGRATIONS
from campaign.staff import audit
from campaign.staff.models import AuditRow
from campaign.staff.services import sync_roles
from campaign.towns.services import sync_towns


def upgrade_database() -> None:
    """Create or migrate the database and carry the configuration over; safe to run again."""
    settings().site.data_dir.mkdir(parents=True, exist_ok=True)
    has_log = _has_log()
    upgrade(directory=str(MIGRATIONS))
    if not has_log:
        _begin_log()
    sync_towns()
    sync_roles()
    sync_contest(settings())


def _has_log() -> bool:
    try:
        return sa.inspect(db.engine).has_table(AuditRow.__tablename__)
    finally:
        # Migrations need the database for themselves.
        db.engine.dispose()


def _begin_log() -> None:
    # Only now: a log that is empty later was emptied, and nobody may make it good by an upgrade.
    audit.begin()
    adopt_decisions(utc_now())
    db.session.commit()


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
