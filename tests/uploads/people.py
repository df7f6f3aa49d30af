"""A sender with a browser and a mailbox, and what the database holds of uploads."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from campaign.codes import new_secret
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.confirmation import Proof, Visitor
from campaign.rights import wording
from campaign.uploads import files, services
from campaign.uploads.models import People, Upload, UploadStatus
from tests.factories import ERFURT, NOW, jpeg
from tests.voting.people import found, newest_mail, pin_of

PHOTO = jpeg(1200, 800, "#336699")
WORDS = {
    "ort": "Erfurt",
    "alt": "Abendlicht auf der Krämerbrücke",
    "text": "Vom Ufer der Gera aus, im Mai.",
    "menschen": "incidental",
    "name": "Anna Berg",
    "email": "anna@example.com",
    "rechte": "y",
    "alter": "y",
    "regeln": "y",
    "wortlaut": wording.VERSION,
}


class Sender:
    """Walks through the pages as a browser without cookies and JavaScript does."""

    def __init__(self, app: Flask, email: str = "anna@example.com", lang: str = "") -> None:
        self.client = app.test_client(use_cookies=False)
        self.email, self.lang = email, lang

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self._answer(self.client.get(self.lang + path))

    def head(self, path: str) -> TestResponse:
        """Look at a page as mail scanners do."""
        return self._answer(self.client.head(self.lang + path))

    def post(self, path: str, **form: Any) -> TestResponse:
        """Send a form."""
        # Encoded here: the test client would leave a temporary file of its own open.
        boundary, body = encode_multipart(form)
        headers = {"Content-Type": f'multipart/form-data; boundary="{boundary}"'}
        return self._answer(self.client.post(self.lang + path, data=body, headers=headers))

    def hand_in(self, photo: bytes | None = PHOTO, **changes: Any) -> TestResponse:
        """Send the form with a photo, or without one."""
        form = {"versuch": new_secret(), **WORDS, "email": self.email, **changes}
        form["foto"] = FileStorage(io.BytesIO(photo or b""), "blick.jpg" if photo is not None else "")
        return self.post("/mitmachen", **{name: value for name, value in form.items() if value is not None})

    def send_piece(self, attempt: str, data: bytes, start: int, end: int, **changes: Any) -> TestResponse:
        """Send a piece of a photo ahead of the form."""
        digest = hashlib.sha256(data).hexdigest()
        query = {"ab": start, "groesse": len(data), "pruefsumme": digest, **changes}
        path = f"{self.lang}/mitmachen/datei/{attempt}"
        return self._answer(self.client.post(path, query_string=query, data=data[start:end]))

    def confirm(self, code: str, pin: str) -> TestResponse:
        """Type the PIN."""
        return self.post("/mitmachen/bestaetigen", anfrage=code, pin=pin)

    def enter(self, photo: bytes = PHOTO) -> str:
        """Hand in a photo and confirm it; returns the address of the last page."""
        code = request_code(self.hand_in(photo))
        return self.confirm(code, pin_of(newest_mail())).headers["Location"]

    def _answer(self, response: TestResponse) -> TestResponse:
        # The test reads anew what the request wrote.
        db.session.remove()
        return response


def request_code(page: TestResponse) -> str:
    """Return the code of the request that a page asks the PIN for."""
    return found(r'name="anfrage" value="([^"]+)"', page.text)


def statement(attempt: str, **changes: Any) -> services.Statement:
    """What a form says."""
    values = {
        "attempt": attempt,
        "name": "Anna Berg",
        "town_ags": ERFURT,
        "description": None,
        "alt_text": "Abendlicht auf der Krämerbrücke",
        "people": People.NONE,
        "wording_version": wording.VERSION,
    }
    return services.Statement(**{**values, **changes})


def asked(email: str = "anna@example.com", photo: bytes | None = None) -> tuple[str, str]:
    """Hand in a photo without pages; returns the code of the request and the PIN."""
    attempt = new_secret()
    files.receive_whole(attempt, photo or jpeg(), NOW)
    code = services.request_upload(statement(attempt), Visitor(email, "203.0.113.9", "de"), NOW)
    return code, pin_of(newest_mail(NOW))


def entered(email: str = "anna@example.com", photo: bytes | None = None) -> Entry:
    """Hand in a photo and confirm it, without pages."""
    code, pin = asked(email, photo)
    services.confirm_upload(code, Proof(pin), NOW)
    return db.session.scalars(sa.select(Entry).order_by(Entry.number.desc()).limit(1)).one()


def statuses() -> list[UploadStatus]:
    """Return the status of all uploads, oldest first."""
    values = list(db.session.scalars(sa.select(Upload.status).order_by(Upload.id)))
    db.session.rollback()
    return values


def rows(table: type) -> int:
    """Return how many rows a table has."""
    number = db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
    db.session.rollback()
    return number
