"""What the application sets up for all rooms."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db


def test_a_refused_statement_does_not_repeat_what_somebody_typed(app: Flask) -> None:
    statement = sa.text("INSERT INTO staff_role (id, name) VALUES (:id, :name)")
    db.session.execute(statement, {"id": 900, "name": "a"})
    with pytest.raises(sa.exc.IntegrityError) as refused:
        db.session.execute(statement, {"id": 900, "name": "geheim"})
    assert str(refused.value).count("geheim") == 0
