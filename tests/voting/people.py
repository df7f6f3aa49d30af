"""A visitor with a browser and a mailbox; mails are written into the data folder."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from campaign.clock import utc_now
from campaign.extensions import db, settings
from campaign.mail.folder import StoredMail, list_mails
from campaign.mail.services import send_due
from campaign.voting.models import Ballot, BallotStatus, EntryTally, TownTally


class Person:
    """Walks through the ballot's pages as a browser without cookies and JavaScript does."""

    def __init__(self, app: Flask, email: str = "anna@example.com", lang: str = "") -> None:
        self.client = app.test_client(use_cookies=False)
        self.email, self.lang = email, lang
        # A person presses the button (Fetch Metadata).
        self.headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"}

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self._answer(self.client.get(self.lang + path))

    def head(self, path: str) -> TestResponse:
        """Look at a page as mail scanners do."""
        return self._answer(self.client.head(self.lang + path))

    def post(self, path: str, **form: object) -> TestResponse:
        """Send a form."""
        return self._answer(self.client.post(self.lang + path, data=form, headers=self.headers))

    def ask(self, *numbers: int, **changes: object) -> TestResponse:
        """Send the ballot form."""
        return self.post("/abstimmen", **{"bild": list(numbers), "email": self.email, "regeln": "y", **changes})

    def confirm(self, code: str, pin: str) -> TestResponse:
        """Type the PIN."""
        return self.post("/abstimmen/bestaetigen", anfrage=code, pin=pin)

    def vote(self, *numbers: int) -> str:
        """Cast a ballot; returns the address of its receipt."""
        code = request_code(self.ask(*numbers))
        return self.confirm(code, pin_of(newest_mail())).headers["Location"]

    def withdraw(self) -> str:
        """Take the vote back; returns the address of the receipt."""
        code = request_code(self.post("/abstimmen/zurueckziehen", email=self.email))
        return self.confirm(code, pin_of(newest_mail())).headers["Location"]

    def _answer(self, response: TestResponse) -> TestResponse:
        # The test reads anew what the request wrote.
        db.session.remove()
        return response


def request_code(page: TestResponse) -> str:
    """Return the code of the request that a page asks the PIN for."""
    return found(r'name="anfrage" value="([^"]+)"', page.text)


def newest_mail(now: datetime | None = None) -> StoredMail:
    """Send what is due and return the newest mail."""
    send_due(now or utc_now())
    return mails()[0]


def mails() -> list[StoredMail]:
    """Return the mails that have been sent, newest first."""
    return list_mails(settings().site.data_dir / "mail")


def pin_of(mail: StoredMail) -> str:
    """Return the PIN as the mail shows it."""
    return found(r"\n    (\d{3} \d{3})\n", mail.text)


def link_of(mail: StoredMail) -> str:
    """Return the path of the link in the mail."""
    return found(r"http://127\.0\.0\.1:8000(/\S*bestaetigen\S+)", mail.text)


def found(pattern: str, text: str) -> str:
    """Return the group of the only match."""
    (match,) = re.findall(pattern, text)
    return str(match)


def statuses() -> list[BallotStatus]:
    """Return the status of all ballots, oldest first."""
    values = list(db.session.scalars(sa.select(Ballot.status).order_by(Ballot.id)))
    db.session.rollback()
    return values


def counters() -> tuple[dict[int, int], dict[str, int]]:
    """Return the running counters that are not zero: picks by entry, ballots by town."""
    entries = {row.entry_number: row.picks for row in db.session.scalars(sa.select(EntryTally)) if row.picks}
    towns = {row.town_ags: row.ballots for row in db.session.scalars(sa.select(TownTally)) if row.ballots}
    db.session.rollback()
    return entries, towns
