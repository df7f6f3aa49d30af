"""Two requests at once come to what one after the other would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from campaign.staff import audit, factors, passkeys, team
from campaign.staff.actors import Actor
from campaign.staff.models import Passkey, RecoveryCode, RoleName, Staff
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


@ON_POSTGRESQL
def test_of_the_last_two_passkeys_removed_at_once_one_stays(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    number = make_staff(app=False).id
    keys = [
        Passkey(
            staff_id=number, credential_id=name, public_key=b"", sign_count=0, name=name, transports=[], created_at=NOW
        )
        for name in ("phone", "laptop")
    ]
    db.session.add_all(keys)
    db.session.commit()
    ids, both_have_counted, count = [key.id for key in keys], threading.Barrier(2), passkeys.passkeys_of
    db.session.rollback()

    def counted(staff_id: int) -> object:
        found = count(staff_id)
        wait_a_little(both_have_counted)
        return found

    monkeypatch.setattr(passkeys, "passkeys_of", counted)

    def go(key: int) -> None:
        passkeys.remove(db.session.get_one(Staff, number), key, Actor(number, "moderator@example.org"), NOW)

    assert at_once(app, *(lambda key=key: go(key) for key in ids)) == ["Conflict", "done"]  # type: ignore[misc]
    assert len(count(number)) == 1


def wait_a_little(barrier: threading.Barrier) -> None:
    """Give the other one the time to come as far, which a lock keeps it from."""
    try:
        barrier.wait(1)
    except threading.BrokenBarrierError:
        return


@ON_POSTGRESQL
def test_recovery_codes_made_twice_at_once_are_ten(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    number, record, both_have_made = make_staff().id, audit.record, threading.Barrier(2)
    db.session.commit()

    def recorded(*values: Any, **more: Any) -> object:
        db.session.flush()
        wait_a_little(both_have_made)
        return record(*values, **more)

    monkeypatch.setattr(audit, "record", recorded)

    def go() -> None:
        factors.new_recovery_codes(db.session.get_one(Staff, number), Actor(number, "m"), NOW)

    assert at_once(app, go, go) == ["done", "done"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 10
