"""Staff hear once that too many posts are missing, see which, and say whether they are really gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from campaign.config import Settings
from campaign.contests.services import current_contest
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.extensions import settings as configured
from campaign.instagram.models import Existence
from campaign.mail.models import OutboxMail
from campaign.operations.alarms import announce
from campaign.operations.intake import due_notices
from campaign.operations.models import Alarm
from campaign.staff.models import RoleName
from tests.factories import NOW, make_entry, make_settings
from tests.staff.people import logged_in, make_staff

PAGE = "/verwaltung/erfassung"
HOUR = timedelta(hours=1)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return make_settings(
        tmp_path, database_url=database_url, instagram={"user_id": "17841", "access_token": "secret-t"}
    )


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def watched(count: int, *, missing: int, hours: float = 40) -> list[int]:
    """So many entries, of whose posts so many have been missing for that long; returns the missing ones."""
    numbers = [make_entry().number for _ in range(count)]
    for place, number in enumerate(numbers):
        known = {"misses": 4, "missing_since": NOW - hours * HOUR} if place < missing else {}
        db.session.add(Existence(entry_number=number, next_check_at=NOW, **known))
    db.session.commit()
    return numbers[:missing]


def find_again(*numbers: int) -> None:
    found = sa.update(Existence).where(Existence.entry_number.in_(numbers))
    db.session.execute(found.values(misses=0, missing_since=None))
    db.session.commit()


def told(hours: float = 0) -> list[str]:
    """What the alarms job has told about posts so many hours later."""
    moment = NOW + hours * HOUR
    announce(list(due_notices(current_contest(), configured(), moment)), moment)
    keys = db.session.scalars(sa.select(Alarm.key).order_by(Alarm.raised_at, Alarm.key))
    return [key for key in keys if key.startswith(("missing ", "gone "))]


def hidden() -> list[int]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Entry.number).where(Entry.gone_at.is_not(None)).order_by(Entry.number)))


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_staff_are_mailed_once_with_the_numbers(app: Flask) -> None:
    make_staff(RoleName.ADMIN)
    watched(20, missing=4)
    assert [told(hours) for hours in (0, 1, 300)] == [["missing 20260613T200000"]] * 3
    [message] = db.session.scalars(sa.select(Alarm.message).where(Alarm.key.startswith("missing")))
    assert message.startswith("Von 20 gezeigten Bildern ist bei 4 der Beitrag auf Instagram nicht zu finden.")
    mails, alarms = (db.session.scalar(sa.select(sa.func.count()).select_from(one)) for one in (OutboxMail, Alarm))
    assert mails == alarms


def test_posts_that_come_back_one_by_one_are_no_news_and_new_ones_that_are_missing_are(app: Flask) -> None:
    make_staff(RoleName.ADMIN)
    numbers = watched(20, missing=8)
    first = told()
    later = sa.update(Existence).where(Existence.entry_number.in_(numbers[4:]))
    db.session.execute(later.values(missing_since=NOW - 38 * HOUR))
    find_again(*numbers[:4])
    assert told(1) == first
    find_again(*numbers[4:])
    assert told(2) == first
    db.session.execute(later.values(misses=3, missing_since=NOW + 10 * HOUR))
    db.session.commit()
    assert told(50) == [*first, "missing 20260615T220000"]


@pytest.mark.parametrize(("missing", "hours"), [(3, 40), (4, 30)])
def test_few_missing_posts_and_those_of_the_last_hours_are_no_news(app: Flask, missing: int, hours: float) -> None:
    make_staff(RoleName.ADMIN)
    watched(20, missing=missing, hours=hours)
    assert told() == []


def test_without_the_check_nothing_is_missing(app: Flask, tmp_path: Path) -> None:
    make_staff(RoleName.ADMIN)
    watched(20, missing=4)
    access = {"user_id": "17841", "access_token": "secret-t", "check_existence": False}
    app.config["CAMPAIGN"] = make_settings(tmp_path, database_url=configured().site.database, instagram=access)
    assert told() == []
    assert "fehlen auf einmal" not in logged_in(app, RoleName.ORGANISER).get(PAGE)[1]


def test_the_page_names_what_is_missing_and_hides_one_or_all_on_the_word_of_staff(app: Flask) -> None:
    numbers = watched(20, missing=8)
    staff = logged_in(app, RoleName.ORGANISER)
    page = staff.get(PAGE)[1]
    assert "Bei 8 von 20 gezeigten Bildern ist der Beitrag auf Instagram nicht zu finden." in words(page)
    assert [f"{PAGE}/verschwunden/{number}" in page for number in numbers] == [True] * 8
    assert staff.post(f"{PAGE}/verschwunden/{numbers[0]}") == (303, PAGE)
    assert (hidden(), "Alle 7 Beiträge sind wirklich weg" in words(staff.get(PAGE)[1])) == (numbers[:1], True)
    assert staff.post(f"{PAGE}/verschwunden", stand=(NOW - 50 * HOUR).isoformat()) == (303, PAGE)
    assert hidden() == numbers[:1]
    assert staff.post(f"{PAGE}/verschwunden", stand=NOW.isoformat()) == (303, PAGE)
    page = words(staff.get(PAGE)[1])
    assert (hidden(), "fehlen auf einmal" in page, page.count("Nachgesehen hat")) == (numbers, False, 8)


def test_what_staff_have_confirmed_is_no_news_to_them(app: Flask) -> None:
    make_staff(RoleName.ADMIN)
    watched(20, missing=4)
    logged_in(app, RoleName.ORGANISER).post(f"{PAGE}/verschwunden", stand=NOW.isoformat())
    assert told() == []


@pytest.mark.parametrize("stand", ["", "gestern", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
def test_a_moment_that_is_none_hides_nothing(app: Flask, stand: str) -> None:
    watched(20, missing=4)
    assert logged_in(app, RoleName.ORGANISER).post(f"{PAGE}/verschwunden", stand=stand)[0] == 422
    assert hidden() == []


def test_a_post_that_is_not_missing_is_not_hidden(app: Flask) -> None:
    number = make_entry().number
    assert logged_in(app, RoleName.ORGANISER).post(f"{PAGE}/verschwunden/{number}")[0] == 404
    assert hidden() == []


@pytest.mark.parametrize("role", [RoleName.SCRUTINEER])
def test_who_does_not_decide_sees_what_is_missing_and_hides_nothing(app: Flask, role: RoleName) -> None:
    numbers = watched(20, missing=4)
    staff = logged_in(app, role)
    page = staff.get(PAGE)[1]
    assert ("Viele Beiträge fehlen auf einmal" in page, "wirklich weg</button>" in page) == (True, False)
    assert staff.post(f"{PAGE}/verschwunden/{numbers[0]}")[0] == 403
    assert hidden() == []
