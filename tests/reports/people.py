"""Somebody who reports pictures, and the people who decide about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.confirmation import Visitor
from campaign.moderation.reasons import Reason
from campaign.reports import deciding, services
from campaign.reports.lifecycle import Ground, Kind, Outcome
from campaign.reports.models import Report
from campaign.staff.actors import Actor
from campaign.staff.models import RoleName
from tests.factories import NOW, make_entry
from tests.staff.people import make_staff

WHY = "Auf der Bank vorn links sitze ich, und niemand hat mich gefragt."
REASONS = "Die Person vorn links ist zu erkennen und hat nicht zugestimmt (§ 22 KUG)."
FORM = {
    "grund": "shown",
    "text": WHY,
    "name": "Berta Beispiel",
    "email": "berta@example.com",
    "ehrlich": "y",
}


class Reporter:
    """Walks through the pages as a browser without cookies and JavaScript does."""

    def __init__(self, app: Flask, lang: str = "") -> None:
        self.client = app.test_client(use_cookies=False)
        self.lang = lang

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self._answer(self.client.get(self.lang + path))

    def post(self, path: str, **form: Any) -> TestResponse:
        """Send a form."""
        return self._answer(self.client.post(self.lang + path, data=form))

    def report(self, number: object, **changes: Any) -> TestResponse:
        """Send the report form."""
        form = {"nummer": str(number), **FORM, **changes}
        return self.post("/melden", **{name: value for name, value in form.items() if value is not None})

    def _answer(self, response: TestResponse) -> TestResponse:
        # The test reads anew what the request wrote.
        db.session.remove()
        return response


def reported(
    entry: Entry | None = None,
    kind: Kind = Kind.SHOWN,
    email: str = "berta@example.com",
    why: str = WHY,
    at: datetime = NOW,
    language: str = "de",
) -> Report:
    """A committed report of a public picture, without pages."""
    number = (entry or make_entry(picture=True)).number
    notice = services.Notice(number, kind, why, "Berta Beispiel" if email else "")
    code = services.report_picture(notice, Visitor(email, "203.0.113.9", language), at)
    return db.session.scalars(sa.select(Report).filter_by(code=code)).one()


def somebody(name: str = "moderation", role: RoleName = RoleName.MODERATOR) -> Actor:
    """Somebody of the staff with an account."""
    staff = make_staff(role, f"{name}@example.org")
    return Actor(staff.id, staff.email)


def decided(
    report: Report, actor: Actor, outcome: Outcome = Outcome.HIDE, at: datetime = NOW, reasons: str = REASONS
) -> Report:
    """Decide one report."""
    ground = None if outcome is Outcome.KEEP else Ground.LAW
    verdict = deciding.Verdict(outcome, ground, Reason.PEOPLE, reasons)
    deciding.decide(report.entry_number, [report.id], verdict, actor, at)
    return report
