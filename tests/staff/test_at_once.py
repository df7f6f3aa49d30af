"""Two requests at once come to what one after the other would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from campaign.staff import team
from campaign.staff.actors import Actor
from campaign.staff.models import RoleName, Staff
from tests.factories import NOW
from tests.staff.people import make_staff

ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Carry each out in a thread with a context of its own; returns their outcomes, sorted."""
    outcomes: list[str] = []

    def run(act: Callable[[], object]) -> None:
        with app.test_request_context():
            try:
                act()
                db.session.commit()
                outcomes.append("done")
            except Exception as error:
                db.session.rollback()
                outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    db.session.expire_all()
    return sorted(outcomes)


@ON_POSTGRESQL
@pytest.mark.parametrize(
    "act", [team.close, lambda number, actor, now: team.change_roles(number, [RoleName.MODERATOR], actor, now)]
)
def test_of_two_admins_that_act_on_each_other_at_once_one_stays(app: Flask, act: Callable[..., Any]) -> None:
    one, other = (make_staff(RoleName.ADMIN, f"{name}@example.org").id for name in ("anna", "ben"))
    db.session.commit()
    both_are_known = threading.Barrier(2)

    def go(who: int, whom: int) -> None:
        actor = db.session.get_one(Staff, who)
        assert [role.name for role in actor.roles] == ["admin"]
        both_are_known.wait(10)
        act(whom, Actor(who, actor.email), NOW)

    assert at_once(app, lambda: go(one, other), lambda: go(other, one)) == ["Conflict", "done"]
    people = db.session.scalars(sa.select(Staff)).all()
    assert [staff.active and [role.name for role in staff.roles] == ["admin"] for staff in people].count(True) == 1
