"""Staff are told by mail, once for each occasion."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db, keyring
from campaign.mail.models import OutboxMail
from campaign.mail.services import SEAL
from campaign.operations.alarms import announce, latest_alarms
from campaign.operations.notices import Notice
from campaign.staff.models import RoleName
from campaign.staff.services import disable_staff
from tests.factories import NOW
from tests.staff.people import make_staff

NOTICE = Notice(
    "gap 1",
    "Lücke in der Erfassung",
    "Von %(begin)s bis %(end)s konnte kein Beitrag sicher gelesen werden.",
    "Sag es den Teilnehmenden: Wer damals gepostet hat, kann das Bild auf der Website einreichen.",
    {"begin": NOW, "end": NOW},
)


def told(**roles: RoleName) -> None:
    for name, role in roles.items():
        make_staff(role, f"{name}@example.org")


def mails() -> list[dict[str, str]]:
    sealed = db.session.scalars(sa.select(OutboxMail.sealed).order_by(OutboxMail.id)).all()
    return [json.loads(keyring().unseal(SEAL, one)) for one in sealed if one]


def test_organisers_and_admins_hear_of_an_occasion_once(app: Flask) -> None:
    told(lead=RoleName.ORGANISER, root=RoleName.ADMIN, desk=RoleName.MODERATOR, gone=RoleName.ADMIN)
    disable_staff("gone@example.org")
    assert (announce([NOTICE], NOW), announce([NOTICE], NOW)) == (1, 0)
    assert [mail["address"] for mail in mails()] == ["lead@example.org", "root@example.org"]
    assert [(alarm.key, alarm.recipients) for alarm in latest_alarms(5)] == [("gap 1", 2)]


def test_another_occasion_is_told_anew(app: Flask) -> None:
    told(lead=RoleName.ORGANISER)
    assert announce([NOTICE, replace(NOTICE, key="gap 2")], NOW) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_two_schedulers_that_tell_at_once_one_does(app: Flask) -> None:
    told(lead=RoleName.ORGANISER)

    def other() -> None:
        with app.app_context():
            announce([replace(NOTICE, values={"begin": 1, "end": 2})], NOW)
            db.session.remove()

    class Slow:
        """While the text is written the other one tells the same."""

        def __str__(self) -> str:
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
            return "3"

    slow = replace(NOTICE, text="Von %(begin)s", values={"begin": Slow(), "end": 4}, remedy="", subject="")
    assert announce([slow, replace(NOTICE, key="gap 2")], NOW) == 1
    assert [alarm.key for alarm in latest_alarms(5)] == ["gap 1", "gap 2"]
    assert len(mails()) == 2


def test_while_there_is_nobody_to_tell_nothing_counts_as_told(app: Flask) -> None:
    assert announce([NOTICE], NOW) == 0
    told(lead=RoleName.ORGANISER)
    assert announce([NOTICE], NOW) == 1


def test_the_mail_says_in_german_what_happened_what_to_do_and_where_to_look(app: Flask) -> None:
    told(lead=RoleName.ORGANISER)
    announce([NOTICE], NOW)
    (mail,) = mails()
    assert mail["subject"] == "Lücke in der Erfassung"
    for text in (mail["text"], mail["html"]):
        assert "Von 15. Juni 2026, 14:00 Uhr bis 15. Juni 2026, 14:00 Uhr" in text
        assert "auf der Website einreichen" in text
        assert "http://127.0.0.1:8000/verwaltung/erfassung" in text
