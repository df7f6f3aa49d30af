"""Addresses for machines that watch over the site."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint
from flask.typing import ResponseReturnValue

from campaign.access import public
from campaign.operations.upgrade import pending_migrations

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say whether database and migrations are fine."""
    try:
        pending = pending_migrations()
    except sa.exc.SQLAlchemyError:
        return {"status": "failure", "reason": "the database does not answer"}, 503
    if pending:
        return {"status": "failure", "reason": "migrations are pending"}, 503
    return {"status": "ok"}
