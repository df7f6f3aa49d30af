"""The door between a picture and the public: in Python, and the same for the database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.usable import Condition, tombstones, usable, with_right, without_any_right, without_right
from campaign.entries.uses import NO_END, Use, has_right, is_tombstone, may_use, right_until
from campaign.extensions import db
from tests.factories import NOW, make_entry

MICROSECOND = timedelta(microseconds=1)
ENDS = [None, NOW - timedelta(days=1), NOW - MICROSECOND, NOW, NOW + MICROSECOND, NOW + timedelta(days=1), NO_END]
COLUMNS = [f"{use}_until" for use in Use]

rights = st.fixed_dictionaries({column: st.sampled_from(ENDS) for column in COLUMNS})
entries = st.builds(
    lambda until, status, gone: {"status": status, "gone_at": gone, **until},
    rights,
    st.sampled_from([Status.APPROVED, *Status]),
    st.sampled_from([None, None, NOW - timedelta(days=2), NOW + timedelta(days=2)]),
)


def entry(**values: object) -> Entry:
    return Entry(**{"status": Status.APPROVED, "gone_at": None, **dict.fromkeys(COLUMNS), **values})


def test_a_right_ends_at_its_very_moment() -> None:
    ending = entry(web_until=NOW)
    assert [may_use(ending, Use.WEB, NOW + step) for step in (-MICROSECOND, 0 * MICROSECOND, MICROSECOND)] == [
        True,
        False,
        False,
    ]


def test_each_use_needs_a_right_of_its_own() -> None:
    for use in Use:
        licensed = entry(**{f"{use}_until": NO_END})
        assert [other for other in Use if may_use(licensed, other, NOW)] == [use]
        assert (right_until(licensed, use), [has_right(licensed, other, NOW) for other in Use].count(True)) == (
            NO_END,
            1,
        )


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.APPROVED])
def test_a_right_opens_nothing_for_what_does_not_take_part(status: Status) -> None:
    out = entry(status=status, web_until=NO_END)
    assert (may_use(out, Use.WEB, NOW), is_tombstone(out, NOW), has_right(out, Use.WEB, NOW)) == (False, False, True)


def test_of_a_post_that_has_vanished_only_the_tombstone_is_shown() -> None:
    gone, unlicensed = entry(gone_at=NOW, web_until=NO_END), entry(gone_at=NOW)
    assert [may_use(one, Use.WEB, NOW) for one in (gone, unlicensed)] == [False, False]
    assert [is_tombstone(one, NOW) for one in (gone, unlicensed)] == [True, False]


def picked(number: int, *conditions: Condition) -> bool:
    return db.session.scalar(sa.select(Entry.number).where(Entry.number == number, *conditions)) is not None


@given(values=entries, moment=st.sampled_from([NOW, NOW + MICROSECOND, NOW - timedelta(days=1)]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_decides_as_the_rule_does(app: Flask, values: dict[str, object], moment: datetime) -> None:
    one = db.session.scalars(sa.select(Entry).limit(1)).first() or make_entry(has_right=False)
    for name, value in values.items():
        setattr(one, name, value)
    db.session.commit()
    number = one.number
    for use in Use:
        assert picked(number, *usable(use, moment)) is may_use(one, use, moment)
        assert picked(number, with_right(use, moment)) is has_right(one, use, moment)
        assert picked(number, without_right(use, moment)) is not has_right(one, use, moment)
    assert picked(number, *tombstones(moment)) is is_tombstone(one, moment)
    assert picked(number, without_any_right(moment)) is not any(has_right(one, use, moment) for use in Use)
