"""What the owner of a database can do past the program: the triggers hold everybody else."""

from __future__ import annotations

import sqlalchemy as sa

from campaign.extensions import db


def lift_triggers(connection: sa.Connection) -> None:
    """Let the present transaction change what is only added to."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return
    triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def without_triggers(*statements: str) -> None:
    """Carry statements out as the owner of the database; commits."""
    db.session.rollback()
    connection = db.session.connection()
    lift_triggers(connection)
    for statement in statements:
        connection.exec_driver_sql(statement)
    db.session.commit()
    db.session.expire_all()
